package org.mitogen4j.internal.kernel;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The router of a context other than the master; the first stage starts it. */
public final class ChildRouter extends MessageRouter
    implements java.util.function.BiFunction<Object, Object, Object>, Runnable {
  /** The token that is printed before the first frame, the pid, and more; see FirstStage. */
  private final String[] args;

  public final InputStream in;
  public final OutputStream out;

  /** Where this context's own standard output can be read; null where it shares a process. */
  public final InputStream stdout;

  /** The one public constructor, which is how the first stage finds it. */
  public ChildRouter(
      byte[] deflated,
      byte[] image,
      String[] args,
      InputStream in,
      OutputStream out,
      InputStream stdout)
      throws IOException {
    super(settings(in), new ClassCache(deflated, image));
    this.args = args;
    this.in = in;
    this.out = out;
    this.stdout = stdout;
  }

  /** Whether the first-stage script has set LC_ALL for this JVM; see FirstStage. */
  public boolean hasOtherLocale() {
    return args.length % 3 > 0;
  }

  /** Reads the settings that follow the image: an int, their length, and an array of values. */
  private static Object[] settings(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] bytes = new byte[data.readInt()];
    data.readFully(bytes);
    return (Object[]) new Decoder(null, new Message(null, 0, 0, 0, 0, 0, bytes)).value();
  }

  /**
   * Finds a class or resource for FirstStage. The classes of a first call need only the kernel,
   * unless the parent has sent a block, if only an empty one, or information about their package.
   */
  @Override
  public Object apply(Object className, Object resource) {
    if (resource == null && program == null) {
      String name = (String) className;
      byte[] found = classes.apply(name);
      if (found != null && classes.kept(name.substring(0, name.lastIndexOf('.') + 1)) == null) {
        return new Object[] {found, null};
      }
    }
    return program().apply(className, resource);
  }

  /** Reads the link to the parent on the calling thread, until it ends. */
  @Override
  public void run() {
    Thread thread = Thread.currentThread();
    thread.setName("mitogen " + name + " read parent");
    thread.setContextClassLoader(ChildRouter.class.getClassLoader());
    Link link = new Link(this, parents[0]);
    parent = link;
    link.extension = System.out; // kept for ProcessOutput, before a function can replace it
    Encoder e = new Encoder(this, true);
    e.all(
        new Object[] {
          id,
          parents[0],
          System.getProperty("java.version"),
          System.getProperty("user.name"),
          Integer.parseInt(args[1])
        });
    send(parents[0], Handle.ADD_ROUTE, 0, e, 0, false);
    try {
      link.attach(in, out);
      link.begin(("\n" + args[0] + ":up\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
      link.run();
    } catch (IOException lost) {
      link.fail(lost);
    } catch (Error full) { // there is no memory left to end in good order
      if (parent == link && stdout != null) {
        Runtime.getRuntime().halt(1);
      }
    }
  }

  /** Ends the process when the link to the parent has ended, unless there is an extension. */
  @Override
  protected void ended(Link link, EndCause cause) {
    if (extension != null) {
      super.ended(link, cause);
    } else if (stdout != null) {
      Runtime.getRuntime().halt(0);
    }
  }
}
