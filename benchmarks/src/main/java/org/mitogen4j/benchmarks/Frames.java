package org.mitogen4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;

/** Makes frames as children send them: what is right in all of them, what is wrong in most. */
final class Frames {
  private static final int MAX_NOISE = 300;

  private final Random random;
  private final int id;

  Frames(Random random, int id) {
    this.random = random;
    this.id = id;
  }

  /** A child's first message, and a number of others. */
  byte[] some(int count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Encoder hello = new Encoder(null, true);
    hello.all(new Object[] {id, 0, "17", "fuzz", 1});
    out.writeBytes(frame(0, 0, id, id, Handle.ADD_ROUTE, 0, bytes(hello)));
    for (int i = 0; i < count; i++) {
      out.writeBytes(frame());
    }
    return out.toByteArray();
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
        byte[] noise = new byte[random.nextInt(MAX_NOISE)];
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
        e.text("java.lang.Math;abs;(I)I");
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

  static byte[] bytes(Encoder e) {
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
