package org.mitogen4j.internal.parent.classes;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.mitogen4j.internal.context.FunctionName;
import org.mitogen4j.internal.parent.classes.ClassFile.Member;
import org.mitogen4j.internal.parent.classes.ClassFile.Reference;

/**
 * Searches for the classes that a call needs, those first that it is most likely to need. From the
 * method that is called the code is followed, method by method, through the program's classes; a
 * method that may override what is called counts when an object of its class is made. What is
 * called directly comes before what is called by way of an interface, a lambda or an initializer.
 *
 * <p>For each class on the way there is also what the JVM loads along with it: {@link LinkingProbe}
 * shows that for the first few, for the others it is taken from the types in their code. The JDK's
 * classes and the library's are not followed.
 */
final class CallDependencies {
  /** More classes than these are not looked for; the child will ask. */
  static final int MAX_CLASSES = 1500;

  /** For fewer classes than a minimum the search may take this many times as long. */
  private static final int PATIENCE = 8;

  /** Classes of which it is assumed that a child just runs one, when it asks for a class. */
  private static final int MAX_RUNNING = 30;

  /** The most classes that are looked at to find those. */
  private static final int MAX_LOOKED = 300;

  // how much less likely something is than what leads to it
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
  private final Set<String> visited = new HashSet<>();
  private final Set<String> initialized = new HashSet<>();
  private final Set<String> constantClasses = new HashSet<>();

  /** How likely classes are needed that may be loaded later. */
  private final Map<String, Integer> later = new HashMap<>();

  /** How likely what is looked at now is needed; 0 is certain, more is less. */
  private int distance;

  private int steps;
  private boolean usesApi;
  private boolean missing;

  /** Whether the child waits for what is found: then nothing is looked at that takes long. */
  private final boolean quick;

  private CallDependencies(ClassFiles files, NeededClasses classes, boolean quick) {
    this.files = files;
    this.classes = classes;
    this.quick = quick;
    objects = new MadeObjects(classes);
    named = new NamedThings(this, classes, files, quick);
  }

  /** As the other, to go on by itself: it looks at nothing that takes long. */
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

  /** What a search found. */
  static final class Result {
    /** Class names, each with the reason for it; the most likely first. */
    final Map<String, String> classes;

    /** Whether the function uses the library's API. */
    final boolean usesApi;

    /** Whether there are more classes. */
    final boolean cut;

    /** Whether the class of a function is not to be had, or can't be loaded here. */
    final boolean missing;

    /** The search, to go on with a copy of it; kept while there is memory. */
    final SoftReference<CallDependencies> search;

    Result(CallDependencies search, boolean cut) {
      classes = new LinkedHashMap<>(search.classes.all());
      usesApi = search.usesApi;
      this.cut = cut;
      missing = search.missing;
      this.search = new SoftReference<>(search);
    }
  }

  /**
   * Follows a function.
   *
   * @param function as {@link FunctionName#text}; null for none
   * @param values what the arguments bring: names of classes that objects are of, and further
   *     functions, which the objects may call
   * @param nanos after this time no more than the most likely classes are looked for
   * @param minClasses for fewer the search may take {@link #PATIENCE} times as long
   */
  static Result of(
      ClassFiles files,
      String function,
      Collection<String> values,
      long nanos,
      int minClasses) {
    CallDependencies search = new CallDependencies(files, new NeededClasses(files, false), false);
    if (function != null) {
      search.function(FunctionName.of(function), "called");
    }
    for (String value : values) {
      FunctionName passed = FunctionName.of(value);
      if (passed != null) {
        search.function(passed, "argument");
      } else {
        search.value(value);
      }
    }
    boolean cut = search.search(MAX_CLASSES, nanos, minClasses);
    return new Result(search, cut);
  }

  /**
   * A search for what children ask for while they run a function.
   *
   * @param from what was found for the function, whose search goes on; null where there is none
   */
  static CallDependencies after(ClassFiles files, Result from) {
    CallDependencies search = from == null ? null : from.search.get();
    if (search == null) {
      search = new CallDependencies(files, new NeededClasses(files, true), true);
      search.classes.stopProbing();
      return search;
    }
    return new CallDependencies(search);
  }

  /** A child asks for a class by its name: anything in it may be called. */
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
   * A child reads a resource that names classes: it may load them, without any code that names
   * them.
   *
   * @return names of these, and of what is above them
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
   * Goes on with the search.
   *
   * @param more how many more classes are looked for
   * @return names of those that were found now; the most likely first
   */
  List<String> next(long more, long nanos) {
    int before = classes.size();
    search((int) (before + more), nanos, 0);
    return classes.since(before);
  }

  /** Whether the library's API is used, as far as was found. */
  boolean usesApi() {
    return usesApi;
  }

  /** Whether texts in the code name classes that there are not. */
  boolean namesAbsent() {
    return named.hasAbsent();
  }

  /** How many classes were found. */
  int found() {
    return classes.size();
  }

  /** Names of all that was found; the most likely first. */
  Collection<String> names() {
    return classes.all().keySet();
  }

  private boolean search(int max, long nanos, int minClasses) {
    long start = System.nanoTime();
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
      long took = System.nanoTime() - start;
      boolean few = classes.size() < minClasses;
      cut = classes.size() >= max || took > (few ? PATIENCE * nanos : nanos);
    }
    return cut && !open.isEmpty();
  }

  /**
   * A child asks for a class, so it links or runs a class that names it: it will ask for what else
   * that class names. The steps of such classes come next.
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

  /** Looks at all classes that one names. */
  private void namedIn(String type) {
    ClassFile file = classes.file(type);
    if (file != null) {
      for (String name : file.named()) {
        later(name, type, "named by " + type, BY_OTHERS);
      }
    }
  }

  /** A class may be loaded: it is looked at when all that is more likely was. */
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

  /** A class is linked and initialized, and its superclasses with it. */
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

  /** An object is made: what is called on it counts from now on. */
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
    if (visited.add(code.key())) {
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

  // ---- what is found by its name

  /** An object of a class is made by reflection. */
  void made(String type, String why, int further) {
    int here = distance;
    distance += further;
    initialize(type, why);
    make(type);
    follow(null, type, "<init>()V", DIRECT);
    distance = here;
  }

  /** A class that a resource names may be looked at by reflection, and be made. */
  void laterReflect(String type, String why) {
    later(type, null, why, BY_OTHERS);
    if (constantClasses.add(type)) {
      open.add(SearchStep.reflect(steps++, distance + BY_RESOURCE, type, null, why));
    }
  }

  /** A class that code has as a constant may be looked at by reflection, and be made. */
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
