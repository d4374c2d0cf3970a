package org.mitogen4j.internal.context.resources;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.URL;
import java.net.URLStreamHandlerFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Has the JVM understand URLs of the program's resources as texts. The first means is the JVM's
 * {@code URLStreamHandlerFactory}. A process can set only one, and the program may want to, as
 * Tomcat does: so a thread puts the handlers into the JVM's table, and takes the factory away. That
 * takes a JVM that has just started some 5 ms of processor time, so the thread first leaves the
 * processors to the program's first function for a moment, unless a class may set a factory, or the
 * program looks for resources, as its own class loaders do. A JVM that lets nobody do this keeps
 * the factory.
 */
final class UrlTexts implements Runnable {
  private static final String SETTER = "setURLStreamHandlerFactory";

  /** How long the thread waits for {@link #want}, before it begins anyway. */
  private static final long PAUSE_MILLIS = 20;

  /** The longest time that a class which may set a factory waits for the thread. */
  private static final long WAIT_MILLIS = 1000;

  private final ProgramUrls urls;
  private volatile boolean isDone;

  @GuardedBy("this")
  private boolean isWanted;

  UrlTexts(ProgramUrls urls) {
    this.urls = urls;
  }

  /** Makes the URLs known. To be called once, in a process of the context's own. */
  void install(MessageRouter router, int javaVersion) {
    if (javaVersion < 9) {
      // Java 8 reads the factory twice for one URL, and fails if it is taken away in between
      if (!isInTable()) {
        setFactory();
      }
      finish();
    } else {
      setFactory();
      router.start("urls", this);
    }
  }

  private synchronized void finish() {
    isDone = true;
    notifyAll();
  }

  private void setFactory() {
    try {
      URL.setURLStreamHandlerFactory(urls);
    } catch (Error taken) {
      // the program has set its own factory
    }
  }

  @Override
  public void run() {
    try {
      awaitWanted();
      if (isInTable()) { // from here on no thread asks the factory for these protocols
        JdkField factory = new JdkField(URL.class, "factory", URLStreamHandlerFactory.class);
        if (factory.get() == urls) {
          factory.set(null);
        }
      }
    } catch (ReflectiveOperationException | RuntimeException | LinkageError none) {
      // this JVM has no such field
    } finally {
      finish();
    }
  }

  /** Puts the handlers into the JVM's table, and says whether the JVM allows that. */
  private boolean isInTable() {
    try {
      KnownProtocols.add(urls, ProgramUrls.PROTOCOL, ProgramUrls.JAR);
      return true;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError none) {
      return false; // no such table, or no module jdk.unsupported, or its use is denied
    }
  }

  /** Waits for the thread if the program may set its factory in a class. */
  void awaitBefore(byte[] classFile) {
    if (!isDone && namesSetter(classFile)) {
      awaitDone();
    }
  }

  /** Has the thread begin at once. Does not wait. */
  void want() {
    if (!isDone) { // this is called for each resource that is looked for
      wake();
    }
  }

  private synchronized void wake() {
    isWanted = true;
    notifyAll();
  }

  private synchronized void awaitDone() {
    wake();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);
    try {
      for (long left = WAIT_MILLIS; !isDone && left > 0; left = millisUntil(end)) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the function notices
    }
  }

  /** Waits until a class may set a factory, or a while. */
  private synchronized void awaitWanted() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS);
    try {
      for (long left = PAUSE_MILLIS; !isWanted && left > 0; left = millisUntil(end)) {
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it begins at once
    }
  }

  private static long millisUntil(long end) {
    return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
  }

  /** Whether a class file has the setter's name. Looks at the lengths of most texts only. */
  static boolean namesSetter(byte[] b) {
    try {
      int at = 10;
      for (int left = u2(b, 8) - 1; left > 0; left--) {
        switch (b[at]) {
          case 1: // text
            int length = u2(b, at + 1);
            if (length == SETTER.length() && text(b, at + 3).equals(SETTER)) {
              return true;
            }
            at += 3 + length;
            break;
          case 5: // long
          case 6: // double
            at += 9;
            left--;
            break;
          case 7: // class
          case 8: // String
          case 16: // type of a method
          case 19: // module
          case 20: // package
            at += 3;
            break;
          case 15: // handle of a method
            at += 4;
            break;
          default:
            at += 5;
        }
      }
    } catch (IndexOutOfBoundsException e) {
      // the JVM says that it is no class file
    }
    return false;
  }

  private static String text(byte[] b, int at) {
    return new String(b, at, SETTER.length(), StandardCharsets.ISO_8859_1);
  }

  private static int u2(byte[] b, int at) {
    return (b[at] & 255) << 8 | b[at + 1] & 255;
  }
}
