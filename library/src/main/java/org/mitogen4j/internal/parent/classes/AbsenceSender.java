package org.mitogen4j.internal.parent.classes;

import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.program.ProgramSource;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.TransferListener;

/** Tells contexts of names that do not exist, before they ask for them. */
final class AbsenceSender {
  private static final byte[] NOTHING = ResourceKey.nowhere();

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;
  private final BundleSender bundles;

  AbsenceSender(Parent parent, BundleSender bundles) {
    this.parent = parent;
    this.bundles = bundles;
    context = parent.context;
    classes = parent.classes;
  }

  /**
   * Tells a child of an absent class, or of all names that there are.
   *
   * @param seen the number of changes of {@link AbsentClasses} before
   * @return what was sent; null for nothing
   */
  Packed tell(ContextRecord child, String key, String why, int seen) {
    String className = ResourceKey.classOfAbsent(key);
    byte[] bytes = className == null ? classes.here(ResourceKey.NAMES) : NOTHING;
    Link way = context.routing.way(child.id);
    if (className != null && classes.classFile(className) != null) {
      child.sentClasses().sent.add(key); // the class exists by now: it is not looked for again
      return null;
    } else if (way == null || bytes == null || bytes.length == 0) {
      return null;
    }
    TransferListener listener = parent.transfers;
    long begun = listener == null ? 0 : System.nanoTime();
    if (bytes.length > Header.MAX_PAYLOAD / 2) {
      bundles.send(child, Parent.CONTEXT); // it can put the pieces of a long message together
    }
    if (!parent.server.absences.tell(way, child.id, key, bytes, seen)) {
      return null;
    }
    Packed packed = Packed.single(key, bytes);
    child.sentClasses().countBytes(key, bytes.length);
    classes.sending(
        key, child, why, packed, way.peer == child.id ? null : parent.known.get(way.peer));
    if (listener != null) {
      listener.sent(child.id, 1, bytes.length, begun);
    }
    return packed;
  }

  /**
   * Sends all names of the program to a context that asked for an absent one, once; only if they
   * are known here, and the context or one below it has the library's classes that use them.
   */
  void sendNames(int id) {
    int seen = parent.server.absences.changes();
    ContextRecord child = parent.known.get(id);
    Link way = context.routing.way(id);
    if (child != null
        && way != null
        && way.sent.contains(ProgramSource.PROGRAM_LOADER)
        && !parent.server.absences.wasTold(way, id, ResourceKey.NAMES)) {
      tell(child, ResourceKey.NAMES, "it asks for what is not", seen);
    }
  }
}
