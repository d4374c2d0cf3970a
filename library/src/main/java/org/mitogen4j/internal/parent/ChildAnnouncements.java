package org.mitogen4j.internal.parent;

import org.mitogen4j.internal.context.Routing;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Hello;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Receives the hello of each context below this one, records what it says, and passes it on to the
 * parent.
 */
final class ChildAnnouncements extends Requests.FromChild {
  private final Parent parent;
  private final MessageRouter router;
  private final Routing routing;

  ChildAnnouncements(Parent parent) {
    this.parent = parent;
    router = parent.router;
    routing = parent.context.routing;
    new ContextRecord(0, 0, "", ""); // loads the class now: a reading thread can't wait for it
  }

  @Override
  public void receive(Message m) {
    Object[] hello = new Decoder(router, m).all();
    int id = (int) hello[Hello.ID];
    int above = (int) hello[Hello.PARENT];
    ContextRecord child = parent.known.get(id);
    if (!mayName(m.from, id)
        || !routing.fits(m.from, id, above)
        || (child != null && child.isUp())) {
      routing.refuse(m.from, "it names " + id + " as a child of " + above);
      return;
    }
    String javaVersion = text(hello[Hello.JAVA_VERSION]);
    String user = text(hello[Hello.USER]);
    int pid = (int) hello[Hello.PID];
    if (child == null) {
      String name = text(hello[Hello.NAME]);
      String how = text(hello[Hello.METHOD]);
      int chars = javaVersion.length() + user.length() + name.length() + how.length();
      if (!parent.context.blame.charge(
          m.from, Resource.KEPT, id, Limits.RECORD_COST + 2L * chars)) {
        return; // nobody will find it
      }
      child = new ContextRecord(id, above, name, how);
      child.announcedBy = m.from;
      child.charged = Limits.RECORD_COST + 2 * chars;
      parent.known.put(id, child);
    }
    routing.plan(id, above, m.from);
    child.user = user.intern(); // a large tree has few of either
    child.pid = pid;
    child.javaVersion = javaVersion.intern();
    if (router.parent != null) {
      passOn(child);
    }
    parent.starts.up(id);
    if (above == router.id) {
      parent.starts.complete(id);
    }
  }

  private boolean mayName(Link child, int id) {
    Link way = routing.routes.get(id);
    return way == child || (way == null && parent.requests.quota(child).has(id));
  }

  /** A text that a context says of itself, made safe to show and cut to {@link Limits#NAME}. */
  private static String text(Object said) {
    if (!(said instanceof String)) {
      throw new IllegalArgumentException(
          "the hello of a context has no text for its name, account or Java version");
    }
    return Printable.line((String) said, Limits.NAME);
  }

  private void passOn(ContextRecord k) {
    Encoder e = new Encoder(router, true);
    e.all(new Object[] {k.id, k.parent, k.javaVersion, k.user, k.pid, k.name, k.how});
    try {
      router.send(router.parents[0], Handle.ADD_ROUTE, 0, e, 0, false);
    } catch (DeadException lost) {
      // then nobody above needs to know
    }
  }
}
