package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** The connection methods by the schemes of a {@link ConnectionString}. */
final class Scheme {
  private static final Map<String, Function<String, ConnectionMethod<?>>> ALL = new HashMap<>();

  static {
    ALL.put("ssh", Ssh::host);
    ALL.put("local", place -> none(place, Local.create()));
    ALL.put("inprocess", place -> none(place, InProcess.create()));
    ALL.put("sudo", Sudo::user);
    ALL.put("su", Su::user);
    ALL.put("doas", Doas::user);
    ALL.put("docker", Docker::container);
    ALL.put("docker-image", Docker::image);
    ALL.put("podman", Podman::container);
    ALL.put("podman-image", Podman::image);
    ALL.put("buildah", Buildah::container);
    ALL.put("lxc", Lxc::container);
    ALL.put("lxd", Lxd::instance);
    ALL.put("incus", Incus::instance);
    ALL.put("kubectl", Kubectl::pod);
    ALL.put("jail", Jail::jail);
    ALL.put("nspawn", Nspawn::machine);
    ALL.put("nsenter-pid", place -> Nsenter.pid(number(place)));
    ALL.put("nsenter-docker", Nsenter::docker);
    ALL.put("nsenter-podman", Nsenter::podman);
    ALL.put("nsenter-lxc", Nsenter::lxc);
    ALL.put("nsenter-machine", Nsenter::machine);
    ALL.put("chroot", Chroot::directory);
    ALL.put("unshare", Scheme::unshare);
    ALL.put("command", CommandPrefix::of);
    ALL.put("console", Console::command);
  }

  private Scheme() {}

  /** Makes the connection method to a place; returns null if there is no such scheme. */
  static ConnectionMethod<?> create(String scheme, String place) {
    Function<String, ConnectionMethod<?>> factory = ALL.get(scheme);
    return factory == null ? null : factory.apply(place);
  }

  private static ConnectionMethod<?> none(String place, ConnectionMethod<?> method) {
    if (!place.isEmpty()) {
      throw new IllegalArgumentException("'" + place + "': this scheme has no place");
    }
    return method;
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number", e);
    }
  }

  private static ConnectionMethod<?> unshare(String place) {
    List<Namespace> all = new ArrayList<>();
    for (String name : place.split("\\+", -1)) {
      all.add((Namespace) ConnectionSetting.constant(Namespace.class, name));
    }
    return Unshare.namespaces(all.get(0), all.toArray(new Namespace[0]));
  }

  /** The name of an enum constant that a text stands for. */
  static String constantName(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
