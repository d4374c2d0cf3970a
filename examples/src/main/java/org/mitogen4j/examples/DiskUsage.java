package org.mitogen4j.examples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.Context;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.Select;
import org.mitogen4j.connect.Ssh;

/** How much is in /tmp of many hosts, of which some may be slow or dead. */
public final class DiskUsage {
  private DiskUsage() {}

  /** Sums up hosts given as arguments. */
  public static void main(String[] hosts) {
    try (Router router = Router.create()) {
      List<Context> contexts = new ArrayList<>();
      for (String host : hosts) {
        contexts.add(router.connectAsync(Ssh.host(host).name(host)));
      }
      for (String line : report(contexts, "/tmp", Duration.ofSeconds(30))) {
        System.out.println(line);
      }
    }
  }

  // tag::usage
  /** The bytes of all files in a folder and below. Runs in each context. */
  static long usage(String folder) throws IOException {
    long[] total = {0};
    Files.walkFileTree(
        Paths.get(folder),
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            total[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // gone meanwhile, or not ours to read
          }
        });
    return total[0];
  }

  // end::usage

  /** A line for each context, as it answers or fails, and the total. */
  static List<String> report(Iterable<Context> contexts, String folder, Duration within) {
    List<String> lines = new ArrayList<>();
    // tag::select
    long total = 0;
    for (Reply<Long> reply :
        Select.all(contexts, c -> c.callAsync(DiskUsage::usage, folder)).within(within)) {
      if (reply.failed()) {
        lines.add(reply.context() + ": " + reply.failure().getMessage());
      } else {
        lines.add(reply.context() + ": " + reply.get() + " bytes in " + folder);
        total += reply.get();
      }
    }
    lines.add("Total: " + total);
    // end::select
    return lines;
  }
}
