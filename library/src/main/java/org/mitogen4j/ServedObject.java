package org.mitogen4j;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A service that runs, and what waits for it. */
final class ServedObject {
  /** Calls that may wait for others, for which their callers have got credit back. */
  private static final int MOST_WAITING = 10_000;

  final Object object;
  private final ServicePool pool;
  private final Map<String, ServedMethod> methods = new ConcurrentHashMap<>();

  // guarded by this

  private final ArrayDeque<ServiceCall> serial = new ArrayDeque<>();
  private boolean serving;

  /** Calls that wait for another, which equals them. */
  private final Map<Question, List<ServiceCall>> joined = new HashMap<>();

  private int waiting;

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

  /** What a deduplicated call asks: method and arguments, arrays by their elements. */
  private static final class Question {
    private final Object[] parts;

    Question(ServiceCall call) {
      parts = new Object[] {call.method(), call.arguments()};
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Question && Arrays.deepEquals(parts, ((Question) o).parts);
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(parts);
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
      methods.put(key, found);
    }
    return found;
  }

  /** Runs a call, now or in its turn, or joins it to one that runs. On a thread of the pool. */
  void take(ServiceCall call) {
    Exposed.Run how = call.method().how();
    synchronized (this) {
      if (waiting >= MOST_WAITING) {
        how = null;
      } else if (how == Exposed.Run.SERIALLY) {
        if (serving) {
          serial.add(call);
          waiting++;
          return;
        }
        serving = true;
      } else if (how == Exposed.Run.DEDUPLICATED) {
        Question question = new Question(call);
        List<ServiceCall> others = joined.get(question);
        if (others != null) {
          others.add(call);
          waiting++;
          return;
        }
        joined.put(question, new ArrayList<>());
      }
    }
    if (how == null) {
      String why = MOST_WAITING + " calls wait for " + call.method() + " already";
      call.answer(null, new IllegalStateException(why));
    } else {
      call.invoke();
    }
  }

  /** A call has run. On any thread. */
  void done(ServiceCall call, Object result, Throwable failure) {
    ServiceCall next = null;
    List<ServiceCall> others = new ArrayList<>();
    synchronized (this) {
      if (call.method().how() == Exposed.Run.SERIALLY) {
        next = serial.poll();
        serving = next != null;
        waiting -= next == null ? 0 : 1;
      } else if (call.method().how() == Exposed.Run.DEDUPLICATED) {
        others = joined.remove(new Question(call));
        waiting -= others.size();
      }
    }
    call.answer(result, failure);
    for (ServiceCall other : others) {
      other.answer(result, failure);
    }
    if (next != null) {
      pool.run(next::invoke);
    }
  }
}
