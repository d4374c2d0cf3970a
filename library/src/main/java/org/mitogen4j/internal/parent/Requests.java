package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.ContextShutdown;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.start.ChildStderr;

/** Answers requests of direct children: for ids, to detach, and why they end. */
public final class Requests {
  /** The most bytes of a request of a child. */
  public static final int MAX_SIZE = Limits.REQUEST;

  private final Parent parent;
  private final ContextRuntime context;
  private final MessageRouter router;
  private final Map<Integer, ChildQuota> quotas = new ConcurrentHashMap<>();

  Requests(Parent parent) {
    this.parent = parent;
    context = parent.context;
    router = parent.router;
    new Block(null, null); // loads the class now: a reading thread can't wait for it
    router.handlers.put(Handle.ALLOCATE, new Allocate());
    router.handlers.put(Handle.DETACH, new Detach());
    router.handlers.put(Handle.ENDED, new Ended());
  }

  /** The quota of a direct child. */
  ChildQuota quota(Link child) {
    ChildQuota quota = quotas.computeIfAbsent(child.peer, id -> new ChildQuota());
    if (child.dead() != null) {
      quotas.remove(child.peer);
    }
    return quota;
  }

  void gone(int child) {
    quotas.remove(child);
  }

  /** Answers a child without waiting for it; drops the answer when the child takes none. */
  public void answer(Message to, Encoder e) {
    try {
      if (!context.routing.isOverdrawn(to.from, to.src, (int) FragmentedSend.size(e))) {
        context.delivery.sendNow(to.src, to.replyTo, e);
      }
    } catch (DeadException gone) {
      // then nobody asks any more
    }
  }

  /** As {@link #answer} for a short answer, which overtakes no longer one that was sent before. */
  public void answerBehind(Message to, Encoder e) {
    try {
      if (!context.routing.isOverdrawn(to.from, to.src, (int) FragmentedSend.size(e))) {
        router.send(to.src, to.replyTo, 0, e, Header.BULK, false);
      }
    } catch (DeadException gone) {
      // then nobody asks any more
    }
  }

  /** Handles that only a direct child uses. */
  public abstract static class FromChild extends Handler {
    @Override
    public boolean accepts(MessageRouter own, Message m) {
      return m.from != null && m.from != own.parent && m.src == m.from.peer;
    }
  }

  /** Receives requests for a block of ids. */
  private final class Allocate extends FromChild {
    @Override
    public void receive(Message m) {
      ChildQuota quota = quota(m.from);
      if (m.size > MAX_SIZE || !quota.begin()) {
        throw new IllegalArgumentException("more or longer requests than any context has");
      }
      Block block = new Block(m, quota);
      try {
        if (!quota.reserve() || !parent.ids.reserve()) {
          String why = "context " + m.src + " has had all the ids that it can get";
          throw new DeadException(new EndCause(EndCause.REFUSED, why));
        } else if (parent.ids.isRoot()) {
          block.give(parent.ids.block());
        } else {
          router.send(
              router.parents[0], Handle.ALLOCATE, block.open(), parent.ids.size(), 0, false);
        }
      } catch (DeadException e) {
        block.refuse(e.cause);
      }
    }
  }

  /** A child's request for a block of ids; in other contexts than the master also the answer. */
  private final class Block extends Handler {
    private final Message request;
    private final ChildQuota quota;

    @GuardedBy("this")
    private long replyTo;

    @GuardedBy("this")
    private boolean over;

    Block(Message request, ChildQuota quota) {
      this.request = request;
      this.quota = quota;
      peer = parent.ids.isRoot() ? router.id : router.parents[0];
    }

    /** Opens the handle for the answer of this context's parent. */
    synchronized long open() {
      replyTo = router.open(this);
      return replyTo;
    }

    /** Ends the request; false when it was ended before. */
    private synchronized boolean end() {
      boolean first = !over;
      over = true;
      router.handlers.remove(replyTo);
      return first;
    }

    @Override
    public void receive(Message m) {
      if (m.dead()) {
        refuse(EndCause.of(m));
      } else {
        give(parent.ids.first(new Decoder(router, m)));
      }
    }

    void give(int first) {
      if (end()) {
        quota.give(new int[] {first, first + Ids.BLOCK});
        quota.done();
        Encoder e = new Encoder(router, true);
        e.varint(first);
        answer(request, e);
      }
    }

    void refuse(EndCause why) {
      if (end()) {
        quota.done();
        context.routing.dead(request.from, request.src, request.replyTo, why);
      }
    }
  }

  /** A child's last request. Serving it may block, so each has a thread to itself. */
  private abstract class FinalRequest extends FromChild {
    abstract void serve(Message m);

    @Override
    public void receive(Message m) {
      if (quota(m.from).last()) {
        context.threads.execute(() -> serve(m));
      }
    }
  }

  /** Receives that a direct child detaches: its process lives on without this context. */
  private final class Detach extends FinalRequest {
    @Override
    void serve(Message m) {
      Link link = m.from;
      AutoCloseable owner = link.owner;
      if (owner instanceof Connection) {
        link.owner = ((Connection) owner)::release;
      }
      answer(m, new Encoder(router, true));
      try {
        link.await(true, parent.context.endMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      ContextRecord child = parent.known.get(m.src);
      String name = child == null ? "context " + m.src : child.name;
      link.end(ContextShutdown.detached(name));
    }
  }

  /** Receives why a direct child ends; its process may run for a while yet. */
  private final class Ended extends FinalRequest {
    @Override
    public void receive(Message m) {
      ContextRecord child = parent.known.get(m.src);
      EndCause cause = cause(m);
      if (child != null) {
        child.leaving = cause;
      }
      if (cause.kind != EndCause.EXITED) { // else the program's shutdown hooks still run
        super.receive(m);
      }
    }

    /** The cause that the child gives, with a text that names the child as its source. */
    private EndCause cause(Message m) {
      EndCause said = EndCause.of(m);
      if (said.kind == EndCause.SHUT_DOWN || said.kind == EndCause.EXITED) {
        return said;
      }
      ContextRecord child = parent.known.get(m.src);
      String name = child == null ? "context " + m.src : child.name;
      return new EndCause(said.kind, name + " gave up: " + said.text);
    }

    @Override
    void serve(Message m) {
      ChildStderr said = parent.errors.get(m.src);
      if (said != null) {
        said.await();
      }
      m.from.end(cause(m));
    }
  }
}
