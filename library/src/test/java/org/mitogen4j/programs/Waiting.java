package org.mitogen4j.programs;

import java.nio.file.Files;
import java.nio.file.Path;
import net.bytebuddy.jar.asm.ClassWriter;
import org.mitogen4j.Await;

/** A function that loads a class, waits for a file, and loads another class then. */
public final class Waiting {
  private Waiting() {}

  /** Loaded before the function waits; looks for classes that the program does not have. */
  public static final class Before {
    final Path folder;

    Before(String folder) {
      this.folder = Path.of(folder);
      new ClassWriter(0); // of a jar, so that the child finds out by itself what is absent
      for (int i = 0; i < 3; i++) {
        try {
          Class.forName("absent.Name" + i);
        } catch (ClassNotFoundException e) {
          // as frameworks do that look for what is there
        }
      }
    }
  }

  /** Loaded when it has waited; its name is computed, so that a child has to ask for it. */
  public static final class After {
    @Override
    public String toString() {
      return "waited";
    }
  }

  /** Makes the file "begun" in a folder, and returns when there is a file "end". */
  public static String forEnd(String folder) throws Exception {
    Path path = new Before(folder).folder;
    Files.createFile(path.resolve("begun"));
    Await.until(() -> Files.exists(path.resolve("end")));
    return Class.forName(after()).getDeclaredConstructor().newInstance().toString();
  }

  /** The name of {@link After}. */
  public static String after() {
    return Waiting.class.getName() + "$" + String.join("", "Af", "ter");
  }

  public static void nothing() {}
}
