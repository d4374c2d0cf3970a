package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Timeline.Kind;
import org.mitogen4j.Timeline.Span;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** What a run shows of itself by time. */
@Timeout(60)
class TimelineTest {
  /** Looks at the page as a browser has laid it out, and leaves what it sees in its title. */
  private static final String LOOK =
      "<script>onload=()=>{let out=[];let rows=0,bad=0,last=-1;"
          + "for(const g of document.querySelectorAll('g[id]')){rows++;"
          + "const row=g.querySelector('.row').getBoundingClientRect();"
          + "if(row.height<10||row.top<last-0.5)bad++;last=row.bottom;"
          + "for(const r of g.querySelectorAll('rect:not(.row)')){"
          + "const b=r.getBoundingClientRect();"
          + "if(b.top<row.top-0.5||b.bottom>row.bottom+0.5||b.right>row.right+4)bad++;}"
          + "const label=g.querySelector('.label').getBoundingClientRect();"
          + "const first=g.querySelector('.life').getBoundingClientRect();"
          + "if(label.right>row.left+240)bad++;}"
          + "document.title='rows '+rows+' bad '+bad;}</script>";

  static int work(int value) {
    return value + 1;
  }

  static void failAtLength() {
    throw new IllegalStateException(String.join("", Collections.nCopies(10_000, "long ")));
  }

  @Test
  void aLongTextIsCut() throws Exception {
    try (Router router = Router.create()) {
      Timeline timeline = router.timeline();
      Context child = router.connect(InProcess.create());
      assertThatThrownBy(() -> child.run(TimelineTest::failAtLength))
          .isInstanceOf(CallException.class);
      Await.until(() -> !of(timeline, Kind.CALL).isEmpty());
      assertThat(of(timeline, Kind.CALL).get(0).text()).hasSize(203).endsWith("...");
    }
  }

  static void fail() {
    throw new IllegalStateException("broken <b>");
  }

  private static List<Span> of(Timeline timeline, Kind kind) {
    return timeline.spans().stream().filter(s -> s.kind() == kind).collect(Collectors.toList());
  }

  @Test
  void aTimelineHasStartsClassesCallsAndEndsOfAChainOfContexts() throws Exception {
    Timeline timeline;
    try (Router router = Router.create()) {
      timeline = router.timeline();
      Context web = router.connect(Local.create().name("web"));
      Context db = web.connect(Local.create().name("db"));
      assertThat(db.call(TimelineTest::work, 1)).isEqualTo(2);
      assertThatThrownBy(() -> web.run(TimelineTest::fail)).isInstanceOf(CallException.class);
      assertThatThrownBy(() -> router.connect(Local.create().name("none").javaPath("/no/java")))
          .isInstanceOf(StartException.class);
      db.close();
      Await.until(() -> of(timeline, Kind.END).size() >= 2);
    }
    assertThat(of(timeline, Kind.START))
        .extracting(s -> s.context().name() + " " + s.failed())
        .containsExactlyInAnyOrder("web false", "db false", "none true");
    assertThat(of(timeline, Kind.STEP))
        .extracting(s -> s.context().name() + " " + s.text())
        .contains("web carrier started", "web java run", "web JVM up");
    assertThat(of(timeline, Kind.CLASSES)).extracting(s -> s.context().name()).contains("db");
    assertThat(of(timeline, Kind.CALL))
        .anyMatch(s -> s.text().contains("TimelineTest#work") && !s.failed())
        .anyMatch(s -> s.text().contains("broken <b>") && s.failed());
    assertThat(timeline.spans()).noneMatch(s -> s.start().isNegative() || s.length().isNegative());
    assertThat(timeline.html()).contains("broken &lt;b&gt;").doesNotContain("broken <b>");
  }

  @Test
  void aRouterThatNobodyWatchesRecordsNothing() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(TimelineTest::work, 1)).isEqualTo(2);
      assertThat(router.timeline().spans()).isEmpty();
    }
  }

  @Test
  @Timeout(240) // a browser on a machine that does other work, too
  void thePageShowsFourContextsInABrowserAndFourHundred(@TempDir Path folder) throws Exception {
    HeadlessBrowser browser = HeadlessBrowser.find().orElse(null);
    assumeTrue(browser != null, "no chromium or chrome on the PATH, see ./setup");
    for (int contexts : new int[] {4, 400}) {
      Path page = folder.resolve(contexts + ".html");
      Files.writeString(page, pageOf(contexts) + LOOK);
      String seen = browser.open(page, folder.resolve("profile"));
      assertThat(title(seen)).isEqualTo("rows " + contexts + " bad 0");
    }
  }

  private static String title(String document) {
    Matcher title = Pattern.compile("<title>(rows .*?)</title>").matcher(document);
    return title.find() ? title.group(1) : "no title";
  }

  private static String pageOf(int contexts) throws Exception {
    try (Router router = Router.create()) {
      Timeline timeline = router.timeline();
      List<Context> all = new ArrayList<>();
      Context parent = null;
      for (int i = 0; i < contexts; i++) {
        InProcess method = InProcess.create().name("context-with-a-long-name-" + i);
        all.add(parent == null ? router.connect(method) : parent.connect(method));
        parent = i % 40 == 0 ? all.get(i) : parent;
      }
      List<Call<Integer>> calls = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        for (Context context : all) {
          calls.add(context.callAsync(TimelineTest::work, round));
        }
      }
      calls.forEach(Call::join);
      Set<Integer> ids = new HashSet<>();
      timeline.spans().forEach(s -> ids.add(s.context().id()));
      assertThat(ids).hasSize(contexts);
      return timeline.html();
    }
  }
}
