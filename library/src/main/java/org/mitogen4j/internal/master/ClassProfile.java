package org.mitogen4j.internal.master;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.mitogen4j.internal.parent.classes.ClassSource;
import org.mitogen4j.internal.parent.classes.LoadedClasses;

/** A file with what was learned of the classes that functions load. */
final class ClassProfile {
  private static final String FORMAT = "Mitogen4j classes 2";
  private static final int MAX_FUNCTIONS = 1000;
  private static final int MAX_CLASSES = 10_000;
  private static final Logger LOG = Logger.getLogger(Loggers.CLASSES);

  private final Path file;

  ClassProfile(Path file) {
    this.file = file.toAbsolutePath();
  }

  void load(LoadedClasses into) {
    if (!Files.exists(file)) {
      return;
    }
    try (DataInputStream in =
        new DataInputStream(new InflaterInputStream(Files.newInputStream(file)))) {
      if (!in.readUTF().equals(FORMAT)) {
        throw new IOException("it is no file of this version");
      }
      for (int functions = bounded(in, MAX_FUNCTIONS); functions > 0; functions--) {
        String function = in.readUTF();
        LoadedClasses.Entry entry = new LoadedClasses.Entry();
        entry.hash = in.readLong() | 1;
        entry.reports = bounded(in, 100);
        entry.usesApi = in.readBoolean();
        entry.isCut = in.readBoolean();
        for (int classes = bounded(in, MAX_CLASSES); classes > 0; classes--) {
          String name = in.readUTF();
          entry.loaded.put(name, bounded(in, 100));
          if (in.readBoolean()) {
            entry.reached.add(name);
          }
        }
        for (int resources = bounded(in, MAX_CLASSES); resources > 0; resources--) {
          entry.asked.add(in.readUTF());
        }
        into.learn(function, entry);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "what was learned of classes in " + file + " can't be read: " + e);
    }
  }

  private static int bounded(DataInputStream in, int most) throws IOException {
    int n = in.readInt();
    if (n < 0 || n > most) {
      throw new IOException(n + " entries where " + most + " are the most");
    }
    return n;
  }

  /** Writes the file beside itself first, so that it is never half of it. */
  void save(LoadedClasses from, ClassSource classes) {
    Map<String, LoadedClasses.Entry> known = from.known();
    if (known.isEmpty()) {
      return;
    }
    try {
      Path written = Files.createTempFile(file.getParent(), ".classes", ".new");
      try {
        try (DataOutputStream out =
            new DataOutputStream(new DeflaterOutputStream(Files.newOutputStream(written)))) {
          write(known, classes, out);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(written);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "what was learned of classes can't be written to " + file + ": " + e);
    }
  }

  private static void write(
      Map<String, LoadedClasses.Entry> known, ClassSource classes, DataOutputStream out)
      throws IOException {
    out.writeUTF(FORMAT);
    out.writeInt(known.size());
    for (Map.Entry<String, LoadedClasses.Entry> e : known.entrySet()) {
      LoadedClasses.Entry entry = e.getValue();
      out.writeUTF(e.getKey());
      out.writeLong(
          entry.hash == 0 ? LoadedClasses.hash(entry.loaded.keySet(), classes) : entry.hash);
      out.writeInt(entry.reports);
      out.writeBoolean(entry.usesApi);
      out.writeBoolean(entry.isCut);
      out.writeInt(entry.loaded.size());
      for (Map.Entry<String, Integer> loaded : entry.loaded.entrySet()) {
        out.writeUTF(loaded.getKey());
        out.writeInt(loaded.getValue());
        out.writeBoolean(entry.reached.contains(loaded.getKey()));
      }
      Set<String> resources = new LinkedHashSet<>();
      for (String resource : entry.asked) {
        resources.add(classes.toSave(resource));
      }
      resources.remove(null);
      out.writeInt(resources.size());
      for (String resource : resources) {
        out.writeUTF(resource);
      }
    }
  }
}
