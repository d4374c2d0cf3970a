package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** A service seen as an interface. */
@MitogenTest
class TypedServiceTest {
  private Context child;
  private Packages packages;

  @BeforeEach
  void use(@Child(name = "web1") Context context) {
    child = context;
    packages = context.service(Debian.class).as(Packages.class);
  }

  /** What the caller sees. */
  interface Packages {
    int install(String name);

    void remove(String name);

    List<String> installed();

    CompletableFuture<List<String>> installed(String prefix);

    int missing(int a, int b);
  }

  /** What runs in the child; it does not know the interface. */
  public static class Debian {
    private final List<String> names = new ArrayList<>();

    @Exposed(run = Exposed.Run.SERIALLY)
    public int install(String name) {
      names.add(name);
      return names.size();
    }

    @Exposed(run = Exposed.Run.SERIALLY)
    public void remove(String name) {
      if (!names.remove(name)) {
        throw new IllegalArgumentException(name + " is not installed");
      }
    }

    @Exposed(run = Exposed.Run.SERIALLY)
    public List<String> installed() {
      return new ArrayList<>(names);
    }

    @Exposed(run = Exposed.Run.SERIALLY)
    public List<String> installed(String prefix) {
      List<String> found = new ArrayList<>(names);
      found.removeIf(name -> !name.startsWith(prefix));
      return found;
    }
  }

  @Test
  void methodsOfTheInterfaceCallTheService() throws Exception {
    assertThat(packages.install("tar")).isEqualTo(1);
    assertThat(packages.install("gzip")).isEqualTo(2);
    packages.remove("tar");
    assertThat(packages.installed()).containsExactly("gzip");
    assertThat(packages.installed("g").get(20, TimeUnit.SECONDS)).containsExactly("gzip");
  }

  @Test
  void aFailureOfTheServiceIsACallException() {
    assertThatThrownBy(() -> packages.remove("vim"))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("vim is not installed")
        .hasMessageContaining("web1");
  }

  @Test
  void aMethodThatTheServiceDoesNotExposeIsACallException() {
    assertThatThrownBy(() -> packages.missing(1, 2))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void theObjectHasAnIdentityOfItsOwn() {
    assertThat(Set.of(packages)).contains(packages);
    assertThat(packages).isNotEqualTo(child.service(Debian.class).as(Packages.class));
    assertThat(packages).hasToString(Debian.class.getName() + " in web1 (1)");
  }

  @Test
  void aClassIsRefused() {
    assertThatThrownBy(() -> child.service(Debian.class).as(Debian.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Debian is not an interface");
  }

  @Test
  void callsByNameRunWithoutAResultToo() throws Exception {
    Service service = child.service(Debian.class);
    service.run("install", "tar");
    service.runAsync("install", "gzip").join();
    service.fire("install", "vim"); // another thread may run it after the next call
    Await.until(() -> packages.installed().size() > 2);
    assertThat(packages.installed()).containsExactly("tar", "gzip", "vim");
  }
}
