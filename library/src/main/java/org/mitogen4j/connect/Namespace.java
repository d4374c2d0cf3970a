package org.mitogen4j.connect;

/** The kinds of Linux namespaces, for {@link Nsenter} and {@link Unshare}. */
public enum Namespace {
  /** Mounted file systems. */
  MOUNT("--mount"),
  /** Host name. */
  UTS("--uts"),
  /** System V and POSIX message queues, shared memory. */
  IPC("--ipc"),
  /** Network devices, addresses, ports. */
  NETWORK("--net"),
  /** Process numbers. A process that enters it stays outside; only its children are in it. */
  PID("--pid"),
  /** Users and groups. */
  USER("--user"),
  /** Control groups. */
  CGROUP("--cgroup"),
  /** Clocks, since util-linux 2.36 and Linux 5.6. */
  TIME("--time");

  final String option;

  Namespace(String option) {
    this.option = option;
  }
}
