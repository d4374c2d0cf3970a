package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Asks a context which classes it has loaded, and notes the answer for the functions that it ran. A
 * context without {@code ProgramLoader} reports only classes that came in blocks; the few others
 * that were sent to it count as loaded.
 */
final class UsedClassesRequest extends Handler {
  private static final int MAX_SIZE = 1 << 20;

  /** The most absent names and files that are taken from all reports of one context. */
  private static final int MAX_MISSED = 1000;

  private final Parent parent;
  private final ContextRecord child;
  private final Map<String, Set<String>> functions;
  private volatile long handle;

  UsedClassesRequest(Parent parent, ContextRecord child) {
    this.parent = parent;
    this.child = child;
    peer = child.id;
    functions = child.sentClasses().takeUnreported();
  }

  void send() {
    parent.sender.fullContexts.prepare(child.id);
    handle = parent.router.open(this);
    try {
      parent.router.send(child.id, Handle.USED, handle, new Encoder(parent.router, true), 0, false);
    } catch (DeadException gone) {
      parent.router.handlers.remove(handle);
    }
  }

  /** Called on a reading thread. */
  @Override
  public void receive(Message m) {
    parent.router.handlers.remove(handle);
    if (!m.dead() && m.size <= MAX_SIZE) {
      Decoder d = new Decoder(parent.router, m);
      List<String> loaded = Arrays.asList(d.text().split("/"));
      List<String> missed = Arrays.asList(d.text().split("\n"));
      child.sentClasses().learn(() -> learn(loaded, missed), parent.due::submit);
    }
  }

  /**
   * Whether a key means the file of a class, or all small files of the folder of one, and there are
   * such files.
   *
   * @param packages those of which the context was sent classes: it may make up others
   */
  private boolean readsClassFile(String key, Set<String> packages) {
    if (!ResourceKey.isContent(key) || ResourceKey.isContinued(key)) {
      return false;
    }
    String file = ResourceKey.resource(key);
    String folder = file.substring(0, file.lastIndexOf('/') + 1);
    return ResourceKey.isName(file)
        && (file.equals(folder) || file.endsWith(".class"))
        && packages.contains(ResourceKey.packageOf(folder.replace('/', '.')))
        && exists(key);
  }

  /** Whether a key asks for a resource that exists and was sent without a question. */
  private boolean isSent(String key) {
    return !key.isEmpty()
        && key.charAt(0) == ResourceKey.FIND
        && child.sentClasses().sent(key)
        && exists(key);
  }

  private boolean exists(String key) {
    byte[] found = parent.classes.here(key);
    return found != null && found.length > 0 && !ResourceKey.isNowhere(key, found);
  }

  private void learn(List<String> names, List<String> missed) {
    Link link = parent.context.routing.way(child.id);
    if (link == null) {
      return; // the context is gone
    }
    Set<String> told = new LinkedHashSet<>();
    for (String name : names) {
      told.add(ResourceKey.classOf(name));
    }
    SentClasses all = child.sentClasses();
    all.lock();
    try {
      told.retainAll(all.sent); // a hostile child may make up other names
    } finally {
      all.unlock();
    }
    Set<String> program = new HashSet<>(told);
    program.removeIf(parent.classes::isLibrary);
    all.noteUnclaimed(program);
    for (Set<String> sent : functions.values()) {
      for (String name : sent) {
        if (!ResourceKey.isResource(name)) {
          parent.classes.told(name, child, told.contains(name));
        }
      }
    }
    Set<String> packages = new HashSet<>();
    for (String name : all.names()) {
      packages.add(ResourceKey.packageOf(name));
    }
    int room = MAX_MISSED - all.missed;
    List<String> absent = missed.size() <= room ? missed : missed.subList(0, Math.max(0, room));
    all.missed += absent.size();
    Set<String> current = all.current().keySet();
    for (String key : absent) {
      boolean exists = readsClassFile(key, packages) || isSent(key);
      if (exists
          || ResourceKey.isAbsence(key)
          || key.startsWith(ResourceKey.FIND + "") && ResourceKey.isName(key.substring(1))) {
        for (String function : current) {
          parent.sender.history.asked(function, key, link.peer, exists);
        }
      }
    }
    for (Map.Entry<String, Set<String>> function : functions.entrySet()) {
      Set<String> before = all.takeReportedBefore(function.getKey());
      List<String> loaded = new ArrayList<>();
      Set<String> used = new LinkedHashSet<>(); // in the order in which they were loaded
      all.lock();
      try {
        for (String name : all.sent) {
          if (!all.reportable.contains(name)) {
            used.add(name);
          }
        }
        used.addAll(before);
        used.addAll(told);
        for (String name : used) {
          boolean own =
              function.getValue().contains(name)
                  || all.isAskedFor(name, function.getKey())
                  || all.askedForApi.contains(function.getKey())
                      && told.contains(name)
                      && parent.classes.isLibrary(name);
          boolean isClass = !ResourceKey.isResource(name) && !name.endsWith(".");
          if (own && isClass) {
            loaded.add(name);
          }
        }
      } finally {
        all.unlock();
      }
      parent.sender.searchLate(child, function.getKey());
      boolean isDirect = link.peer == child.id;
      parent.sender.history.report(function.getKey(), link.peer, loaded, isDirect);
      parent.sender.packAhead(child, function.getKey());
    }
    all.noteReport(told); // last: a thread that waits for the report then finds all of it noted
  }
}
