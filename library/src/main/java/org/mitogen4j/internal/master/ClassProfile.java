package org.mitogen4j.internal.master;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.parent.classes.AskedNames;
import org.mitogen4j.internal.parent.classes.ClassSource;
import org.mitogen4j.internal.parent.classes.FunctionClasses;
import org.mitogen4j.internal.parent.classes.LoadedClasses;

/** Reads and writes the file of a class profile: the classes that each function loaded. */
final class ClassProfile {
  private static final String FORMAT = "Mitogen4j classes 3";
  private static final int MAX_FUNCTIONS = 1000;
  private static final int MAX_CLASSES = 10_000;
  private static final Logger LOG = Logger.getLogger(Loggers.CLASSES);

  private final Path file;

  ClassProfile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** Reads the file if it exists. Logs a warning if that fails. */
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
        FunctionClasses entry = new FunctionClasses();
        entry.hash = in.readLong() | 1;
        entry.setReports(bounded(in, LoadedClasses.ENOUGH));
        entry.usesApi = in.readBoolean();
        entry.isCut = in.readBoolean();
        entry.needsNames = in.readBoolean();
        for (int classes = bounded(in, MAX_CLASSES); classes > 0; classes--) {
          String name = in.readUTF();
          entry.setLoaded(name, bounded(in, LoadedClasses.ENOUGH));
          if (in.readBoolean()) {
            entry.reached.add(name);
          }
        }
        for (int resources = bounded(in, MAX_CLASSES); resources > 0; resources--) {
          String name = in.readUTF();
          entry.asked.add(name, in.readBoolean() ? AskedNames.EARLIER : AskedNames.SEARCH, true);
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

  /** Replaces the file, in one step: it is never half written. Logs a warning if that fails. */
  void save(LoadedClasses from, ClassSource classes) {
    Map<String, FunctionClasses> known = from.known();
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
      Map<String, FunctionClasses> known, ClassSource classes, DataOutputStream out)
      throws IOException {
    out.writeUTF(FORMAT);
    out.writeInt(known.size());
    for (Map.Entry<String, FunctionClasses> e : known.entrySet()) {
      FunctionClasses entry = e.getValue();
      out.writeUTF(e.getKey());
      out.writeLong(entry.hash == 0 ? LoadedClasses.hash(entry.loaded(), classes) : entry.hash);
      out.writeInt(entry.reports());
      out.writeBoolean(entry.usesApi);
      out.writeBoolean(entry.isCut);
      Map<String, Boolean> asked = new LinkedHashMap<>();
      for (String name : entry.asked.names()) {
        boolean oneChild = entry.asked.onlyLink(name) != null;
        boolean exists = ResourceKey.classOfAbsent(name) == null && classes.classFile(name) != null;
        if (oneChild && !exists) {
          entry.needsNames = true; // a single child can't put invented names into the file
        } else {
          asked.put(classes.toSave(name), oneChild);
        }
      }
      asked.remove(null);
      out.writeBoolean(entry.needsNames);
      out.writeInt(entry.loaded().size());
      for (String name : entry.loaded()) {
        out.writeUTF(name);
        out.writeInt(entry.count(name));
        out.writeBoolean(entry.reached.contains(name));
      }
      out.writeInt(asked.size());
      for (Map.Entry<String, Boolean> name : asked.entrySet()) {
        out.writeUTF(name.getKey());
        out.writeBoolean(name.getValue());
      }
    }
  }
}
