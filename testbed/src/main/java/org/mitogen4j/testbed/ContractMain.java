package org.mitogen4j.testbed;

import java.io.IOException;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/**
 * The contract for children on this machine, with this Java as their parent: prints a line for each
 * point. Ends with 1 if one did not hold.
 */
public final class ContractMain {
  private ContractMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    boolean holds = true;
    for (Way way : new Way[] {Way.by(Local.create()), Way.by(InProcess.create())}) {
      try (Contract contract = new Contract(way)) {
        for (String point : Contract.points()) {
          try {
            contract.check(point);
            System.out.println("holds: " + way + ": " + point);
          } catch (Throwable e) {
            holds = false;
            System.out.println("fails: " + way + ": " + point + ": " + e);
            e.printStackTrace(System.out);
          }
        }
      }
    }
    long until = System.nanoTime() + 3_000_000_000L;
    String left = threads();
    while (!left.isEmpty() && System.nanoTime() < until) {
      Thread.sleep(10);
      left = threads();
    }
    System.out.println(left.isEmpty() ? "no thread is left" : "threads are left:" + left);
    System.exit(holds && left.isEmpty() ? 0 : 1);
  }

  private static String threads() {
    StringBuilder left = new StringBuilder();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("mitogen ")) {
        left.append(' ').append(thread.getName());
      }
    }
    return left.toString();
  }
}
