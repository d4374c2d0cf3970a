package org.mitogen4j.internal.parent.start;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;
import org.mitogen4j.internal.parent.Parent;

/**
 * Makes the bytes that a child is sent first: script, first-stage jar, kernel image and settings.
 */
public final class ChildBootstrap {
  private ChildBootstrap() {}

  /** The name of the context that a method starts: the set one, or else the method's default. */
  public static String nameOf(ConnectionMethod<?> method) {
    String name = method.contextName();
    return name == null ? method.defaultName() : name;
  }

  /**
   * Makes the bootstrap of a child.
   *
   * @param java the path of java; null to look for it
   * @param oldestJava the oldest version of Java that is accepted; 0 for any
   * @param ownName the name in process lists of a child without a {@code remoteName}
   */
  static Bootstrap of(
      Parent parent,
      ConnectionMethod<?> method,
      String token,
      Function<BootstrapScript, String> script,
      String java,
      int oldestJava,
      String ownName,
      byte[] settings) {
    byte[] image = parent.router.classes.image;
    byte[] jar = parent.classes.firstStageJar(method.isConsole());
    String name = method.remoteName() == null ? ownName : method.remoteName();
    BootstrapScript form =
        new BootstrapScript(
            token,
            java,
            oldestJava,
            method.jvmArguments(),
            name,
            method.isConsole() ? sizeInGzip(jar) : jar.length,
            image.length,
            method.isConsole());
    return new Bootstrap(token, script.apply(form), jar, image, settings);
  }

  /** The size of what gzip compressed, from the last four bytes. */
  private static int sizeInGzip(byte[] compressed) {
    int size = 0;
    for (int i = 1; i <= Integer.BYTES; i++) {
      size = size << Byte.SIZE | compressed[compressed.length - i] & 255;
    }
    return size;
  }

  /** The settings of a child without a class path. */
  public static byte[] settings(MessageRouter own, int id, String name) {
    return settings(own, id, name, false, Collections.emptyList());
  }

  /**
   * The settings of a child as they are sent: an int with their length in bytes, and an array of
   * values.
   *
   * @param isWatched whether the link itself notices a silent end, so that it needs no heartbeat
   * @param classPath the places where the child finds provided packages
   */
  public static byte[] settings(
      MessageRouter own, int id, String name, boolean isWatched, List<String> classPath) {
    Object[] above = new Object[own.parents.length + 1];
    above[0] = own.id;
    for (int i = 0; i < own.parents.length; i++) {
      above[i + 1] = own.parents[i];
    }
    Object[] settings = own.settings.clone();
    settings[Settings.ID] = id;
    settings[Settings.PARENTS] = above;
    settings[Settings.NAME] = name;
    long heartbeat = Math.abs((long) settings[Settings.HEARTBEAT_MILLIS]);
    settings[Settings.HEARTBEAT_MILLIS] = isWatched ? -heartbeat : heartbeat;
    if (settings.length > Settings.CLASS_PATH) {
      settings[Settings.CLASS_PATH] = classPath.toArray();
    }
    Encoder e = new Encoder(own, true);
    e.value(settings);
    byte[] bytes = Arrays.copyOfRange(e.buf, Header.SIZE - 4, e.len);
    Header.putInt(bytes, 0, bytes.length - 4);
    return bytes;
  }
}
