package org.mitogen4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.internal.parent.start.Rehearsal;

/**
 * The command lines that a start would run, and the bytes that it would write, hop by hop; see
 * {@link Router#explain}. Making a plan runs and writes nothing. Immutable.
 */
public final class StartPlan {
  /** One hop: the start of one context by the one before. */
  public static final class Hop {
    private final String from;
    private final String name;
    private final String method;
    private final Rehearsal rehearsal;

    Hop(String from, String name, String method, Rehearsal rehearsal) {
      this.from = from;
      this.name = name;
      this.method = method;
      this.rehearsal = rehearsal;
    }

    /** The name of the context that would start it. */
    public String from() {
      return from;
    }

    /** The name of the context that would be started. */
    public String name() {
      return name;
    }

    /** The connection method, for people. */
    public String method() {
      return method;
    }

    /**
     * The program that would be run, its environment variables, and the bytes that would be written
     * to it first.
     *
     * @return null when the method runs no program, such as an in-process context, or does not tell
     *     its command line
     */
    public @Nullable CommandLine command() {
      return rehearsal.command;
    }

    /** The first-stage script, which the shell on the child's side runs; one line. */
    public String script() {
      return rehearsal.script;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(name).append(", started by ").append(from).append(": ").append(method);
      CommandLine command = command();
      if (command == null) {
        return text.append("\n   runs no program that it tells of\n").toString();
      }
      text.append("\n   runs: ").append(command).append('\n');
      command.remarks().forEach(remark -> text.append("   note: ").append(remark).append('\n'));
      text.append("   script: ").append(script().trim()).append('\n');
      text.append("   writes: ").append(rehearsal.parts).append('\n');
      return text.toString();
    }
  }

  private final List<Hop> hops;

  StartPlan(List<Hop> hops) {
    this.hops = Collections.unmodifiableList(new ArrayList<>(hops));
  }

  /**
   * The hops; the first is started by the context that made this plan.
   *
   * @return an unmodifiable list
   */
  public List<Hop> hops() {
    return hops;
  }

  /** All hops as text for people, several lines each; passwords and other secrets are masked. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < hops.size(); i++) {
      text.append(i + 1).append(". ").append(hops.get(i));
    }
    return text.toString();
  }
}
