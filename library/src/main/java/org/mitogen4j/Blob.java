package org.mitogen4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * A sequence of bytes that is sent without being copied. It can be an argument, a result or an item
 * like any other value, up to {@link RouterOptions#messageLimit}; send more bytes in several blobs
 * by a {@link Sender}.
 *
 * <p>A blob is immutable if the array that it was made of is not changed. That array may be changed
 * once the blob is sent: {@code call}, {@code callAsync} and {@code Sender.send} have sent it when
 * they return. Any thread may read it. No parameter may be null.
 */
public final class Blob {
  /** Bytes that each part takes beside its bytes. */
  private static final int PART_MEMORY = 64;

  private final List<ByteBuffer> parts;
  private final int size;

  private Blob(List<ByteBuffer> parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  /**
   * Makes a blob of all bytes of an array, which is not copied.
   *
   * @param bytes must not change until the blob is sent
   * @return the blob
   */
  public static Blob of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /**
   * Makes a blob of a part of an array, which is not copied.
   *
   * @param bytes must not change until the blob is sent
   * @param offset the index of the first byte
   * @param length the number of bytes
   * @return the blob
   * @throws IndexOutOfBoundsException when the array does not have them
   */
  public static Blob of(byte[] bytes, int offset, int length) {
    ByteBuffer part = ByteBuffer.wrap(bytes, offset, length);
    return new Blob(Collections.singletonList(part), length);
  }

  /** The number of bytes. */
  public int size() {
    return size;
  }

  /** The bytes in their order, without a copy: new read-only buffers over the arrays. */
  public List<ByteBuffer> buffers() {
    List<ByteBuffer> views = new ArrayList<>(parts.size());
    for (ByteBuffer part : parts) {
      views.add(part.asReadOnlyBuffer());
    }
    return views;
  }

  /** A copy in one array. */
  public byte[] toBytes() {
    byte[] all = new byte[size];
    int at = 0;
    for (ByteBuffer part : buffers()) {
      int n = part.remaining();
      part.get(all, at, n);
      at += n;
    }
    return all;
  }

  /**
   * Writes all bytes, without a copy in between; blocks as the stream does, and does not close it.
   *
   * @param out where to write
   * @throws IOException when the stream throws it
   */
  public void writeTo(OutputStream out) throws IOException {
    for (ByteBuffer part : parts) {
      out.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
    }
  }

  /** A new stream, which reads the bytes from the first on and never blocks. */
  public InputStream stream() {
    return new Reader(buffers());
  }

  private static final class Reader extends InputStream {
    private final List<ByteBuffer> parts;
    private int current;

    Reader(List<ByteBuffer> parts) {
      this.parts = parts;
    }

    /** The part to read from; null at the end. */
    private ByteBuffer part() {
      while (current < parts.size() && !parts.get(current).hasRemaining()) {
        current++;
      }
      return current < parts.size() ? parts.get(current) : null;
    }

    @Override
    public int read() {
      ByteBuffer part = part();
      return part == null ? -1 : part.get() & 255;
    }

    @Override
    public int read(byte[] b, int off, int len) {
      if (len == 0) {
        return 0;
      }
      ByteBuffer part = part();
      if (part == null) {
        return -1;
      }
      int n = Math.min(len, part.remaining());
      part.get(b, off, n);
      return n;
    }

    @Override
    public int available() {
      ByteBuffer part = part();
      return part == null ? 0 : part.remaining();
    }
  }

  void write(Encoder to) {
    to.varint(size);
    for (ByteBuffer part : parts) {
      to.raw(part.array(), part.arrayOffset() + part.position(), part.remaining());
    }
  }

  static Blob read(Decoder from) {
    long size = from.varint();
    if (size < 0 || size > from.left()) {
      throw new IllegalArgumentException(size + " bytes, but " + from.left() + " are left");
    }
    List<ByteBuffer> parts = new ArrayList<>(1);
    for (int left = (int) size; left > 0; ) {
      from.takeMemory(PART_MEMORY);
      ByteBuffer part = from.some(left);
      parts.add(part);
      left -= part.remaining();
    }
    return new Blob(parts, (int) size);
  }

  @Override
  public String toString() {
    return "blob of " + size + " bytes";
  }
}
