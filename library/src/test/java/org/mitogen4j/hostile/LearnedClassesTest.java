package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.ClassesSent;
import org.mitogen4j.Context;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.parent.Parent;

/** What a hostile child asks for, or tells that it loaded, hardly changes what others are sent. */
@Timeout(60)
class LearnedClassesTest {
  private static final int NAMES = 3000;

  /** Has the hostile child take a call, and ask for classes while it runs. */
  private static Peer.Frame call(HostileTree t, String... asked) throws Exception {
    Call<Integer> unused = t.hostile.callAsync(HostileTree::twice, 1);
    Peer.Frame call = t.peer.awaitCall();
    for (int i = 0; i < asked.length; i++) {
      t.peer.send(t.parent.id(), Handle.CLASS, 6000 + i, Peer.text(asked[i]));
      t.peer.await(t.peer.id, 6000 + i);
    }
    return call;
  }

  private static void answer(HostileTree t, Peer.Frame call) throws Exception {
    t.peer.send(
        call.src,
        call.replyTo,
        0,
        Peer.payload(
            e -> {
              e.u8(0);
              e.value(2);
            }));
  }

  @Test
  void aChildThatAsksForTheApiDoesNotHaveItSentToOthers() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      answer(t, call(t, "org.mitogen4j.Router", "org.mitogen4j.Context"));

      Context later = t.master.connect(InProcess.create().name("later"));
      assertThat(later.call(HostileTree::twice, 4)).isEqualTo(8);

      assertThat(sent.lines())
          .noneMatch(line -> line.contains("to later ") && line.contains("bundle api"));
    }
  }

  /** The keys that the master has learned for all functions. */
  private static List<String> learned(HostileTree t) {
    return Parent.of(TestRouters.of(t.master)).sender.history.known().values().stream()
        .flatMap(entry -> entry.asked.names().stream())
        .toList();
  }

  @Test
  void ofTheClassFilesThatAChildSaysItReadOnlyThoseThatExistAreLearned() throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      String name = HostileTree.class.getName().replace('.', '/');
      Peer.Frame call = call(t, ResourceKey.find(name + ".class"));
      answer(t, call);
      Peer.Frame used = t.peer.await(t.peer.id, Handle.USED);
      StringBuilder read = new StringBuilder();
      for (int place = 0; place < 10; place++) {
        read.append(ResourceKey.piece(place, 0, name + ".class")).append('\n');
        for (int i = 0; i < 50; i++) {
          read.append(ResourceKey.piece(place, 0, name + "Invented" + i + ".class")).append('\n');
        }
      }
      t.peer.send(
          used.src,
          used.replyTo,
          0,
          Peer.payload(
              e -> {
                e.text(HostileTree.class.getName());
                e.text(read.toString());
              }));
      Await.until(() -> t.hostile.classTraffic().isComplete());

      assertThat(learned(t))
          .anyMatch(key -> key.endsWith("/0/" + name + ".class"))
          .noneMatch(key -> key.contains("Invented"));
    }
  }

  @Test
  void namesThatAChildMakesUpHardlyGoToOthers() throws Exception {
    String[] asked = new String[NAMES];
    for (int i = 0; i < asked.length; i++) {
      asked[i] = "made.up.Name" + i;
    }
    try (ClassesSent sent = new ClassesSent();
        HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      Peer.Frame call = call(t, asked);
      answer(t, call);
      Peer.Frame used = t.peer.await(t.peer.id, Handle.USED);
      StringBuilder missed = new StringBuilder();
      for (int i = 0; i < NAMES; i++) {
        missed.append(ResourceKey.absentClass("missed.Name" + i)).append('\n');
      }
      t.peer.send(
          used.src,
          used.replyTo,
          0,
          Peer.payload(
              e -> {
                e.text("made.up.Loaded/" + HostileTree.class.getName());
                e.text(missed.toString());
              }));
      Await.until(() -> t.hostile.classTraffic().isComplete());

      Context later = t.master.connect(InProcess.create().name("later"));
      assertThat(later.call(HostileTree::twice, 4)).isEqualTo(8);

      assertThat(sent.lines())
          .filteredOn(
              line -> line.contains("to later ") && line.matches(".*(made.up|missed).Name.*"))
          .hasSizeLessThanOrEqualTo(500);
      assertThat(t.hostile.classTraffic().loaded()).doesNotContain("made.up.Loaded");
    }
  }
}
