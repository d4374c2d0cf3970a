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
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;

/**
 * Searches for the classes that functions need. What a search found is kept for the next child, and
 * a search goes on while a child runs its function: with what the child asks for, it finds what
 * that will need. Thread safe.
 */
final class ClassSearches {
  /** Results that are remembered; when there are more, all are forgotten. */
  private static final int MAX_RESULTS = 1000;

  /** Children whose searches can go on; of others a search begins anew. */
  private static final int MAX_RUNNING = 8;

  /** How long it is looked for what a call reaches, when that is much. */
  private static final long SEARCH_NANOS = 250_000_000;

  /** The number of classes at which a search without a request of a child stops. */
  private static final int MOST_BY_ITSELF = 4000;

  private static final int MORE_BY_ITSELF = 150;

  final ClassFiles files;
  private final Map<String, CallDependencies.Result> results = new ConcurrentHashMap<>();

  /** Searches that have begun, so that others wait for what they find. */
  private final Map<String, FutureTask<CallDependencies.Result>> begun = new ConcurrentHashMap<>();

  /** The last result for each function, whatever its arguments were. */
  private final Map<String, CallDependencies.Result> last = new ConcurrentHashMap<>();

  /** The searches of children by their ids; the one that was used last is the last. */
  @GuardedBy("this")
  private final Map<Integer, SoftReference<Running>> running = new LinkedHashMap<>(16, 0.75f, true);

  ClassSearches(ClassFiles files) {
    this.files = files;
  }

  /** The search of the function that a child runs. It guards itself. */
  private static final class Running {
    final String function;
    final CallDependencies search;

    Running(String function, CallDependencies search) {
      this.function = function;
      this.search = search;
    }
  }

  /** There may be other classes now. */
  synchronized void forget() {
    files.forget();
    results.clear();
    last.clear();
    running.clear();
  }

  /**
   * What a call needs.
   *
   * @param function null for none
   * @param values as {@link CallDependencies#of} wants them
   * @param call what tells this call from others
   */
  CallDependencies.Result of(String function, Collection<String> values, String call) {
    CallDependencies.Result known = results.get(call);
    if (known != null) {
      return known;
    }
    FutureTask<CallDependencies.Result> own =
        new FutureTask<>(() -> search(function, values, call));
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

  private CallDependencies.Result search(String function, Collection<String> values, String call) {
    CallDependencies.Result result = CallDependencies.of(files, function, values, SEARCH_NANOS);
    if (results.size() >= MAX_RESULTS) {
      results.clear();
      last.clear();
    }
    if (!result.missing) {
      results.put(call, result);
      if (function != null) {
        last.put(function, result);
      }
    }
    return result;
  }

  /**
   * What a child will need next that runs a function and asks for a class; the most likely first.
   *
   * @param function null where it is not known
   */
  Collection<String> next(int child, String function, String className, long more, long nanos) {
    Running r = running(child, function);
    synchronized (r) {
      r.search.ask(className);
      Set<String> names = new LinkedHashSet<>(r.search.next(more, nanos));
      names.addAll(r.search.names()); // it was found before that it needs these
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

  /** Goes on with the search for a function that a child runs; empty when that is at its end. */
  List<String> more(int child, String function, long nanos) {
    Running r = running(child, function);
    synchronized (r) {
      return r.search.found() >= MOST_BY_ITSELF
          ? Collections.emptyList()
          : new ArrayList<>(r.search.next(MORE_BY_ITSELF, nanos));
    }
  }

  private synchronized Running running(int child, String function) {
    SoftReference<Running> known = running.get(child);
    Running r = known == null ? null : known.get();
    String of = function == null ? "" : function;
    if (r == null || !r.function.equals(of)) {
      r = new Running(of, CallDependencies.after(files, last.get(of)));
      running.put(child, new SoftReference<>(r));
      Iterator<Integer> oldest = running.keySet().iterator();
      while (running.size() > MAX_RUNNING) {
        oldest.next();
        oldest.remove();
      }
    }
    return r;
  }
}
