package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.context.MessageDelivery;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.Requests;

/**
 * Answers children that ask for classes. A class that is not here is asked for once in the parent,
 * however many children wait for it, and no thread waits for it. Each child has a queue of its own;
 * the queues take turns.
 */
public final class ClassServer extends Requests.FromChild {
  /** Separates the names in an answer. Keys of resources and of variants contain semicolons. */
  private static final String SEPARATOR = "\n";

  /** The bundle of the API's classes. */
  private static final String API = "api";

  /** The most questions of a child that are not answered yet. */
  private static final int MAX_OPEN = 10_000;

  /** The most questions to the parent at a time; for the parent this context is a child as well. */
  private static final int MAX_ASKING = MAX_OPEN / 4;

  private final Parent parent;
  private final AnswerCompanions companions;
  private final ContextRuntime context;
  private final MessageRouter router;
  private final Executor pool;
  final AbsentClasses absences;

  private final Map<Link, ChildQueue> queues = new ConcurrentHashMap<>();

  /** The number of questions to the parent that are not answered yet. */
  private final AtomicInteger asking = new AtomicInteger();

  /** The questions that wait for an answer of the parent, by the name that they ask for. */
  @GuardedBy("waiting")
  private final Map<String, List<Message>> waiting = new HashMap<>();

  public ClassServer(Parent parent, Executor pool) {
    this.parent = parent;
    this.pool = pool;
    context = parent.context;
    router = parent.router;
    companions = new AnswerCompanions(parent, parent.sender);
    absences = new AbsentClasses(parent);
    queue(null); // loads the classes now: a reading thread can't wait for them
    new Answer("");
  }

  @Override
  public void receive(Message m) {
    ChildQueue queue = queues.computeIfAbsent(m.from, this::queue);
    if (queue.open.incrementAndGet() > MAX_OPEN || m.size > Requests.MAX_SIZE) {
      throw new IllegalArgumentException(
          "it asks for more than "
              + MAX_OPEN
              + " classes at a time, or for one with a longer name");
    } else {
      queue.add(() -> serve(m));
    }
  }

  private ChildQueue queue(Link to) {
    return new ChildQueue(to, parent, pool, () -> asking.get() > MAX_ASKING);
  }

  /** Has children forget absent classes, since some may exist now. */
  public void forgetAbsent() {
    absences.forget();
  }

  /** Forgets contexts that are gone. */
  public void forget(Collection<Integer> gone) {
    queues.keySet().removeIf(link -> link.dead() != null);
    absences.forget(gone);
  }

  private void serve(Message m) {
    try {
      find(m, new Decoder(router, m).text());
    } catch (RuntimeException | Error e) {
      answered(m);
      String why = router.name + " can't find a class: " + e;
      context.routing.dead(m.from, m.src, m.replyTo, new EndCause(EndCause.FAILED, why));
    }
  }

  private void find(Message m, String name) {
    if (ResourceKey.isResource(name) ? !isResource(name) : !isClass(name)) {
      context.routing.refuse(m.from, "it asks for " + Printable.line(name));
      answer(m, name, Message.EMPTY, Collections.emptyList(), absences.changes());
      return;
    }
    boolean isLibrary = name.startsWith(ResourceKey.LIBRARY);
    if (isLibrary && name.endsWith(".")) { // no context asks for its own packages
      answer(m, name, Message.EMPTY, Collections.emptyList(), absences.changes());
      return;
    } else if (isLibrary) {
      pushBundleOf(m, name);
    }
    int seen = absences.changes();
    if (!ResourceKey.isResource(name) && absences.wasAnswered(m.from, name)) {
      answer(m, name, Message.EMPTY, Collections.emptyList(), seen);
      return;
    }
    byte[] packed = parent.classes.here(name);
    if (packed == null) {
      synchronized (waiting) {
        packed = parent.classes.here(name); // an answer may have come meanwhile
        if (packed == null) {
          List<Message> who = waiting.get(name);
          if (who != null) {
            who.add(m);
            return;
          }
          who = new ArrayList<>();
          who.add(m);
          waiting.put(name, who);
        }
      }
    }
    if (packed != null) {
      ContextRecord child = parent.known.get(m.src);
      List<Packed> along =
          child == null || packed.length == 0
              ? Collections.emptyList()
              : companions.send(child, name);
      int sent = answer(m, name, packed, along, seen);
      if (sent > 0) {
        LinkView.countServed(context, m.from, sent);
      }
      return;
    }
    new Answer(name).ask(false);
  }

  private static boolean isClass(String name) {
    return !name.contains("..") && name.indexOf('/') < 0;
  }

  private static boolean isResource(String key) {
    String name = ResourceKey.resource(key);
    return !ResourceKey.isAbsence(key) && (name.isEmpty() || ResourceKey.isName(name));
  }

  /** Sends the bundle of a class of the library that a child asks for. */
  private void pushBundleOf(Message m, String name) {
    String bundle = parent.sender.bundles.bundleOf(name);
    if (bundle == null) {
      return;
    }
    parent.sender.sendBundle(m.src, bundle);
    ContextRecord asking = parent.known.get(m.src);
    if (bundle.equals(API) && asking != null) {
      for (String function : ClassSender.asking(asking)) {
        asking.sentClasses().askedForApi.add(function);
        parent.sender.history.askedForApi(function, m.from.peer);
      }
    }
  }

  /**
   * Answers a child.
   *
   * @param packed the packed class; no bytes if it is absent
   * @param along the classes that were sent before the answer, for contexts that pass it on
   * @param seen the value of {@link AbsentClasses#changes} when the class was looked for
   * @return the bytes that were sent; 0 also for none that {@link LinkView#countServed} counts
   */
  @CanIgnoreReturnValue
  private int answer(Message m, String name, byte[] packed, List<Packed> along, int seen) {
    ContextRecord asking = parent.known.get(m.src);
    List<String> functions = // as of now: once the child has the answer they may end
        asking == null ? Collections.emptyList() : ClassSender.asking(asking);
    if (packed.length == 0) {
      parent.sender.absences.sendNames(m.src);
    }
    ChildQueue queue = queues.get(m.from);
    if (packed.length == 0 && queue != null && !absences.answer(m, name, seen)) {
      find(m, name); // the class may exist by now
      return 0;
    }
    answered(m);
    asked(m, name, along, packed, functions);
    ContextRecord child = parent.known.get(m.from.peer);
    String identity = parent.classes.identity(name, packed);
    if (packed.length == 0) {
      return 0;
    } else if (identity != null && child != null && packed.length < MessageDelivery.MOST_NOW) {
      return answer(m, name, packed, identity, child.sentClasses().contents(context));
    }
    logSent(m, name, packed, ClassPusher.ASKED_FOR);
    Encoder e = new Encoder(router, true);
    e.bytes(packed);
    StringBuilder names = new StringBuilder();
    for (Packed p : along) {
      names.append(names.length() == 0 ? "" : SEPARATOR).append(p.name);
    }
    e.text(names.toString());
    if (packed.length < MessageDelivery.MOST_NOW) {
      count(m, name, packed.length);
      parent.requests.answer(m, e);
      sent(m, name);
    } else if (queue != null) { // else it is gone
      queue.apart(
          () -> {
            try {
              count(m, name, packed.length);
              router.send(m.src, m.replyTo, 0, e, 0, true);
              sent(m, name);
            } catch (DeadException gone) {
              // the child is gone
            }
          });
    }
    return packed.length;
  }

  /**
   * Answers with content of a file, or with its identity only if equal content went by the link.
   */
  private int answer(
      Message m, String name, byte[] packed, String identity, SentContents contents) {
    Decoder question = new Decoder(router, m);
    question.text();
    boolean withBytes = question.left() > 0 && question.u8() == ResourceKey.WITH_BYTES;
    byte[] bytes =
        contents.answer(
            identity,
            packed,
            withBytes,
            sent -> {
              count(m, name, sent.length);
              Encoder e = new Encoder(router, true);
              e.bytes(sent);
              e.text(identity);
              if (sent.length > 0) {
                parent.requests.answer(m, e);
              } else {
                parent.requests.answerBehind(m, e);
              }
            });
    logSent(
        m,
        name,
        bytes,
        bytes.length > 0 ? ClassPusher.ASKED_FOR : "asked for, equal content was sent before");
    sent(m, name);
    return bytes.length;
  }

  private void logSent(Message m, String name, byte[] packed, String why) {
    ContextRecord child = parent.known.get(m.src);
    if (child != null) {
      ContextRecord hop = m.from.peer == child.id ? null : parent.known.get(m.from.peer);
      parent.classes.sending(name, child, why, Packed.single(name, packed), hop);
    }
  }

  /**
   * Notes that a child asked for a class or a resource, for later children that run the same
   * functions.
   */
  private void asked(
      Message m, String name, List<Packed> along, byte[] packed, List<String> functions) {
    ContextRecord child = parent.known.get(m.src);
    boolean found = packed.length > 0;
    if (child != null && !isOfEveryContext(name)) {
      LoadedClasses history = parent.sender.history;
      if (!ResourceKey.isContinued(name)) { // further pieces of a file are read ahead
        boolean wasSent = child.sentClasses().sent(ResourceKey.classOf(name));
        child.sentClasses().count(found, wasSent);
        parent.classes.question(name, child, found, wasSent, functions);
      }
      if (!found && !ResourceKey.isResource(name)) {
        if (!name.endsWith(".")) { // later children need not ask
          String absent = ResourceKey.absentClass(name);
          functions.forEach(function -> history.asked(function, absent, m.from.peer, false));
        }
        return;
      }
      parent.sender.pusher.sendPackage(child, name);
      if (!ResourceKey.isContinued(name)) {
        String asked = ResourceKey.isResource(name) ? name : ResourceKey.classOf(name);
        if (found) { // a child can make up any number of names of what is not
          child.sentClasses().noteAskedFor(asked, functions);
        }
        for (String function : functions) {
          history.asked(function, asked, m.from.peer, found);
          for (Packed p : along) {
            for (String with : p.classes) {
              if (!ResourceKey.isResource(with)) { // those that it uses it reports
                history.askedAlong(function, ResourceKey.classOf(with), m.from.peer);
              }
            }
          }
        }
      }
    }
  }

  /**
   * Whether it is a class that every context gets, sooner or later, with all others of its kind.
   */
  private boolean isOfEveryContext(String name) {
    String bundle = parent.sender.bundles.bundleOf(name);
    return Parent.CONTEXT.equals(bundle) || Parent.PROGRAM.equals(bundle);
  }

  /** The handler for what the parent pushes: classes, or that absent classes may exist now. */
  public Handler fromAbove() {
    Handler keeping = router.handlers.get(Handle.PUSH);
    return new Handler() {
      @Override
      public void receive(Message m) {
        keeping.receive(m);
        if (new Decoder(router, m).text().isEmpty()) {
          absences.forget();
        }
      }
    };
  }

  /**
   * Counts what is about to be sent: a function that needed it may return before its sender goes
   * on.
   */
  private void count(Message m, String name, int bytes) {
    ContextRecord child = parent.known.get(m.src);
    if (child != null) {
      child.sentClasses().countBytes(name, bytes);
    }
  }

  /** Notes what a child was sent; of a large file only its first piece. */
  private void sent(Message m, String name) {
    ContextRecord child = parent.known.get(m.src);
    if (ResourceKey.isContinued(name)) {
      return;
    }
    if (child != null) {
      child.sentClasses().lock();
      try {
        String sent = ResourceKey.isResource(name) ? name : ResourceKey.classOf(name);
        child.sentClasses().sent.add(sent);
      } finally {
        child.sentClasses().unlock();
      }
    }
    m.from.sent.add(name); // behind the answer: messages that rely on it are sent behind it, too
  }

  private void answered(Message m) {
    ChildQueue queue = queues.get(m.from);
    if (queue != null) {
      queue.open.decrementAndGet();
    }
  }

  /** Receives the parent's answer. */
  private final class Answer extends Handler {
    private final String name;
    private long handle;

    Answer(String name) {
      this.name = name;
      peer = router.parents.length == 0 ? router.id : router.parents[0];
    }

    void ask(boolean withBytes) {
      Encoder e = new Encoder(router, true);
      e.text(name);
      if (withBytes) {
        e.u8(ResourceKey.WITH_BYTES);
      }
      asking.incrementAndGet();
      handle = router.open(this);
      try {
        router.send(peer, Handle.CLASS, handle, e, 0, true);
      } catch (DeadException lost) {
        receive(Disconnects.dead(peer, router.id, handle, lost.cause));
      }
    }

    /** Adds the answers to the queues of the waiting children; called on a reading thread. */
    @Override
    public void receive(Message answer) {
      router.handlers.remove(handle);
      byte[] packed = null;
      List<String> along = new ArrayList<>();
      if (!answer.dead()) {
        Decoder d = new Decoder(router, answer);
        packed = d.bytes();
        if (ResourceKey.isContent(name)) {
          String identity = d.left() > 0 ? d.text() : ""; // no text: there is no such file
          packed = parent.classes.keep(name, packed, identity);
          if (packed == null) { // equal content came before, and was dropped since
            asking.decrementAndGet();
            pool.execute(() -> ask(true));
            return;
          }
        } else {
          parent.classes.keep(name, packed);
          String names = packed.length == 0 ? "" : d.text();
          if (!names.isEmpty()) {
            along.addAll(Arrays.asList(names.split(SEPARATOR)));
          }
        }
      }
      byte[] found = packed;
      List<Message> who;
      synchronized (waiting) {
        who = waiting.remove(name);
      }
      if (who == null) {
        return; // the link has ended, of which the children were told
      }
      asking.decrementAndGet();
      int seen = absences.changes(); // on this reading thread, which also receives changes
      for (Message m : who) {
        ChildQueue queue = queues.get(m.from);
        if (found == null) { // a lost link does not mean that the class is absent
          answered(m);
          context.routing.dead(m.from, m.src, m.replyTo, EndCause.of(answer));
        } else if (queue != null) { // else it is gone
          queue.add(() -> answer(m, name, found, parent.sender.pusher.sendOn(m.src, along), seen));
        }
      }
    }
  }
}
