package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** Finds the classes, resources and services that code may look for by names in its constants. */
final class NamedThings {
  private static final Pattern CLASS_NAME = Pattern.compile("[a-z]\\w*([.]\\w+)*[.][A-Z][\\w$]*");
  private static final Set<String> RESOURCES =
      new HashSet<>(
          Arrays.asList("properties", "xml", "yml", "yaml", "json", "conf", "txt", "dat"));

  /** The one class of {@code javax} that looks for a service of another name, and that name. */
  private static final String SCRIPTS = "javax.script.ScriptEngineManager";

  private static final String SCRIPT_FACTORY = "javax.script.ScriptEngineFactory";

  /** The most letters of a text that is taken for a name. */
  private static final int MAX_TEXT = 200;

  /** The most resources that are sent because a text names them. */
  private static final int MAX_RESOURCES = 200;

  /** The most absent classes that children are told of because a text names them. */
  private static final int MAX_ABSENT = 200;

  private final CallDependencies search;
  private final NeededClasses classes;
  private final ClassFiles files;
  private final boolean quick;

  /** The classes, and names that may be those of classes, that code has as constants. */
  private final Set<String> constants = new HashSet<>();

  /** The classes of {@code javax} that code calls. */
  private final Set<String> factories = new HashSet<>();

  private boolean loadsServices;
  private int resources;
  private int absent;

  NamedThings(CallDependencies search, NeededClasses classes, ClassFiles files, boolean quick) {
    this.search = search;
    this.classes = classes;
    this.files = files;
    this.quick = quick;
  }

  void addAll(NamedThings other) {
    constants.addAll(other.constants);
    factories.addAll(other.factories);
    loadsServices = other.loadsServices;
    resources = other.resources;
    absent = other.absent;
  }

  /** Whether a text named a class that there is not. */
  boolean hasAbsent() {
    return absent > 0;
  }

  /** A text in the code of a class may name a class, a resource or a service. */
  void text(String type, String text, String why) {
    int last = text.lastIndexOf('.');
    if (text.length() > MAX_TEXT || text.indexOf(' ') >= 0 || files.source.isSlow(text)) {
      return;
    } else if (text.startsWith(ResourceKey.SERVICES)) {
      loadServices(why);
      if (text.length() > ResourceKey.SERVICES.length()) {
        service(text.substring(ResourceKey.SERVICES.length()), why);
      }
    } else if (last > 0
        && last + 1 < text.length()
        && Character.isUpperCase(text.charAt(last + 1))
        && CLASS_NAME.matcher(text).matches()) {
      if (classes.load(text, "named in " + type)) {
        search.made(text, "named in " + type, CallDependencies.BY_OTHERS);
      } else if (absent < MAX_ABSENT && classes.trial.load(text) == null) {
        absent++;
        classes.need(ResourceKey.absentClass(text), why);
        if (!quick) {
          classes.need(
              ResourceKey.NAMES,
              why + ", which names " + text); // the code may look for further ones
        }
      }
      service(text, why);
    } else if (text.startsWith("META-INF/") && !text.endsWith("/")
        || last > 0 && RESOURCES.contains(text.substring(last + 1))) {
      resource(type, text, why);
    }
  }

  private void resource(String type, String text, String why) {
    String name = text.startsWith("/") ? text.substring(1) : text;
    if (resources++ < MAX_RESOURCES && ResourceKey.isName(name)) {
      String key = ResourceKey.find(name);
      classes.need(key, why); // also an absent one: then the child need not ask
      for (String named : files.named(key)) {
        search.laterReflect(named, "named in " + name);
      }
      String folder = type.substring(0, type.lastIndexOf('.') + 1).replace('.', '/');
      String beside = ResourceKey.find(folder + name);
      if (!text.startsWith("/") && files.hasResource(beside)) {
        classes.need(beside, why);
      }
    }
  }

  /** Notes that code looks for services, whose names are among its constants. */
  void loadServices(String why) {
    if (!loadsServices) {
      loadsServices = true;
      List<String> known = new ArrayList<>(constants);
      constants.clear();
      for (String name : known) {
        service(name, why);
      }
    }
  }

  /**
   * Notes that code calls a class of {@code javax}: if that is a factory of the JDK, it looks for a
   * service of its own name.
   */
  void factory(String type, String why) {
    if (factories.add(type)) {
      provided(SCRIPTS.equals(type) ? SCRIPT_FACTORY : type, why);
    }
  }

  /** Notes a class, or the name of one, that code has as a constant. */
  void service(String name, String why) {
    if (constants.add(name) && loadsServices && ResourceKey.isName(name)) {
      provided(name, why);
    }
  }

  /** Follows that objects of the providers of a service are made. */
  private void provided(String name, String why) {
    String list = ResourceKey.find(ResourceKey.SERVICES + name);
    Collection<String> providers =
        files.source.isSlow(list) ? new ArrayList<>() : files.named(list);
    if (!providers.isEmpty()) {
      classes.need(list, why);
      for (String provider : providers) {
        search.made(provider, "named by " + list.substring(1), CallDependencies.BY_HANDLE);
      }
    }
  }
}
