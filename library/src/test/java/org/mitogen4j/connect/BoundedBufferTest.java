package org.mitogen4j.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BoundedBufferTest {
  private static void write(BoundedBuffer buffer, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    buffer.write(bytes, 0, bytes.length);
  }

  private static String rest(BoundedBuffer buffer) throws IOException {
    buffer.close();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int b; (b = buffer.read()) >= 0; ) {
      all.write(b);
    }
    return all.toString("US-ASCII");
  }

  @Test
  void aLineSaysHowManyBytesWereDropped() throws IOException {
    BoundedBuffer buffer = new BoundedBuffer(8);
    write(buffer, "first\n");
    write(buffer, "second\n");
    write(buffer, "x"); // has room, but must not come ahead of the second
    String note = "[8 bytes are missing: they came faster than they were read]\n";
    byte[] read = new byte[100];
    assertThat(new String(read, 0, buffer.read(read, 0, 100), US_ASCII)).isEqualTo("first\n");
    assertThat(new String(read, 0, buffer.read(read, 0, 100), US_ASCII)).isEqualTo(note);
    write(buffer, "half");
    write(buffer, "another");
    assertThat(rest(buffer))
        .isEqualTo("half\n[7 bytes are missing: they came faster than they were read]\n");
  }

  @Test
  void nothingIsSaidWhereAllHadRoom() throws IOException {
    BoundedBuffer buffer = new BoundedBuffer(8);
    write(buffer, "12345678");
    assertThat(buffer.available()).isEqualTo(8);
    assertThat(rest(buffer)).isEqualTo("12345678");
  }
}
