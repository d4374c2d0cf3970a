package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.parent.classes.CallDependencies.Effort;

/**
 * Searches for the classes that functions need, keeps the results for further children, and
 * continues a search while a child runs the function, also with the classes that the child asks
 * for. Thread safe.
 */
final class ClassSearches {
  /** The most results that are kept; beyond it all are forgotten. */
  private static final int MAX_RESULTS = 1000;

  /** The most children whose searches are continued; for others a search begins anew. */
  private static final int MAX_RUNNING = 8;

  /** For a search that delays a call. */
  private static final Effort FULL = new Effort(200_000_000, 200, CallDependencies.MAX_CLASSES);

  /** For a search that nothing continues. */
  private static final Effort PATIENT = new Effort(250_000_000, 600, CallDependencies.MAX_CLASSES);

  private static final long BRIEF_NANOS = 100_000_000;

  /** For a search that is continued while the child runs the function. */
  private static final Effort BRIEF_ONE = new Effort(BRIEF_NANOS, 60, CallDependencies.MAX_CLASSES);

  /** For many contexts: it ends at a number of classes, unless that takes two seconds. */
  private static final Effort FOR_MANY = new Effort(250_000_000, 600, 600);

  /**
   * The most classes that one step finds in the search of a single child, which also follows the
   * classes that the child asked for.
   */
  private static final int MORE = 150;

  /**
   * The most shared searches, one for each function; beyond it the one that was used least recently
   * is dropped.
   */
  private static final int MAX_SHARED = 8;

  /** Ahead of calls whose search was brief. */
  private static final String BRIEF = "brief ";

  /** Before the key of a result of {@link #late}. */
  private static final String AFTERWARDS = "late ";

  /** Before the key of a result of {@link #forFurtherDown}. */
  private static final String FURTHER = "further ";

  /** Before the key of a result of {@link #untilJars}. */
  private static final String NEAR = "near ";

  final ClassFiles files;
  private final Map<String, CallDependencies.Result> results = new ConcurrentHashMap<>();

  /** The searches that run, so that other threads wait for their results. */
  private final Map<String, FutureTask<CallDependencies.Result>> begun = new ConcurrentHashMap<>();

  /** The last result for each function, with whatever arguments. */
  private final Map<String, CallDependencies.Result> last = new ConcurrentHashMap<>();

  /** The searches of children by their ids; the one that was used last is the last. */
  @GuardedBy("this")
  private final Map<Integer, SoftReference<Running>> running = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * The searches of functions for all children together; the one that was used last is the last.
   */
  @GuardedBy("this")
  private final Map<String, SoftReference<SharedSearch>> shared =
      new LinkedHashMap<>(16, 0.75f, true);

  ClassSearches(ClassFiles files) {
    this.files = files;
  }

  /** The search of the function that a child runs. It guards itself. */
  private static final class Running {
    final String function;
    final CallDependencies search;
    boolean hasNames; // guarded by this

    Running(String function, CallDependencies search) {
      this.function = function;
      this.search = search;
    }
  }

  /** Forgets all results, since the program may have other classes now. */
  synchronized void forget() {
    files.forget();
    results.clear();
    last.clear();
    running.clear();
    shared.clear();
  }

  /**
   * Searches for the classes that a call needs; blocks.
   *
   * @param function null for none
   * @param values as for {@link CallDependencies#of}
   * @param call the key of the result: calls with the same key need the same classes
   */
  CallDependencies.Result of(String function, Collection<String> values, String call) {
    return of(function, values, call, FULL);
  }

  /**
   * As {@link #of(String, Collection, String)}, but the search may stop early, since it is
   * continued while the child runs the function.
   */
  CallDependencies.Result brief(String function, Collection<String> values, String called) {
    return of(function, values, BRIEF + called, BRIEF_ONE);
  }

  /** As {@link #of(String, Collection, String)}, for values without a call. */
  CallDependencies.Result ofValues(Collection<String> values) {
    return of(null, values, values.toString(), PATIENT);
  }

  /** As {@link #of(String, Collection, String)}, for a function that has returned. */
  CallDependencies.Result late(String function) {
    return of(function, Collections.emptyList(), AFTERWARDS + function, PATIENT);
  }

  private CallDependencies.Result of(
      String function, Collection<String> values, String call, Effort effort) {
    CallDependencies.Result known = results.get(call);
    if (known != null) {
      return known;
    }
    FutureTask<CallDependencies.Result> own =
        new FutureTask<>(() -> search(function, values, call, effort));
    FutureTask<CallDependencies.Result> first = begun.putIfAbsent(call, own);
    if (first == null) {
      own.run();
      begun.remove(call);
    }
    try {
      return (first == null ? own : first).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadException(new EndCause(EndCause.FAILED, "interrupted"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("can't follow " + call + ": " + e.getCause(), e.getCause());
    }
  }

  /**
   * As {@link #of(String, Collection, String)}, for a context further down: many of them may run
   * the function, so the search ends at a number of classes, which does not depend on the time.
   */
  CallDependencies.Result forFurtherDown(
      String function, Collection<String> values, String called) {
    return of(function, values, FURTHER + called, FOR_MANY);
  }

  /**
   * As {@link #of(String, Collection, String)}, for a child that gets whole jars: what is in these
   * is not looked into. Takes some milliseconds.
   */
  CallDependencies.Result untilJars(String function, Collection<String> values, String called) {
    String call = NEAR + called;
    CallDependencies.Result result = results.get(call);
    if (result == null) {
      result = CallDependencies.untilJars(files, function, values, BRIEF_NANOS);
      keep(call, result);
    }
    return result;
  }

  private void keep(String call, CallDependencies.Result result) {
    if (results.size() >= MAX_RESULTS) {
      results.clear();
      last.clear();
    }
    if (!result.missing) {
      results.put(call, result);
    }
  }

  private CallDependencies.Result search(
      String function, Collection<String> values, String call, Effort effort) {
    CallDependencies.Result result = CallDependencies.of(files, function, values, effort);
    keep(call, result);
    if (!result.missing && function != null) {
      last.put(function, result);
    }
    return result;
  }

  /**
   * The classes that a child will probably need next, the most likely first, when it asks for a
   * class while it runs a function.
   *
   * @param function null if it is not known
   */
  Collection<String> next(int child, String function, String className, long more, long nanos) {
    Running r = running(child, function);
    synchronized (r) {
      r.search.ask(className);
      Set<String> names = new LinkedHashSet<>(r.search.next(more, nanos));
      names.addAll(r.search.names()); // what was found before, but perhaps not sent
      return names;
    }
  }

  /** The classes that a child may need after it has read a resource that names classes. */
  Collection<String> mentioned(int child, String function, Collection<String> types, String why) {
    Running r = running(child, function);
    synchronized (r) {
      return r.search.mention(types, why);
    }
  }

  /**
   * The search for a function that is continued for all children that run it. {@link #leave} is to
   * be called for each call of this.
   */
  synchronized SharedSearch shared(String function) {
    SharedSearch search = get(shared.get(function));
    if (search == null) {
      search = new SharedSearch(CallDependencies.after(files, function, last.get(function)));
      shared.put(function, new SoftReference<>(search));
      removeOldest(shared, MAX_SHARED);
    }
    search.users++;
    return search;
  }

  /** The last child that leaves a search ends it; the class files of a large one are forgotten. */
  synchronized void leave(String function, SharedSearch search) {
    search.users--;
    if (search.users == 0) {
      if (get(shared.get(function)) == search) {
        shared.remove(function);
      }
      if (search.found() > CallDependencies.MAX_CLASSES) {
        files.forget();
      }
    }
  }

  /**
   * Continues the search for a function that a child runs, with the classes that it asked for;
   * empty when it is at its end. The result contains {@link ResourceKey#NAMES} when the child may
   * look for an absent class.
   */
  List<String> more(int child, String function, long nanos) {
    Running r = running(child, function);
    synchronized (r) {
      List<String> more = new ArrayList<>();
      if (r.search.found() >= SharedSearch.MOST) {
        return more;
      }
      more.addAll(r.search.next(MORE, nanos));
      if (!r.hasNames && r.search.namesAbsent()) {
        r.hasNames = true;
        more.add(0, ResourceKey.NAMES);
      }
      return more;
    }
  }

  /**
   * Called when the function that a child ran has answered: forgets a large search, and the class
   * files that were read for it. They can be read again.
   */
  synchronized void end(int child) {
    Running r = get(running.get(child));
    if (r != null && r.search.found() > CallDependencies.MAX_CLASSES) {
      running.remove(child);
      files.forget();
    }
  }

  private static <T> T get(SoftReference<T> reference) {
    return reference == null ? null : reference.get();
  }

  private synchronized Running running(int child, String function) {
    Running r = get(running.get(child));
    String of = function == null ? "" : function;
    if (r == null || !r.function.equals(of)) {
      r = new Running(of, CallDependencies.after(files, null, last.get(of)));
      running.put(child, new SoftReference<>(r));
      removeOldest(running, MAX_RUNNING);
    }
    return r;
  }

  private static void removeOldest(Map<?, ?> map, int most) {
    Iterator<?> oldest = map.keySet().iterator();
    while (map.size() > most) {
      oldest.next();
      oldest.remove();
    }
  }
}
