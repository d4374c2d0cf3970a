package org.mitogen4j.internal.master;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.OutputForwarder;
import org.mitogen4j.internal.context.ReceiveQueue;
import org.mitogen4j.internal.context.Routing;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * What contexts print becomes log records, a line each, of {@code java.util.logging}: the logger is
 * {@code mitogen.NAME.stdout} or {@code mitogen.NAME.stderr}, the level INFO. What the library has
 * to tell comes from the logger {@code mitogen}, as a WARNING.
 */
final class Log extends ReceiveQueue {
  private static final long POLL_NANOS = 200_000_000;

  /** How long the router waits at its end for what is still to be written. */
  private static final long FINISH_MILLIS = 1000;

  /** Names of contexts that have loggers of their own, and how many dots split a name into. */
  private static final int MAX_NAMED = 10_000;

  private static final int MAX_PARTS = 10;

  private final ContextRuntime context;
  private final Parent parent;

  /** Who printed what is queued: a context may be gone by the time that it is written. */
  private final Map<Message, String> speakers = new ConcurrentHashMap<>();

  /** Contexts that have loggers of their own; the writing thread's. */
  private final Set<String> named = new HashSet<>();

  private Thread writer;

  Log(ContextRuntime context, Parent parent) {
    super(context, ANYBODY);
    this.parent = parent;
    this.context = context;
  }

  void start() {
    writer = context.router.thread("log", this::writeAll);
    writer.start();
    context.atEnd(this::finish);
  }

  @Override
  protected void receive(Message m) {
    if (!m.dead()) {
      speakers.put(m, speaker(m));
    }
    if (!offer(m)) {
      speakers.remove(m);
    }
  }

  @Override
  protected void dropped(Message m) {
    speakers.remove(m);
  }

  private String speaker(Message m) {
    try {
      Decoder d = new Decoder(context.router, m);
      boolean warning = d.u8() == OutputForwarder.WARNING;
      int source = (int) d.varint();
      // who speaks for others than its descendants speaks for itself
      boolean other = !warning && context.routing.isBelow(source, m.src);
      return name(other ? source : m.src);
    } catch (RuntimeException e) {
      return name(m.src);
    }
  }

  private void writeAll() {
    try {
      for (Message m = null;
          m != null || !context.router.closed;
          m = next(context.router.closed ? 0 : POLL_NANOS)) {
        if (m != null && !m.dead()) {
          write(m);
        }
      }
    } catch (InterruptedException e) {
      // nobody else has this thread
    }
  }

  /** Waits until all that has come is written, unless a logging handler takes too long. */
  private void finish() {
    receive(new Message(null, 0, 0, Handle.OUTPUT, 0, Header.DEAD, Message.EMPTY)); // wakes it
    try {
      if (Thread.currentThread() != writer) {
        writer.join(FINISH_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String name(int id) {
    ContextRecord known = parent.known.get(id);
    return known == null ? String.valueOf(id) : known.name;
  }

  private void write(Message m) {
    String speaker = speakers.remove(m);
    try {
      Decoder d = new Decoder(context.router, m);
      int kind = d.u8();
      d.varint(); // who says it
      String text = new String(d.rest(), StandardCharsets.UTF_8);
      if (kind == OutputForwarder.WARNING) {
        String line = Routing.oneLine(text);
        if (m.src != context.router.id) {
          line = speaker + " (" + m.src + ") reports: " + line;
        }
        log(Logger.getLogger("mitogen"), Level.WARNING, "{0}", line);
        return;
      }
      String stream = kind == OutputForwarder.STDOUT ? "stdout" : "stderr";
      Logger logger = logger(speaker, stream);
      String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
      for (String line : lines.split("\\R", -1)) {
        log(logger, Level.INFO, "{0}", harmless(line));
      }
    } catch (RuntimeException e) {
      String text = "the output of context {0} can't be read: {1}";
      log(Logger.getLogger("mitogen"), Level.WARNING, text, String.valueOf(m.src), e);
    }
  }

  /** A printed line without what would steer the terminal of who reads the log. */
  private static String harmless(String line) {
    char[] chars = line.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (Character.isISOControl(chars[i]) && chars[i] != '\t') {
        chars[i] = '?';
      }
    }
    return new String(chars);
  }

  /**
   * The logger of a context's stream. Java never forgets the name of a logger: where there are too
   * many, as of contexts that a hostile one makes up, all others have one in common.
   */
  private Logger logger(String speaker, String stream) {
    if (named.size() < MAX_NAMED && speaker.split("\\.", MAX_PARTS + 1).length <= MAX_PARTS) {
      named.add(speaker);
    }
    return Logger.getLogger("mitogen." + (named.contains(speaker) ? speaker + "." : "") + stream);
  }

  /** Logs in the logger's name alone: formatters would show this class in its place. */
  static void log(Logger logger, Level level, String text, Object... parameters) {
    if (logger.isLoggable(level)) {
      LogRecord record = new LogRecord(level, text);
      record.setLoggerName(logger.getName());
      record.setSourceClassName(null);
      record.setSourceMethodName(null);
      record.setParameters(parameters);
      logger.log(record);
    }
  }
}
