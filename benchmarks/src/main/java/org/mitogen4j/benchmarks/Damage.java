package org.mitogen4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.mitogen4j.connect.Bootstrap;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.Message;

/** Makes frames as children send them, and damages them. */
final class Damage {
  private static final int MAX_PAYLOAD = 300;

  private final Random random;
  private int id;

  Damage(Random random) {
    this.random = random;
  }

  /** A child's first word, and so many frames. */
  byte[] frames(Bootstrap bootstrap, int count) {
    byte[] settings = bootstrap.settings();
    byte[] values = new byte[settings.length - 4];
    System.arraycopy(settings, 4, values, 0, values.length);
    Decoder d = new Decoder(null, new Message(null, 0, 0, 0, 0, 0, values));
    id = (int) ((Object[]) d.value())[0];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("\n" + bootstrap.token() + ":up\n").getBytes(StandardCharsets.UTF_8));
    Encoder hello = new Encoder(null, true);
    hello.all(new Object[] {id, 0, "17", "fuzz", 1});
    out.writeBytes(frame(0, 0, id, id, Handle.ADD_ROUTE, 0, bytes(hello)));
    for (int i = 0; i < count; i++) {
      byte[] frame = frame();
      if (random.nextInt(3) == 0) {
        damage(frame, Header.SIZE); // what it says
      }
      if (random.nextInt(100) == 0) {
        damage(frame, 0); // where it goes, and how long it is
      }
      out.writeBytes(frame);
    }
    return out.toByteArray();
  }

  private void damage(byte[] frame, int from) {
    for (int n = random.nextInt(4); n >= 0 && frame.length > from; n--) {
      int at = from + random.nextInt(frame.length - from);
      frame[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) -1;
    }
  }

  private byte[] frame() {
    int[] places = {0, 0, 0, 1, id, id + 1, Handle.LINK, -2, random.nextInt()};
    int dst = places[random.nextInt(places.length)];
    int src = random.nextInt(8) == 0 ? places[random.nextInt(places.length)] : id;
    int auth = random.nextInt(8) == 0 ? places[random.nextInt(places.length)] : id;
    long handle = random.nextInt(4) == 0 ? 1020 + random.nextInt(20) : random.nextInt(24);
    long replyTo = random.nextInt(3) == 0 ? 0 : 1024 + random.nextInt(3);
    int flags = random.nextInt(3) == 0 ? random.nextInt(16) : 0;
    return frame(flags, dst, src, auth, handle, replyTo, payload());
  }

  private byte[] payload() {
    Encoder e = new Encoder(null, true);
    switch (random.nextInt(7)) {
      case 0 -> {
        return new byte[random.nextInt(3)];
      }
      case 1 -> {
        byte[] noise = new byte[random.nextInt(MAX_PAYLOAD)];
        random.nextBytes(noise);
        return noise;
      }
      case 2 -> e.all(new Object[] {id + random.nextInt(3), id, "17", "fuzz", 1, "name", "how"});
      case 3 -> {
        e.varint(random.nextInt(3));
        e.varint(random.nextInt(4));
        e.text("gone\nagain");
      }
      case 4 -> {
        e.i64(random.nextInt(4) == 0 ? 1024 : 3);
        e.i64(0);
        e.varint(random.nextLong());
      }
      case 5 -> {
        e.text("org.mitogen4j.benchmarks.FuzzBench#twice(I)I");
        e.all(new Object[] {21});
      }
      default -> {
        e.u8(random.nextInt(3));
        e.value(value(0));
      }
    }
    return bytes(e);
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth > 5 ? 6 : 8)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> random.nextLong();
      case 4 -> "text " + random.nextInt(100);
      case 5 -> new byte[random.nextInt(20)];
      default -> {
        Object[] values = new Object[random.nextInt(4)];
        for (int i = 0; i < values.length; i++) {
          values[i] = value(depth + 1);
        }
        yield values;
      }
    };
  }

  private static byte[] bytes(Encoder e) {
    byte[] payload = new byte[e.len - Header.SIZE];
    System.arraycopy(e.buf, Header.SIZE, payload, 0, payload.length);
    return payload;
  }

  private static byte[] frame(
      int flags, int dst, int src, int auth, long handle, long replyTo, byte[] payload) {
    ByteBuffer b = ByteBuffer.allocate(Header.SIZE + payload.length);
    b.putInt(payload.length).put((byte) flags).putInt(dst).putInt(src).putInt(auth);
    return b.putLong(handle).putLong(replyTo).put(payload).array();
  }
}
