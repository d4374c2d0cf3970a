package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.TestRouters;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Message;

/** A child that makes up keys of resources without end: nothing is kept of them. */
@Timeout(60)
class ResourceKeysTest {
  private static final String FILE = HostileTree.class.getName().replace('.', '/') + ".class";

  /** A folder whose files have more than 32 KiB, and fit a frame when they are packed. */
  private static final String FOLDER = "org/mitogen4j/internal/kernel/";

  private static final int TIMES = 200;
  private static final long FIRST = 6000;
  private static final int PLACES = 4;

  private static void ask(HostileTree t, List<String> keys) throws Exception {
    for (int i = 0; i < keys.size(); i++) {
      t.peer.send(t.parent.id(), Handle.CLASS, FIRST + i, Peer.text(keys.get(i)));
    }
    for (int answers = 0; answers < keys.size(); ) { // in any order
      Peer.Frame frame = t.peer.received.poll(Peer.SECONDS, TimeUnit.SECONDS);
      assertThat(frame).isNotNull();
      answers += frame.handle >= FIRST && frame.handle < FIRST + keys.size() ? 1 : 0;
    }
  }

  @Test
  void keysThatNothingElseHasAreNotKept() throws Exception {
    List<String> keys = new ArrayList<>();
    for (int place = 0; place < PLACES; place++) {
      for (int i = 1; i <= TIMES; i++) {
        long offset = 1_000_000L * i * ResourceKey.PIECE;
        keys.add(ResourceKey.piece(place, offset, FILE)); // behind the end of the file
        keys.add(ResourceKey.index(place) + "0" + offset + "/" + FILE);
        keys.add(ResourceKey.folder(place, "made/up/" + i + "/"));
        keys.add(ResourceKey.folder(place, FILE.substring(0, i % (FILE.length() - 1))));
        keys.add("[0" + place + "/0/" + FILE);
      }
    }
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      ask(t, Collections.singletonList(ResourceKey.find(FILE)));
      Set<String> sent = TestRouters.of(t.master).routing.routes.get(t.peer.id).sent;

      ask(t, keys);

      // classes of the library come meanwhile
      assertThat(sent).filteredOn(ResourceKey::isResource).hasSizeLessThan(TIMES / 2);
      t.othersWork();
    }
  }

  private static Decoder answer(HostileTree t, byte[] question) throws Exception {
    t.peer.send(t.parent.id(), Handle.CLASS, FIRST, question);
    for (; ; ) {
      Peer.Frame frame = t.peer.received.poll(Peer.SECONDS, TimeUnit.SECONDS);
      assertThat(frame).isNotNull();
      if (frame.handle == FIRST) {
        return new Decoder(null, new Message(null, 0, 0, 0, 0, 0, frame.payload));
      }
    }
  }

  @Test
  void contentThatWasSentComesAgainOnlyIfItsBytesAreAskedFor() throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      ask(t, Collections.singletonList(ResourceKey.find(FILE)));
      String key = ResourceKey.folder(0, FOLDER);
      byte[] again =
          Peer.payload(
              e -> {
                e.text(key);
                e.u8(ResourceKey.WITH_BYTES);
              });

      Decoder first = answer(t, Peer.text(key));
      byte[] bytes = first.bytes();
      String identity = first.text();
      assertThat(bytes).isNotEmpty();
      assertThat(identity).startsWith("=");
      for (int i = 0; i < TIMES; i++) {
        Decoder second = answer(t, Peer.text(key));
        assertThat(second.bytes()).isEmpty();
        assertThat(second.text()).isEqualTo(identity);
        Decoder third = answer(t, again);
        assertThat(third.bytes()).isEqualTo(bytes);
        assertThat(third.text()).isEqualTo(identity);
      }
    }
  }
}
