package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.ContextShutdown;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.context.Limits;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.start.ChildStderr;

/** Answers what children ask but classes: for ids, to be let go, to be waited for at their end. */
public final class Requests {
  /** No request of a child is longer. */
  public static final int MAX_SIZE = Limits.REQUEST;

  private final Parent parent;
  private final ContextRuntime context;
  private final MessageRouter router;
  private final Map<Integer, ChildQuota> accounts = new ConcurrentHashMap<>();

  Requests(Parent parent) {
    this.parent = parent;
    context = parent.context;
    router = parent.router;
    new Block(null, null); // so that the class is here when a reading thread needs it
    router.handlers.put(Handle.ALLOCATE, new Allocate());
    router.handlers.put(Handle.DETACH, new Detach());
    router.handlers.put(Handle.ENDED, new Ended());
  }

  /** What a child has had. */
  ChildQuota account(Link child) {
    ChildQuota account = accounts.computeIfAbsent(child.peer, id -> new ChildQuota());
    if (child.dead() != null) {
      accounts.remove(child.peer);
    }
    return account;
  }

  void gone(int child) {
    accounts.remove(child);
  }

  /** Answers a child; does not wait. */
  public void answer(Message to, Encoder e) {
    try {
      if (!context.routing.isOverdrawn(to.from, to.src, (int) FragmentedSend.size(e))) {
        context.delivery.sendNow(to.src, to.replyTo, e);
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

  /** Gives a child a block of ids, and remembers that it may use them. */
  private final class Allocate extends FromChild {
    @Override
    public void receive(Message m) {
      ChildQuota account = account(m.from);
      if (m.size > MAX_SIZE || !account.begin()) {
        throw new IllegalArgumentException("more or longer requests than any context has");
      }
      Block block = new Block(m, account);
      try {
        if (!account.reserve() || !parent.ids.reserve()) {
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

  /** A block of ids for a child, which the parent of this context is asked for. */
  private final class Block extends Handler {
    private final Message request;
    private final ChildQuota account;

    @GuardedBy("this")
    private long replyTo;

    @GuardedBy("this")
    private boolean over;

    Block(Message request, ChildQuota account) {
      this.request = request;
      this.account = account;
      peer = parent.ids.isRoot() ? router.id : router.parents[0];
    }

    /** The handle for the answer. */
    synchronized long open() {
      replyTo = router.open(this);
      return replyTo;
    }

    /** Whether this is the first answer. */
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
        account.give(new int[] {first, first + Ids.BLOCK});
        account.done();
        Encoder e = new Encoder(router, true);
        e.varint(first);
        answer(request, e);
      }
    }

    void refuse(EndCause why) {
      if (end()) {
        account.done();
        context.routing.dead(request.from, request.src, request.replyTo, why);
      }
    }
  }

  /** The last that a direct child asks for: takes a moment, and a thread of its own. */
  private abstract class FinalRequest extends FromChild {
    abstract void serve(Message m);

    @Override
    public void receive(Message m) {
      if (account(m.from).last()) {
        router.start("end " + m.src, () -> serve(m));
      }
    }
  }

  /** A direct child is going to live on by itself. */
  private final class Detach extends FinalRequest {
    @Override
    void serve(Message m) {
      Link stream = m.from;
      AutoCloseable owner = stream.owner;
      if (owner instanceof Connection) {
        stream.owner = ((Connection) owner)::release;
      }
      answer(m, new Encoder(router, true));
      try {
        stream.await(true, parent.context.endMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      ContextRecord child = parent.known.get(m.src);
      String name = child == null ? "context " + m.src : child.name;
      stream.end(ContextShutdown.detached(name));
    }
  }

  /** A direct child says why it ends; its process may take a while to follow. */
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

    /** In the child's words, and said to be. */
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
