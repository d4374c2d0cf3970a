package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

class RoutesTest {
  private final Routes routes = new Routes();
  private Router owner;
  private MessageRouter router;

  @BeforeEach
  void create() {
    owner = Router.create();
    router = TestRouters.of(owner).router;
  }

  @AfterEach
  void close() {
    owner.close();
  }

  @Test
  void routesAnswerAsAMapWould() {
    Map<Integer, Link> expected = new HashMap<>();
    Random random = new Random(4711);
    Link[] links = new Link[10];
    for (int i = 0; i < links.length; i++) {
      links[i] = new Link(router, 100_000 + i);
    }
    for (int i = 0; i < 100_000; i++) {
      int id = random.nextInt(5000);
      Link link = links[random.nextInt(links.length)];
      if (random.nextBoolean()) {
        routes.put(id, link.peer, link);
        expected.put(id, link);
      } else {
        routes.remove(id);
        expected.remove(id);
      }
    }

    assertThat(routes.size()).isEqualTo(expected.size());
    for (int id = 0; id < 5000; id++) {
      Link link = expected.get(id);
      assertThat(routes.get(id)).isSameAs(link);
      assertThat(routes.parent(id)).isEqualTo(link == null ? -1 : link.peer);
    }
    for (Link link : links) {
      assertThat(routes.behind(link))
          .allSatisfy(id -> assertThat(expected.remove(id)).isSameAs(link));
    }
    assertThat(expected).isEmpty();
    assertThat(routes.children()).isEmpty();
  }

  @Test
  void aContextIsAChildWhereTheLinkLeadsToItself() {
    Link child = new Link(router, 3);

    routes.put(3, 0, child);
    routes.put(4, 3, child);
    assertThat(routes.children()).containsExactly(child);

    routes.remove(4);
    assertThat(routes.children()).containsExactly(child);
    routes.remove(3);
    assertThat(routes.children()).isEmpty();
    assertThat(routes.size()).isZero();
  }

  @Test
  void thereIsNoRouteToAnIdThatWasNotAdded() {
    routes.put(0, 0, new Link(router, 1));

    for (int id : new int[] {1, 1023, 1024, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      assertThat(routes.get(id)).isNull();
      assertThat(routes.parent(id)).isEqualTo(-1);
      routes.remove(id);
    }
  }

  @Test
  void theHighestIdHasItsPlace() {
    Link link = new Link(router, Integer.MAX_VALUE);
    routes.put(Integer.MAX_VALUE, 0, link);

    assertThat(routes.get(Integer.MAX_VALUE)).isSameAs(link);
    assertThat(routes.behind(link)).containsExactly(Integer.MAX_VALUE);
  }
}
