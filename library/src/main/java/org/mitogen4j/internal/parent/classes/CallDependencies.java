package org.mitogen4j.internal.parent.classes;

import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.regex.Pattern;
import org.mitogen4j.internal.context.FunctionName;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.parent.classes.ClassFile.Member;
import org.mitogen4j.internal.parent.classes.ClassFile.Reference;

/**
 * The classes that a call needs, those first that it is most likely to need. From the method that
 * is called the code is followed, method by method, through the program's classes; a method that
 * may override what is called counts when an object of its class is made. What is called directly
 * comes before what is called by way of an interface, a lambda or an initializer.
 *
 * <p>For each class on the way there is also what the JVM loads along with it: {@link LinkingProbe}
 * shows that for the first few, for the others it is taken from the types in their code. The JDK's
 * classes and the library's are not followed.
 */
final class CallDependencies {
  /** More classes than these are not looked for; the child will ask. */
  static final int MAX_CLASSES = 1500;

  /** For fewer than these the search may take {@link #PATIENCE} times as long. */
  private static final int MIN_CLASSES = 600;

  private static final int PATIENCE = 8;

  /** Classes for which is looked exactly what linking them loads. */
  private static final int PROBED = 60;

  // how much less likely something is than what leads to it
  private static final int DIRECT = 1;
  private static final int BY_VERIFIER = 2;
  private static final int BY_INTERFACE = 2;
  private static final int BY_OTHERS = 3;
  private static final int BY_HANDLE = 2;
  private static final int BY_CONSTANT = 5;
  private static final int BY_HANDLE_OF_INITIALIZER = 10;

  private static final String SERVICES = "META-INF/services/";
  private static final Pattern CLASS_NAME = Pattern.compile("[a-z]\\w*([.]\\w+)*[.][A-Z][\\w$]*");
  private static final Set<String> RESOURCES =
      new HashSet<>(
          Arrays.asList("properties", "xml", "yml", "yaml", "json", "conf", "txt", "dat"));

  /** No text that names something is longer. */
  private static final int MAX_TEXT = 200;

  /** Resources that are sent since a text names them. */
  private static final int MAX_RESOURCES = 200;

  private static final Set<String> LIBRARY =
      new HashSet<>(
          Arrays.asList(
              "",
              ".connect.spi",
              ".internal.kernel",
              ".internal.context",
              ".internal.context.codec",
              ".internal.context.events",
              ".internal.context.dump",
              ".internal.parent",
              ".internal.parent.classes",
              ".internal.parent.start",
              ".internal.parent.door",
              ".internal.master"));
  private static final String ROOT = "org.mitogen4j";
  private static final String KERNEL = ROOT + ".internal.kernel.";

  /** Classes of the API that mean that a function is going to use it. */
  private static final List<String> USES_API = Arrays.asList(ROOT + ".Router", ROOT + ".Context");

  /** What is needed, and why. */
  private final Map<String, String> needed = new LinkedHashMap<>();

  private final ClassFiles files;
  private final LinkingProbe trial;
  private final PriorityQueue<Step> open = new PriorityQueue<>();
  private final Set<String> looked = new HashSet<>();
  private final Set<String> skipped = new HashSet<>();
  private final Set<String> visited = new HashSet<>();
  private final Set<String> initialized = new HashSet<>();
  private final Set<String> made = new HashSet<>();

  /** Methods by name and descriptor that are called on objects. */
  private final Set<String> called = new HashSet<>();

  /** Methods of objects that are made, not called as far as it is known, by name and descriptor. */
  private final Map<String, List<Code>> waiting = new HashMap<>();

  /** What others may call on objects of types that are not the program's, by the types' names. */
  private final Map<String, Set<String>> outside = new HashMap<>();

  /** Classes, and names that can be those of classes, that code has as constants. */
  private final Set<String> constants = new HashSet<>();

  private final Set<String> constantClasses = new HashSet<>();
  private boolean loadsServices;
  private int texts;

  /** How likely what is looked at now is needed; 0 is certain, more is less. */
  private int distance;

  private int probed;
  private int steps;
  private boolean usesApi;
  private boolean missing;

  /** Whether the child waits for what is found: then nothing is looked at that takes long. */
  private final boolean quick;

  private CallDependencies(ClassFiles files, boolean quick) {
    this.files = files;
    this.quick = quick;
    trial = new LinkingProbe(files.source, quick);
  }

  /** A class of the program; null where there is none that is looked at. */
  private ClassFile file(String name) {
    if (quick && !looked.contains(name)) {
      if (files.source.isSlow(name)) {
        skipped.add(name);
      }
      looked.add(name);
    }
    return skipped.contains(name) ? null : files.get(name);
  }

  /** As the other, to go on by itself: it looks at nothing that takes long. */
  private CallDependencies(CallDependencies other) {
    this(other.files, true);
    needed.putAll(other.needed);
    open.addAll(other.open);
    visited.addAll(other.visited);
    initialized.addAll(other.initialized);
    made.addAll(other.made);
    called.addAll(other.called);
    for (Map.Entry<String, List<Code>> e : other.waiting.entrySet()) {
      waiting.put(e.getKey(), new ArrayList<>(e.getValue()));
    }
    outside.putAll(other.outside);
    constants.addAll(other.constants);
    constantClasses.addAll(other.constantClasses);
    loadsServices = other.loadsServices;
    texts = other.texts;
    probed = PROBED;
    steps = other.steps;
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
      classes = new LinkedHashMap<>(search.needed);
      usesApi = search.usesApi;
      this.cut = cut;
      missing = search.missing;
      this.search = new SoftReference<>(search);
    }
  }

  /** Whether a class is one of the library's own. */
  static boolean isLibrary(String name) {
    return name.startsWith(ROOT)
        && LIBRARY.contains(
            name.substring(ROOT.length(), Math.max(ROOT.length(), name.lastIndexOf('.'))));
  }

  /**
   * Follows a function.
   *
   * @param function as {@link FunctionName#text}; null for none
   * @param values what the arguments bring: names of classes that objects are of, and further
   *     functions, which the objects may call
   * @param nanos after this time no more than the most likely classes are looked for
   */
  static Result of(ClassFiles files, String function, Collection<String> values, long nanos) {
    CallDependencies search = new CallDependencies(files, false);
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
    boolean cut = search.search(MAX_CLASSES, nanos);
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
      search = new CallDependencies(files, true);
      search.probed = PROBED; // quick rather than exact: the child waits
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
    skipped.remove(type);
    looked.add(type);
    initialize(type, "asked for");
    make(type);
    ClassFile file = files.get(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        if (m.hasCode()) {
          visit(new Code(type, m), m.name.equals("<init>") ? DIRECT : BY_OTHERS);
        }
      }
    }
    named(type);
    int nested = type.indexOf('$');
    if (nested > 0) {
      named(type.substring(0, nested)); // code that needs one of a family needs others
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
    int before = needed.size();
    for (String type : types) {
      load(type, why);
    }
    all.addAll(new ArrayList<>(needed.keySet()).subList(before, needed.size()));
    return all;
  }

  /**
   * Goes on with the search.
   *
   * @param more how many more classes are looked for
   * @return names of those that were found now; the most likely first
   */
  List<String> next(long more, long nanos) {
    int before = needed.size();
    search((int) (before + more), nanos);
    return new ArrayList<>(needed.keySet()).subList(before, needed.size());
  }

  /** How many classes were found. */
  int found() {
    return needed.size();
  }

  /** Names of all that was found; the most likely first. */
  Collection<String> names() {
    return needed.keySet();
  }

  private boolean search(int max, long nanos) {
    long start = System.nanoTime();
    boolean cut = false;
    while (!open.isEmpty() && !cut) {
      Step step = open.remove();
      distance = step.distance;
      if (step.code != null) {
        references(step.code);
      } else if (constantClasses.contains(step.type)) {
        reflect(step.type, step.why);
      } else {
        load(step.type, step.why);
      }
      long took = System.nanoTime() - start;
      boolean few = needed.size() < MIN_CLASSES && !quick;
      cut = needed.size() >= max || took > (few ? PATIENCE * nanos : nanos);
    }
    return cut && !open.isEmpty();
  }

  /** Looks at all classes that one names. */
  private void named(String type) {
    ClassFile file = file(type);
    if (file != null) {
      for (String name : file.named()) {
        open.add(new Step(steps++, BY_OTHERS, null, dotted(name), "named by " + type));
      }
    }
  }

  private void function(FunctionName function, String why) {
    String type = function.className;
    String key = function.key();
    boolean found = load(type, why);
    missing |= !found && !type.startsWith("java.") && trial.load(type) == null;
    called(key);
    if (isLibrary(type) || !found) {
      return;
    }
    follow(null, type, key, 0);
    initialize(type, why);
    trial.reflect(type);
    note("in a method's signature in " + type);
    if (function.method.equals("<init>")) {
      make(type);
    }
  }

  private void value(String type) {
    initialize(type, "argument");
    trial.serialize(type);
    note("in a member's type in " + type);
    make(type);
    ClassFile file = file(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        if (m.hasCode() && (m.name.startsWith("read") || m.name.equals("<init>"))) {
          visit(new Code(type, m), 0); // called by serialization, or by our codec for a record
        }
      }
    }
  }

  // ---- classes

  /** A class is loaded, and what is above it, but nothing of it runs. */
  private boolean load(String type, String why) {
    return load(type, why, "loaded with " + type);
  }

  /**
   * @param whyAbove why what is above it is needed
   */
  private boolean load(String type, String why, String whyAbove) {
    if (type.startsWith("java.")) {
      return false;
    } else if (needed.containsKey(type)) {
      return true;
    } else if (isLibrary(type)) {
      boolean found = trial.load(type) != null;
      note(why, type);
      return found;
    }
    ClassFile file = file(type);
    if (file == null) {
      return false;
    }
    need(type, why);
    for (String above : file.supers) {
      load(dotted(above), whyAbove, whyAbove);
    }
    return true;
  }

  private void note(String why) {
    note(why, null);
  }

  private void note(String why, String first) {
    for (String name : trial.loaded()) {
      need(name, first == null || name.equals(first) ? why : "loaded with " + first);
    }
  }

  private void need(String name, String why) {
    if (!name.startsWith(KERNEL)) {
      needed.putIfAbsent(name, why);
    }
  }

  /** A class is linked and initialized, and its superclasses with it. */
  private void initialize(String type, String why) {
    if (load(type, why) && initialized.add(type)) {
      ClassFile file = file(type);
      if (file == null) {
        return;
      }
      link(file, type);
      Member initializer = file.members.get("<clinit>()V");
      if (initializer != null) {
        visit(new Code(type, initializer), DIRECT);
      }
      for (String above : file.supers) {
        initialize(dotted(above), why);
      }
    }
  }

  private void link(ClassFile file, String type) {
    String why = "looked at by the verifier in " + type;
    if (probed < PROBED) {
      probed++;
      trial.link(type);
      note(why);
    } else {
      for (String named : file.verified()) {
        open.add(new Step(steps++, distance + BY_VERIFIER, null, dotted(named), why));
      }
    }
  }

  /** An object is made: what is called on it counts from now on. */
  private void make(String type) {
    if (file(type) == null || !made.add(type)) {
      return;
    }
    Map<String, ClassFile> hierarchy = hierarchy(type, new LinkedHashMap<>());
    Set<String> overridable = new HashSet<>();
    for (ClassFile file : hierarchy.values()) {
      for (String above : file.supers) {
        if (!hierarchy.containsKey(dotted(above))) {
          overridable.addAll(outside(dotted(above)));
        }
      }
    }
    for (ClassFile file : hierarchy.values()) {
      for (Member m : file.members.values()) {
        if (m.hasCode() && !m.is(ClassFile.STATIC) && !m.name.startsWith("<")) {
          Code code = new Code(dotted(file.name), m);
          if (called.contains(m.key())) {
            visit(code, BY_INTERFACE);
          } else if (overridable.contains(m.key())) {
            visit(code, BY_OTHERS);
          } else {
            List<Code> same = waiting.get(m.key());
            if (same == null) {
              same = new ArrayList<>();
              waiting.put(m.key(), same);
            }
            same.add(code);
          }
        }
      }
    }
  }

  /** The program's classes above a class, and itself. */
  private Map<String, ClassFile> hierarchy(String type, Map<String, ClassFile> found) {
    ClassFile file = found.containsKey(type) || isLibrary(type) ? null : file(type);
    if (file != null) {
      found.put(type, file);
      for (String above : file.supers) {
        hierarchy(dotted(above), found);
      }
    }
    return found;
  }

  /** The methods of a type that is not the program's, and of those above it: anybody may call. */
  private Set<String> outside(String type) {
    Set<String> keys = outside.get(type);
    if (keys == null) {
      keys = new HashSet<>();
      overridable(trial.load(type), keys);
      trial.loaded(); // nothing of that is news
      outside.put(type, keys);
    }
    return keys;
  }

  private static void overridable(Class<?> type, Set<String> keys) {
    if (type == null) {
      return;
    }
    try {
      for (Method m : type.getDeclaredMethods()) {
        if (!Modifier.isStatic(m.getModifiers()) && !Modifier.isPrivate(m.getModifiers())) {
          keys.add(m.getName() + FunctionName.descriptor(m));
        }
      }
    } catch (LinkageError e) {
      return; // the child will see it, too
    }
    overridable(type.getSuperclass(), keys);
    for (Class<?> i : type.getInterfaces()) {
      overridable(i, keys);
    }
  }

  // ---- code

  private void called(String key) {
    if (called.add(key)) {
      List<Code> same = waiting.remove(key);
      if (same != null) {
        for (Code code : same) {
          visit(code, BY_INTERFACE);
        }
      }
    }
  }

  /** A method with code. */
  private static final class Code {
    final String type;
    final Member method;

    Code(String type, Member method) {
      this.type = type;
      this.method = method;
    }
  }

  /** What is to be looked at: a method's code, or a class. The most likely is first. */
  private static final class Step implements Comparable<Step> {
    final int distance;
    final Code code;
    final String type;
    final String why;
    private final int number;

    Step(int number, int distance, Code code, String type, String why) {
      this.number = number;
      this.distance = distance;
      this.code = code;
      this.type = type;
      this.why = why;
    }

    @Override
    public int compareTo(Step other) {
      int nearer = Integer.compare(distance, other.distance);
      return nearer == 0 ? Integer.compare(number, other.number) : nearer;
    }
  }

  private void visit(Code code, int further) {
    if (visited.add(code.type + '/' + code.method.key())) {
      open.add(new Step(steps++, distance + further, code, null, null));
    }
  }

  private void references(Code code) {
    String type = code.type;
    String why = "referenced by " + type + "." + code.method.name;
    boolean initializer = code.method.name.equals("<clinit>");
    int here = distance;
    ClassFile file = file(type);
    if (file == null) {
      return;
    }
    for (Reference r : referencesIn(file, code.method)) {
      String owner = dotted(r.owner);
      if (r.indirect) {
        distance = here + (initializer ? BY_HANDLE_OF_INITIALIZER : BY_HANDLE);
      }
      if (r.instruction == ClassFile.TEXT) {
        text(type, r.owner, why);
      } else if (isLibrary(owner)) {
        usesApi |= USES_API.contains(owner);
      } else if (!owner.startsWith("java.")) {
        reference(type, r, owner, why);
      } else if (owner.equals("java.util.ServiceLoader")) {
        loadServices(why);
      } else if (owner.equals("java.sql.DriverManager")) {
        loadServices(why);
        service("java.sql.Driver", why);
      } else if (owner.startsWith("java.lang.invoke.") && r.descriptor != null) {
        for (String named : ClassFile.types(r.descriptor)) {
          load(dotted(named), why); // a call by a method handle looks all of them up
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
        load(owner, why);
        follow(type, owner, r.key(), DIRECT);
        called(r.key());
        break;
      case ClassFile.LDC:
        load(owner, why);
        service(owner, why);
        if (constantClasses.add(owner)) {
          open.add(new Step(steps++, distance + BY_CONSTANT, null, owner, why));
        }
        break;
      default:
        load(owner, why);
        if (r.name != null) {
          follow(type, owner, r.key(), DIRECT);
        }
    }
  }

  // ---- what is found by its name

  /** A text in the code may name a class, a resource or a service. */
  private void text(String type, String text, String why) {
    int last = text.lastIndexOf('.');
    if (text.length() > MAX_TEXT || text.indexOf(' ') >= 0 || files.source.isSlow(text)) {
      return;
    } else if (text.startsWith(SERVICES)) {
      loadServices(why);
      if (text.length() > SERVICES.length()) {
        service(text.substring(SERVICES.length()), why);
      }
    } else if (CLASS_NAME.matcher(text).matches()) {
      if (load(text, "named in " + type)) {
        made(text, "named in " + type, BY_OTHERS);
      } else if (!quick && !needed.containsKey(ResourceKey.NAMES) && trial.load(text) == null) {
        needed.put(
            ResourceKey.NAMES, why + ", which names " + text); // it will look for others, too
      }
      service(text, why);
    } else if (text.startsWith("META-INF/") && !text.endsWith("/")
        || last > 0 && RESOURCES.contains(text.substring(last + 1))) {
      resource(type, text, why);
    }
  }

  private void resource(String type, String text, String why) {
    String name = text.startsWith("/") ? text.substring(1) : text;
    if (texts++ < MAX_RESOURCES && ResourceKey.isName(name)) {
      needed.putIfAbsent(ResourceKey.find(name), why); // also where there is none: it need not ask
      for (String named : files.named(ResourceKey.find(name))) {
        open.add(new Step(steps++, distance + BY_OTHERS, null, named, "named in " + name));
      }
      String folder = type.substring(0, type.lastIndexOf('.') + 1).replace('.', '/');
      String beside = ResourceKey.find(folder + name);
      if (!text.startsWith("/") && files.hasResource(beside)) {
        needed.putIfAbsent(beside, why);
      }
    }
  }

  /** Services are going to be looked for: by classes, or names, that the code has as constants. */
  private void loadServices(String why) {
    if (!loadsServices) {
      loadsServices = true;
      List<String> known = new ArrayList<>(constants);
      constants.clear();
      for (String name : known) {
        service(name, why);
      }
    }
  }

  private void service(String name, String why) {
    if (!constants.add(name) || !loadsServices || name.startsWith("[")) {
      return;
    }
    String list = ResourceKey.find(SERVICES + name);
    Collection<String> providers =
        files.source.isSlow(list) ? new ArrayList<>() : files.named(list);
    if (!providers.isEmpty()) {
      needed.putIfAbsent(list, why);
      for (String provider : providers) {
        made(provider, "named by " + list.substring(1), BY_HANDLE);
      }
    }
  }

  /** An object of a class is made by reflection. */
  private void made(String type, String why, int further) {
    int here = distance;
    distance += further;
    initialize(type, why);
    make(type);
    follow(null, type, "<init>()V", DIRECT);
    distance = here;
  }

  /** A class that code has as a constant may be looked at by reflection, and be made. */
  private void reflect(String type, String why) {
    made(type, why, 0);
    ClassFile file = file(type);
    if (file != null) {
      for (Member m : file.members.values()) {
        for (String named : ClassFile.types(m.descriptor)) {
          load(dotted(named), "in a member's type in " + type);
        }
      }
    }
  }

  /** Finds the method or field that is meant, and follows its code. */
  private void follow(String from, String owner, String key, int further) {
    for (ClassFile file : hierarchy(owner, new LinkedHashMap<>()).values()) {
      Member member = file.members.get(key);
      if (member != null) {
        String type = dotted(file.name);
        if (from != null && member.is(ClassFile.PRIVATE) && !from.equals(type)) {
          nest(from);
          nest(type);
        }
        if (member.hasCode()) {
          visit(new Code(type, member), further);
        }
        return;
      }
    }
  }

  /** Whether two classes may use each other's private members is looked up in their nest's host. */
  private void nest(String type) {
    String host = file(type).nestHost();
    if (host != null) {
      load(dotted(host), "the nest's host of " + type);
    }
  }

  private static String dotted(String internalName) {
    return internalName.replace('/', '.');
  }
}
