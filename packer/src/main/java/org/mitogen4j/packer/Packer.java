package org.mitogen4j.packer;

/** Packs the kernel image and the first-stage jar from the library's compiled classes. */
public final class Packer {
  private Packer() {}

  /** Takes one argument: the folder of compiled classes, to which the results are written. */
  public static void main(String[] args) {}
}
