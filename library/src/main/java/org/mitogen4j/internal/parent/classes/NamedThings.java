package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.mitogen4j.internal.context.ResourceKey;

/** Finds what code may look for by names that it has as texts: classes, resources, services. */
final class NamedThings {
  private static final Pattern CLASS_NAME = Pattern.compile("[a-z]\\w*([.]\\w+)*[.][A-Z][\\w$]*");
  private static final Set<String> RESOURCES =
      new HashSet<>(
          Arrays.asList("properties", "xml", "yml", "yaml", "json", "conf", "txt", "dat"));

  /** No text that names something is longer. */
  private static final int MAX_TEXT = 200;

  /** Resources that are sent since a text names them. */
  private static final int MAX_RESOURCES = 200;

  /** Names of absent classes that are sent since a text is such a name. */
  private static final int MAX_ABSENT = 200;

  private final CallDependencies search;
  private final NeededClasses classes;
  private final ClassFiles files;
  private final boolean quick;

  /** Classes, and names that can be those of classes, that code has as constants. */
  private final Set<String> constants = new HashSet<>();

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
              ResourceKey.NAMES, why + ", which names " + text); // it will look for others, too
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
      classes.need(key, why); // also where there is none: it need not ask
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

  /** Services are going to be looked for: by classes, or names, that the code has as constants. */
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

  /** Code has a class, or what may be the name of one, as a constant. */
  void service(String name, String why) {
    if (!constants.add(name) || !loadsServices || !ResourceKey.isName(name)) {
      return;
    }
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
