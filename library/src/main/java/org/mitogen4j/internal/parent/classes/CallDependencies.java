package org.mitogen4j.internal.parent.classes;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.parent.classes.ClassFile.Member;
import org.mitogen4j.internal.parent.classes.ClassFile.Reference;

/**
 * Searches for the classes that a call needs, the most likely ones first. It follows the code of
 * the called method, method by method, through the program's classes. A method that overrides a
 * called one counts once an object of its class is made. Direct calls come before calls through an
 * interface, a lambda or an initializer. The code of the JDK and of the library is not followed.
 *
 * <p>A class also needs what the JVM loads along with it: {@link LinkingProbe} shows that for the
 * first classes, for the others the types in their code stand for it.
 */
final class CallDependencies {
  /** The number of classes at which the search stops; the child will ask for further ones. */
  static final int MAX_CLASSES = 1500;

  /** Below a minimum of classes the search may take this many times its time. */
  private static final int PATIENCE = 8;

  /** The most classes that are taken for the running one when a child asks for a class. */
  private static final int MAX_RUNNING = 30;

  /** The most classes that are looked at to find those. */
  private static final int MAX_LOOKED = 300;

  // the distance of a class or method from what leads to it: the larger, the less likely
  private static final int DIRECT = 1;
  private static final int BY_VERIFIER = 2;
  private static final int BY_INTERFACE = 2;
  static final int BY_OTHERS = 3;
  static final int BY_HANDLE = 2;
  private static final int BY_CONSTANT = 5;
  private static final int BY_HANDLE_OF_INITIALIZER = 10;
  private static final int BY_RESOURCE = 8;

  private final NeededClasses classes;
  private final ClassFiles files;
  private final MadeObjects objects;
  private final NamedThings named;
  private final PriorityQueue<SearchStep> open = new PriorityQueue<>();
  private final Set<Member> visited = new HashSet<>();
  private final Set<String> initialized = new HashSet<>();
  private final Set<String> constantClasses = new HashSet<>();

  /** The classes that may be loaded, for which steps were added, by name with their distance. */
  private final Map<String, Integer> later = new HashMap<>();

  /** The distance of what is looked at now; 0 is certain. */
  private int distance;

  private int steps;
  private boolean stopsAtJars;
  private boolean usesApi;
  private boolean missing;

  /** Whether a child waits for the result: then nothing is looked at that takes long. */
  private CallDependencies(ClassFiles files, NeededClasses classes, boolean quick) {
    this.files = files;
    this.classes = classes;
    objects = new MadeObjects(classes);
    named = new NamedThings(this, classes, files, quick);
  }

  /** Copies a search, which then goes on by itself; the copy looks at nothing that takes long. */
  private CallDependencies(CallDependencies other) {
    this(other.files, new NeededClasses(other.classes), true);
    open.addAll(other.open);
    visited.addAll(other.visited);
    initialized.addAll(other.initialized);
    constantClasses.addAll(other.constantClasses);
    later.putAll(other.later);
    objects.addAll(other.objects);
    named.addAll(other.named);
    steps = other.steps;
    usesApi = other.usesApi;
  }

  /** How much a search may find, and how long it may take. */
  static final class Effort {
    private final long nanos;
    private final int minClasses;
    private final int maxClasses;

    /**
     * @param nanos after this time only the most likely classes are looked for
     * @param minClasses the minimum below which it may take {@link #PATIENCE} times as long
     * @param maxClasses at which it ends
     */
    Effort(long nanos, int minClasses, int maxClasses) {
      this.nanos = nanos;
      this.minClasses = minClasses;
      this.maxClasses = maxClasses;
    }

    private boolean isOver(int classes, long took) {
      return classes >= maxClasses || took > (classes < minClasses ? PATIENCE * nanos : nanos);
    }
  }

  /** What a search found. */
  static final class Result {
    /** Class names, each with the reason for it; the most likely first. */
    final Map<String, String> classes;

    /** Whether the function uses the library's API. */
    final boolean usesApi;

    /** Whether the search stopped before its end. */
    final boolean cut;

    /** Whether it is one of {@link #untilJars}. */
    final boolean stopsAtJars;

    /** Whether the class of a function does not exist, or can't be loaded here. */
    final boolean missing;

    /** The search, to go on with a copy of it; kept while there is memory. */
    final SoftReference<CallDependencies> search;

    Result(CallDependencies search, boolean cut) {
      classes = new LinkedHashMap<>(search.classes.all());
      usesApi = search.usesApi;
      this.cut = cut;
      missing = search.missing;
      stopsAtJars = search.stopsAtJars;
      this.search = new SoftReference<>(search);
    }
  }

  /**
   * Follows a function.
   *
   * @param function as {@link FunctionName#text}; null for none
   * @param values from the arguments: the names of their classes, and functions that they may call
   */
  static Result of(ClassFiles files, String function, Collection<String> values, Effort effort) {
    CallDependencies search = new CallDependencies(files, new NeededClasses(files, false), false);
    long start = System.nanoTime(); // to begin opens jars
    search.begin(function, values);
    boolean cut = search.search(effort, start);
    return new Result(search, cut);
  }

  /**
   * As {@link #of}, but looks into no class of the jars that are sent as they are ({@link
   * ClassSource#jarsOf}). The result is cut, since these need more classes.
   */
  static Result untilJars(
      ClassFiles files, String function, Collection<String> values, long nanos) {
    CallDependencies search = new CallDependencies(files, new NeededClasses(files, false), false);
    search.classes.stopAtJars(function == null ? null : FunctionName.of(function).className);
    long start = System.nanoTime();
    search.begin(function, values);
    search.search(new Effort(nanos, 0, MAX_CLASSES), start);
    search.stopsAtJars = true;
    return new Result(search, true);
  }

  private void begin(String function, Collection<String> values) {
    if (function != null) {
      function(FunctionName.of(function), "called");
    }
    for (String value : values) {
      FunctionName passed = FunctionName.of(value);
      if (passed != null) {
        function(passed, "argument");
      } else {
        value(value);
      }
    }
  }

  /**
   * Makes a search for a child that asks for something while it runs a function.
   *
   * @param function null where it is not known
   * @param from the result for the function, whose search is continued; null for none: then the
   *     search begins anew
   */
  static CallDependencies after(ClassFiles files, String function, Result from) {
    CallDependencies search = from == null ? null : from.search.get();
    if (search == null) {
      search = new CallDependencies(files, new NeededClasses(files, true), true);
      search.classes.stopProbing();
      search.begin(function, Collections.emptyList());
      return search;
    }
    return new CallDependencies(search);
  }

  /** Adds a class that a child asks for: anything in it may be called. */
  void ask(String type) {
    if (files.source.isSlow(type)) {
      return; // the child waits
    }
    distance = 0;
    bringForward(type);
    classes.look(type);
    initialize(type, "asked for");
    make(type);
    ClassFile file = files.get(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        if (m.hasCode()) {
          visit(new MethodCode(type, m), m.name.equals("<init>") ? DIRECT : BY_OTHERS);
        }
      }
    }
    namedIn(type);
    int nested = type.indexOf('$');
    if (nested > 0) {
      namedIn(type.substring(0, nested)); // code that needs one of a family needs others
    }
  }

  /**
   * Adds the classes that a resource names which a child reads: it may load them by these names.
   *
   * @return their names, and those of their superclasses and interfaces
   */
  List<String> mention(Collection<String> types, String why) {
    List<String> all = new ArrayList<>(types);
    int before = classes.size();
    for (String type : types) {
      classes.load(type, why);
    }
    all.addAll(classes.since(before));
    return all;
  }

  /**
   * Continues the search.
   *
   * @param more the number of further classes at which it stops
   * @return the names of the classes that it found now, the most likely first
   */
  List<String> next(long more, long nanos) {
    int before = classes.size();
    search(new Effort(nanos, 0, (int) (before + more)), System.nanoTime());
    return classes.since(before);
  }

  /** Whether code that was looked at uses the library's API. */
  boolean usesApi() {
    return usesApi;
  }

  /** Whether texts in the code name absent classes. */
  boolean namesAbsent() {
    return named.hasAbsent();
  }

  /** Whether nothing is left to look at. A class that a child asks for may add more. */
  boolean isAtEnd() {
    return open.isEmpty();
  }

  /** The number of classes that were found. */
  int found() {
    return classes.size();
  }

  /** The names of all classes that were found, the most likely first. */
  Collection<String> names() {
    return classes.all().keySet();
  }

  private boolean search(Effort effort, long start) {
    boolean cut = false;
    while (!open.isEmpty() && !cut) {
      SearchStep step = open.remove();
      distance = step.distance;
      if (step.code != null) {
        references(step.code);
      } else if (step.reflects) {
        reflect(step.type, step.why);
      } else {
        classes.load(step.type, step.why);
      }
      cut = effort.isOver(classes.size(), System.nanoTime() - start);
    }
    return cut && !open.isEmpty();
  }

  /**
   * Puts the steps of classes that name a class first: a child that asks for the class links or
   * runs one of these, and so will need what else they name.
   */
  private void bringForward(String type) {
    Set<String> running = new LinkedHashSet<>();
    Set<String> others = new HashSet<>();
    for (SearchStep step : open) {
      boolean counts = step.from != null && running.size() < MAX_RUNNING;
      if (counts && type.equals(step.type)) {
        running.add(step.from);
      } else if (counts
          && step.code != null
          && others.size() < MAX_LOOKED
          && !running.contains(step.from)
          && others.add(step.from)) {
        ClassFile file = classes.file(step.from);
        if (file != null && file.names(type)) {
          running.add(step.from);
        }
      }
    }
    List<SearchStep> nearer = new ArrayList<>();
    for (Iterator<SearchStep> all = open.iterator(); all.hasNext(); ) {
      SearchStep step = all.next();
      if (running.contains(step.from) && step.distance > DIRECT) {
        nearer.add(step.at(DIRECT));
        all.remove();
      }
    }
    open.addAll(nearer);
  }

  /** Adds all classes that a class names. */
  private void namedIn(String type) {
    ClassFile file = classes.file(type);
    if (file != null) {
      for (String name : file.named()) {
        later(name, type, "named by " + type, BY_OTHERS);
      }
    }
  }

  /** Adds a step for a class that may be loaded. */
  void later(String type, String from, String why, int further) {
    int all = distance + further;
    if (!type.startsWith("java.")
        && !classes.has(type)
        && all < later.getOrDefault(type, all + 1)) {
      later.put(type, all);
      open.add(SearchStep.load(steps++, all, type, from, why));
    }
  }

  private void function(FunctionName function, String why) {
    String type = function.className;
    String key = function.key();
    boolean found = classes.load(type, why);
    missing |= !found && !type.startsWith("java.") && classes.trial.load(type) == null;
    called(type, key);
    if (LibraryNames.isLibrary(type) || !found) {
      return;
    }
    follow(null, type, key, 0);
    initialize(type, why);
    classes.trial.reflect(type);
    classes.noteLoaded("in a method's signature in " + type);
    if (function.method.equals("<init>")) {
      make(type);
    }
  }

  private void value(String type) {
    initialize(type, "argument");
    classes.trial.serialize(type);
    classes.noteLoaded("in a member's type in " + type);
    make(type);
    ClassFile file = classes.file(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        if (m.hasCode() && (m.name.startsWith("read") || m.name.equals("<init>"))) {
          visit(
              new MethodCode(type, m), 0); // called by serialization, or by our codec for a record
        }
      }
    }
  }

  // ---- classes

  /** Follows the initialization of a class and its superclasses. */
  private void initialize(String type, String why) {
    if (classes.load(type, why) && initialized.add(type)) {
      ClassFile file = classes.file(type);
      if (file == null) {
        return;
      }
      link(file, type);
      Member initializer = file.members.get("<clinit>()V");
      if (initializer != null) {
        visit(new MethodCode(type, initializer), DIRECT);
      }
      for (String above : file.supers) {
        initialize(above, why);
      }
    }
  }

  private void link(ClassFile file, String type) {
    String why = "looked at by the verifier in " + type;
    if (!classes.probe(type, why)) {
      for (String caught : file.caught()) {
        classes.load(caught, why);
      }
      for (String verified : file.verified()) {
        later(verified, type, why, BY_VERIFIER);
      }
    }
  }

  /** Notes that an object of a class is made: methods that are called on it count from now on. */
  private void make(String type) {
    List<MethodCode> byProgram = new ArrayList<>();
    List<MethodCode> byOthers = new ArrayList<>();
    objects.make(type, byProgram, byOthers);
    for (MethodCode code : byProgram) {
      visit(code, BY_INTERFACE);
    }
    for (MethodCode code : byOthers) {
      visit(code, BY_OTHERS);
    }
  }

  // ---- code

  private void called(String type, String key) {
    for (MethodCode code : objects.call(type, key)) {
      visit(code, BY_INTERFACE);
    }
  }

  private void visit(MethodCode code, int further) {
    if (visited.add(code.method)) {
      open.add(SearchStep.visit(steps++, distance + further, code));
    }
  }

  private void references(MethodCode code) {
    String type = code.type;
    String why = "referenced by " + type + "." + code.method.name;
    boolean initializer = code.method.name.equals("<clinit>");
    int here = distance;
    ClassFile file = classes.file(type);
    if (file == null) {
      return;
    }
    for (Reference r : referencesIn(file, code.method)) {
      String owner = r.owner;
      if (r.indirect) {
        distance = here + (initializer ? BY_HANDLE_OF_INITIALIZER : BY_HANDLE);
      }
      if (r.instruction == ClassFile.TEXT) {
        named.text(type, owner, why);
      } else if (LibraryNames.isLibrary(owner)) {
        usesApi |= LibraryNames.meansApi(owner);
      } else if (!owner.startsWith("java.")) {
        reference(type, r, owner, why);
      } else if (owner.equals("java.util.ServiceLoader")) {
        named.loadServices(why);
      } else if (owner.equals("java.sql.DriverManager")) {
        named.loadServices(why);
        named.service("java.sql.Driver", why);
      } else if (owner.startsWith("java.lang.invoke.") && r.descriptor != null) {
        for (String parameter : ClassFile.types(r.descriptor)) {
          classes.load(parameter, why); // a call by a method handle looks all of them up
        }
      }
      distance = here;
    }
  }

  private static List<Reference> referencesIn(ClassFile file, Member method) {
    try {
      return file.references(method);
    } catch (IllegalArgumentException e) {
      return new ArrayList<>(); // of a later format than ours: the child will ask
    }
  }

  private void reference(String type, Reference r, String owner, String why) {
    boolean calls = r.instruction == ClassFile.INVOKESTATIC || r.instruction == ClassFile.NEW;
    if (calls && owner.startsWith("javax.")) {
      named.factory(owner, why);
    }
    switch (r.instruction) {
      case ClassFile.NEW:
        initialize(owner, why);
        make(owner);
        break;
      case ClassFile.GETSTATIC:
      case ClassFile.PUTSTATIC:
      case ClassFile.INVOKESTATIC:
        initialize(owner, why);
        follow(type, owner, r.key(), DIRECT);
        break;
      case ClassFile.INVOKEVIRTUAL:
      case ClassFile.INVOKEINTERFACE:
        classes.load(owner, why);
        follow(type, owner, r.key(), DIRECT);
        called(owner, r.key());
        break;
      case ClassFile.LDC:
        classes.load(owner, why);
        named.service(owner, why);
        if (constantClasses.add(owner)) {
          open.add(SearchStep.reflect(steps++, distance + BY_CONSTANT, owner, type, why));
        }
        break;
      default:
        classes.load(owner, why);
        if (r.name != null) {
          follow(type, owner, r.key(), DIRECT);
        }
    }
  }

  // ---- what is found by a name

  /** Follows that reflection makes an object of a class. */
  void made(String type, String why, int further) {
    int here = distance;
    distance += further;
    initialize(type, why);
    make(type);
    follow(null, type, "<init>()V", DIRECT);
    distance = here;
  }

  /** Adds a step for a class that a resource names: reflection may look at it and make objects. */
  void laterReflect(String type, String why) {
    later(type, null, why, BY_OTHERS);
    if (constantClasses.add(type)) {
      open.add(SearchStep.reflect(steps++, distance + BY_RESOURCE, type, null, why));
    }
  }

  /** Follows that reflection looks at a class which code has as a constant, and makes objects. */
  private void reflect(String type, String why) {
    made(type, why, 0);
    ClassFile file = classes.file(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        for (String member : ClassFile.types(m.descriptor)) {
          classes.load(member, "in a member's type in " + type);
        }
      }
      for (String annotation : file.described()) {
        later(annotation, type, "in an annotation of " + type, BY_OTHERS);
      }
    }
  }

  /** Finds the method or field that is meant, and follows its code. */
  private void follow(String from, String owner, String key, int further) {
    for (ClassFile file : classes.hierarchy(owner)) {
      Member member = file.members.get(key);
      if (member != null) {
        String type = file.name;
        if (from != null && member.is(ClassFile.PRIVATE) && !from.equals(type)) {
          classes.nest(from);
          classes.nest(type);
        }
        if (member.hasCode()) {
          visit(new MethodCode(type, member), further);
        }
        return;
      }
    }
  }
}
