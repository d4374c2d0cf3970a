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
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.RateLimit;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Turns each line that a context prints into a log record: of the logger {@code
 * org.mitogen4j.output.NAME.stdout} or {@code .stderr} and the level INFO, or for a line of a JVM's
 * crash report of {@code .crash} and SEVERE. A dump of threads is one record of {@code .dump}, a
 * WARNING. Log records of contexts keep their own logger. All go to the {@link LogSink}. The
 * library's own warnings go to the logger {@code org.mitogen4j} of {@code java.util.logging}.
 *
 * <p>NAME is always a name that the master's program gave. The lines of a context that another
 * context started go to the logger of its nearest ancestor that the program started, behind a
 * prefix with its id and its own name.
 */
public final class Log extends ReceiveQueue {
  /** The name of this object among the parts of a master. */
  public static final String PART = "log";

  /** The most bytes of a dump of threads; the rest is cut off. */
  private static final int MAX_DUMP = 1 << 17;

  private static final long POLL_NANOS = 200_000_000;

  /** From one warning of a message that is not logged to the next. */
  private static final long PAUSE_NANOS = 1_000_000_000;

  /** How long the router waits at its end until all output is logged. */
  private static final long FINISH_MILLIS = 5000;

  private final ContextRuntime context;
  private final Parent parent;
  private final RateLimit warnings = new RateLimit(PAUSE_NANOS);

  /** The speakers of the queued messages: a context may be gone when its output is logged. */
  private final Map<Message, Speaker> speakers = new ConcurrentHashMap<>();

  /**
   * The names of contexts that are part of a logger's name; at most {@link Limits#LOGGERS}, since
   * Java never forgets a logger. For the log's thread only.
   */
  private final Set<String> named = new HashSet<>();

  private final ClassLoader program;
  private volatile LogSink sink;
  private Thread writer;

  Log(ContextRuntime context, Parent parent, ClassLoader program) {
    super(context, ANYBODY);
    this.parent = parent;
    this.program = program;
    this.context = context;
  }

  /** The class loader of the program, which may have a logging library. */
  public static ClassLoader program(ContextRuntime master) {
    return ((Log) master.parts.get(PART)).program;
  }

  /** Sets the sink; called once, before there are children. */
  public static void handOver(ContextRuntime master, LogSink to) {
    Log log = (Log) master.parts.get(PART);
    log.sink = to;
    LogLevels levels = new LogLevels(master, log.parent, to);
    log.parent.logLevels = levels::ahead;
    master.router.handlers.put(Handle.LOG_LEVELS, levels);
  }

  void start() {
    context.parts.put(PART, this);
    writer = context.router.thread("log", this::writeAll);
    writer.start();
    context.atEnd(this::finish);
  }

  @Override
  public void receive(Message m) {
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

  /** What the log calls a context that printed something. */
  private static final class Speaker {
    /** The program's name for it or for its nearest ancestor that has one; null for none. */
    final String name;

    /** The text before each line; empty if {@link #name} is the context's own. */
    final String prefix;

    /** The context's own name, which may come from a child; null if none is known. */
    final String own;

    Speaker(String name, String own, String prefix) {
      this.name = name;
      this.own = own;
      this.prefix = prefix;
    }
  }

  private Speaker speaker(Message m) {
    int source = m.src;
    try {
      Decoder d = new Decoder(context.router, m);
      boolean warning = d.u8() == OutputForwarder.WARNING;
      int said = (int) d.varint();
      // a context speaks for its descendants, else for itself
      source = !warning && context.routing.isBelow(said, m.src) ? said : m.src;
    } catch (RuntimeException e) {
      // write() says that it can't be read
    }
    return speaker(source);
  }

  private Speaker speaker(int id) {
    ContextRecord record = parent.known.get(id);
    if (record == null) {
      return new Speaker(null, null, "context " + id + ": ");
    } else if (!record.isNamedByChild()) {
      return new Speaker(record.name, record.name, "");
    }
    String own = record.name;
    String prefix = "context " + id + " \"" + record.name.replace('"', '\'') + "\": ";
    for (int depth = 0; record != null && depth < Limits.DEPTH; depth++) {
      if (!record.isNamedByChild()) {
        return new Speaker(record.name, own, prefix);
      }
      record = parent.known.get(record.parent);
    }
    return new Speaker(null, own, prefix);
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

  /** Waits until all output that has come is logged, at most {@link #FINISH_MILLIS}. */
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

  private void write(Message m) {
    Speaker speaker = speakers.remove(m);
    try {
      Decoder d = new Decoder(context.router, m);
      int kind = d.u8();
      d.varint(); // the id of the context, which may lie
      context.recording.output(m.src, kind, m.size);
      if (kind == OutputForwarder.RECORD) {
        sink.record(m.src, speaker.own, reporter(speaker, m.src), d);
        return;
      }
      byte[] bytes = d.rest();
      if (kind == OutputForwarder.DUMP) {
        dump(speaker, m.src, bytes);
        return;
      } else if (kind == OutputForwarder.WARNING) {
        String line = Printable.line(new String(bytes, StandardCharsets.UTF_8));
        if (m.src != context.router.id) {
          line = reporter(speaker, m.src) + " reports: " + line;
        }
        log(Logger.getLogger(Loggers.LIBRARY), Level.WARNING, "{0}", line);
        return;
      }
      boolean crash = kind == OutputForwarder.CRASH;
      String stream = crash ? "crash" : kind == OutputForwarder.STDOUT ? "stdout" : "stderr";
      String logger = logger(speaker.name, stream);
      Level level = crash ? Level.SEVERE : Level.INFO;
      sink.lines(logger, level, m.src, speaker.own, prefix(speaker), bytes);
    } catch (RuntimeException | Error e) { // the next message is written all the same
      warn(m.src, e);
    }
  }

  /** Warns that a message was not logged: it can't be read, or the log back end failed. */
  private void warn(int source, Throwable e) {
    if (!warnings.allows(System.nanoTime())) {
      return; // a child may send bad messages without end
    }
    String text = "output of context {0} is not logged: {1}";
    String why = Printable.line(e.toString());
    try {
      log(Logger.getLogger(Loggers.LIBRARY), Level.WARNING, text, String.valueOf(source), why);
    } catch (RuntimeException | Error again) {
      // then nothing can be logged
    }
  }

  /**
   * The text before each line of a context when the name of the logger does not tell which context
   * it is.
   */
  private String prefix(Speaker speaker) {
    boolean shared = speaker.name != null && !named.contains(speaker.name);
    return (shared ? speaker.name + ": " : "") + speaker.prefix;
  }

  /** Writes a dump of a context's threads as one record. */
  private void dump(Speaker speaker, int context, byte[] utf8) {
    String logger = logger(speaker.name, "dump");
    int length = Math.min(utf8.length, MAX_DUMP);
    String text = Printable.lines(new String(utf8, 0, length, StandardCharsets.UTF_8));
    sink.text(logger, Level.WARNING, context, speaker.own, prefix(speaker) + text);
  }

  /** The text for a context that reports something; leaves out names that a child gave. */
  private static String reporter(Speaker speaker, int id) {
    if (speaker.name == null) {
      return "context " + id;
    } else if (speaker.prefix.isEmpty()) {
      return speaker.name + " (" + id + ")";
    }
    return "context " + id + " below " + speaker.name;
  }

  /** The logger for a context's stream; the shared one if there are too many names already. */
  private String logger(String name, String stream) {
    if (name != null && (named.contains(name) || named.size() < Limits.LOGGERS)) {
      named.add(name);
      return Loggers.output(name, stream);
    }
    return Loggers.output(null, stream);
  }

  /** Logs without a source class: formatters would show this class instead of the logger. */
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
