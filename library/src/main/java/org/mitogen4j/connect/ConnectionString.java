package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * The connection methods that lead to a context as one text, for command lines and inventories. The
 * methods are joined by commas; each is a scheme, a place and settings: {@code
 * ssh://deploy@bastion:2222/?identityFile=/keys/id,sudo://app,docker://billing0}.
 *
 * <p>The schemes are {@code ssh}, {@code local}, {@code inprocess}, {@code sudo}, {@code su},
 * {@code doas}, {@code docker}, {@code docker-image}, {@code podman}, {@code podman-image}, {@code
 * buildah}, {@code lxc}, {@code lxd}, {@code incus}, {@code kubectl}, {@code jail}, {@code nspawn},
 * {@code nsenter-pid}, {@code nsenter-docker}, {@code nsenter-podman}, {@code nsenter-lxc}, {@code
 * nsenter-machine}, {@code chroot}, {@code unshare} (kinds of namespaces, joined by {@code +}),
 * {@code console} and {@code command} (both a program). An account in front of {@code @} and a port
 * behind {@code :} stand for the settings {@code user} and {@code port} where the method has them.
 *
 * <p>A setting is a method of the connection method's class by its name; one that takes several
 * values is given several times, in order. Durations are numbers with {@code ms}, {@code s}, {@code
 * m} or {@code h}; {@code environment} is NAME=VALUE. A password is not part of the text, which
 * others may see: {@code password=env:NAME} takes it from this process's environment, {@code
 * password=file:PATH} from the first line of a file. Any character may be written as {@code %} and
 * two hexadecimal digits of UTF-8; commas, and {@code ?}, {@code &} and {@code @} where they mean
 * something else, must be. Immutable; any thread may use it.
 */
public final class ConnectionString {
  private final List<ConnectionStringPart> parts;
  private final List<ConnectionMethod<?>> methods;

  private ConnectionString(List<ConnectionStringPart> parts, List<ConnectionMethod<?>> methods) {
    this.parts = parts;
    this.methods = methods;
  }

  /**
   * Parses a text, and reads the passwords that it refers to, so it may block while it reads a
   * file.
   *
   * @param text connection methods, joined by commas; not null
   * @return the connection string, with at least one method
   * @throws IllegalArgumentException for any other text; the message has the text, and points at
   *     the character that is wrong
   */
  public static ConnectionString parse(String text) {
    Objects.requireNonNull(text, "text");
    List<ConnectionStringPart> parts = new ArrayList<>();
    List<ConnectionMethod<?>> methods = new ArrayList<>();
    for (int at = 0; at <= text.length(); ) {
      int comma = text.indexOf(',', at);
      int end = comma < 0 ? text.length() : comma;
      ConnectionStringPart part = ConnectionStringPart.parse(text, at, end);
      parts.add(part);
      methods.add(part.method());
      at = end + 1;
    }
    return new ConnectionString(
        Collections.unmodifiableList(parts), Collections.unmodifiableList(methods));
  }

  /**
   * The connection methods. The first starts a child of the context that uses the string, each of
   * the others a child of the context before.
   *
   * @return an unmodifiable list, never empty
   */
  public List<ConnectionMethod<?>> methods() {
    return methods;
  }

  /** The text in a normal form, which is the same for texts of the same meaning; no password. */
  @Override
  public String toString() {
    List<String> texts = new ArrayList<>();
    parts.forEach(part -> texts.add(part.toString()));
    return String.join(",", texts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConnectionString && other.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
