package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A service object, and the calls that wait because they run one after another or only once. */
final class ServedObject {
  /** The most calls that wait for other calls; their callers have got the credit for them back. */
  private static final int MOST_WAITING = 10_000;

  /** The most bytes of the messages of these calls. */
  private static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 32;

  final Object object;
  private final ServicePool pool;
  private final Map<String, ServedMethod> methods = new ConcurrentHashMap<>();

  @GuardedBy("this")
  private final ArrayDeque<ServiceCall> serial = new ArrayDeque<>();

  @GuardedBy("this")
  private boolean serving;

  /** The running deduplicated calls, each with the equal calls that wait for its result. */
  @GuardedBy("this")
  private final Map<Question, List<ServiceCall>> joined = new HashMap<>();

  @GuardedBy("this")
  private int waiting;

  @GuardedBy("this")
  private long bytes;

  ServedObject(ServicePool pool, Object object) {
    this.pool = pool;
    this.object = object;
    boolean exposes = false;
    for (Method m : object.getClass().getMethods()) {
      exposes |= m.isAnnotationPresent(Exposed.class);
    }
    if (!exposes) {
      throw new IllegalArgumentException(
          object.getClass().getName() + " is no service: it has no public method with @Exposed");
    }
  }

  /**
   * The method and arguments of a deduplicated call; arrays are compared by their elements. The
   * hash code is kept, because the method may change its arguments while it runs.
   */
  private static final class Question {
    private final Object[] parts;
    private final int hash;

    Question(ServiceCall call) {
      parts = new Object[] {call.method(), call.arguments()};
      hash = Arrays.deepHashCode(parts);
    }

    @Override
    public boolean equals(Object o) {
      return this == o || o instanceof Question && Arrays.deepEquals(parts, ((Question) o).parts);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  ServedMethod method(String name, int arguments) {
    String key = name + "/" + arguments;
    ServedMethod found = methods.get(key);
    if (found == null) {
      Method method = ServicePool.find(object.getClass(), name, arguments);
      if (method == null) {
        throw new IllegalArgumentException(
            object.getClass().getName()
                + " exposes no method "
                + name
                + " with "
                + arguments
                + " parameters");
      }
      found = new ServedMethod(method);
      if (found.to() == Exposed.To.CHECKED && !(object instanceof Guard)) {
        throw new IllegalStateException(
            object.getClass().getName() + " is no Guard, as its method " + name + " says");
      }
      ServedMethod other = methods.putIfAbsent(key, found);
      return other == null ? found : other; // one object for each method: calls compare it
    }
    return found;
  }

  /** Runs a call, now or in its turn, or joins it to one that runs. On a thread of the pool. */
  void take(ServiceCall call) {
    Exposed.Run how = call.method().how();
    synchronized (this) {
      if (waiting >= MOST_WAITING || bytes > MOST_BYTES) {
        how = null;
      } else if (how == Exposed.Run.SERIALLY) {
        if (serving) {
          serial.add(call);
          count(call, 1);
          return;
        }
        serving = true;
      } else if (how == Exposed.Run.DEDUPLICATED) {
        Question question = new Question(call);
        List<ServiceCall> others = joined.get(question);
        if (others != null) {
          others.add(call);
          count(call, 1);
          return;
        }
        joined.put(question, new ArrayList<>());
        call.question = question;
      }
    }
    if (how == null) {
      String why = "too many calls wait for " + call.method() + " already";
      call.answer(null, new IllegalStateException(why));
    } else {
      call.invoke();
    }
  }

  /** The number of calls that wait for other calls. */
  synchronized int waiting() {
    return waiting;
  }

  /** A call begins (1) or ends (-1) to wait for another. */
  @GuardedBy("this")
  private void count(ServiceCall call, int step) {
    waiting += step;
    bytes += (long) step * call.size();
  }

  /** A call has run. On any thread. */
  void done(ServiceCall call, Object result, Throwable failure) {
    ServiceCall next = null;
    List<ServiceCall> others = new ArrayList<>();
    synchronized (this) {
      if (call.method().how() == Exposed.Run.SERIALLY) {
        next = serial.poll();
        serving = next != null;
        if (next != null) {
          count(next, -1);
        }
      } else if (call.method().how() == Exposed.Run.DEDUPLICATED) {
        others = joined.remove(call.question);
        others.forEach(other -> count(other, -1));
      }
    }
    if (next != null) {
      pool.run(next::invoke);
    }
    for (ServiceCall other : others) {
      pool.run(() -> other.answer(result, failure)); // so that no answer waits for another's reader
    }
    call.answer(result, failure);
  }
}
