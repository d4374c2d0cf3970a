package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Many bytes. */
@MitogenTest
class BlobTest {
  private Router router;
  private Context child;
  private final byte[] bytes = new byte[5_000_000];

  @BeforeEach
  void use(Router router, @Child(name = "child") Context child) {
    this.router = router;
    this.child = child;
    new Random(1).nextBytes(bytes);
  }

  static Blob echo(Blob blob) {
    return blob;
  }

  static int sum(Blob blob) throws IOException {
    int sum = 0;
    InputStream in = blob.stream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      sum += b;
    }
    return sum;
  }

  private static byte[] read(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buf = new byte[10_000];
    for (int n = in.read(buf, 3, 7_777); n >= 0; n = in.read(buf, 3, 7_777)) {
      all.write(buf, 3, n);
    }
    return all.toByteArray();
  }

  @Test
  void aPartOfAnArrayComesBackAsItWas() throws Exception {
    byte[] part = Arrays.copyOfRange(bytes, 11, 4_000_000);

    Blob back = child.call(BlobTest::echo, Blob.of(bytes, 11, 4_000_000 - 11));

    assertThat(back.size()).isEqualTo(part.length);
    assertThat(back.toBytes()).isEqualTo(part);
    assertThat(read(back.stream())).isEqualTo(part);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    back.writeTo(written);
    assertThat(written.toByteArray()).isEqualTo(part);
  }

  @Test
  void smallAndEmptyBlobsTravel() {
    assertThat(child.call(BlobTest::echo, Blob.of(bytes, 5, 3)).toBytes())
        .isEqualTo(Arrays.copyOfRange(bytes, 5, 8));
    assertThat(child.call(BlobTest::echo, Blob.of(bytes, 5, 0)).toBytes()).isEmpty();
    assertThat(child.call(BlobTest::sum, Blob.of(new byte[] {1, 2, -1}))).isEqualTo(258);
  }

  @Test
  void aBlobTravelsAmongOtherValues() throws Exception {
    Receiver<Object> receiver = router.receiver();
    Sender<Object> sender = receiver.sender();

    sender.send(Arrays.asList("before", Blob.of(bytes), Collections.singletonMap(1, "after")));

    assertThat(receiver.get())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .satisfies(list -> assertThat(((Blob) list.get(1)).toBytes()).isEqualTo(bytes))
        .contains("before", Collections.singletonMap(1, "after"));
  }

  @Test
  void aBlobIsReadWithoutACopy() {
    Blob blob = Blob.of(bytes, 2, 10);

    ByteBuffer view = blob.buffers().get(0);

    assertThat(view.isReadOnly()).isTrue();
    bytes[2]++;
    assertThat(view.get()).isEqualTo(bytes[2]); // it was not copied
    assertThat(blob.buffers().get(0).remaining()).isEqualTo(10);
  }

  @Test
  void aBlobBeyondItsArrayIsRefused() {
    assertThatThrownBy(() -> Blob.of(new byte[4], 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
