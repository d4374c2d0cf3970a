package org.mitogen4j.internal.context.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * A place of the program as the bytes of a jar without compression. Sizes and names are known, so
 * each position is; the content of a file comes from the parent when it is read. The checksums in
 * it are 0: they are not known, and the JDK's file system of jars does not look at them.
 */
final class PlaceChannel implements SeekableByteChannel {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final short VERSION = 20;

  /** Says that names are in UTF-8. */
  private static final short UTF8_NAMES = 1 << 11;

  /** 1 January 1980: the first day that the format knows. */
  private static final short NO_DAY = 1 << 5 | 1;

  private static final int MOST_FILES = 0xffff;
  private static final long MOST_BYTES = 0xffffffffL;

  private final PlaceReader reader;
  private final int place;
  private final String[] names;
  private final long[] sizes;

  /** The position of each file's header, and behind them that of the table of contents. */
  private final long[] starts;

  private final byte[] table;
  private long position;
  private boolean closed;

  /** The file that is being read, the stream of its content, and the next byte's position. */
  private int opened = -1;

  private InputStream content;
  private long next;

  PlaceChannel(PlaceReader reader, int place) throws IOException {
    this.reader = reader;
    this.place = place;
    Map<String, Long> index = reader.index(place);
    int files = index.size();
    names = new String[files];
    sizes = new long[files];
    starts = new long[files + 1];
    int tableSize = END_SIZE;
    int i = 0;
    for (Map.Entry<String, Long> e : index.entrySet()) {
      boolean bare = e.getValue() < 0 && !e.getKey().endsWith("/");
      names[i] = bare ? e.getKey() + "/" : e.getKey();
      sizes[i] = Math.max(0, e.getValue());
      int length = names[i].getBytes(UTF_8).length;
      starts[i + 1] = starts[i] + LOCAL_SIZE + length + sizes[i];
      tableSize += CENTRAL_SIZE + length;
      i++;
    }
    if (files >= MOST_FILES || starts[files] + tableSize >= MOST_BYTES) {
      throw new ZipException("this place is too large for a file system of jars");
    }
    table = table(tableSize);
  }

  private byte[] table(int size) {
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < names.length; i++) {
      byte[] name = names[i].getBytes(UTF_8);
      out.putInt(CENTRAL).putShort(VERSION);
      common(out, i, name);
      out.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
      out.putInt((int) starts[i]).put(name);
    }
    int length = out.position();
    short count = (short) names.length;
    out.putInt(END).putShort((short) 0).putShort((short) 0).putShort(count).putShort(count);
    out.putInt(length).putInt((int) starts[names.length]).putShort((short) 0);
    return out.array();
  }

  /** What a file's header and its entry in the table have both. */
  private void common(ByteBuffer out, int file, byte[] name) {
    out.putShort(VERSION).putShort(UTF8_NAMES).putShort((short) 0); // not compressed
    out.putShort((short) 0).putShort(NO_DAY).putInt(0); // time, day, checksum
    out.putInt((int) sizes[file]).putInt((int) sizes[file]);
    out.putShort((short) name.length).putShort((short) 0); // no further fields
  }

  private byte[] header(int file) {
    byte[] name = names[file].getBytes(UTF_8);
    ByteBuffer out = ByteBuffer.allocate(LOCAL_SIZE + name.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(LOCAL);
    common(out, file, name);
    return out.put(name).array();
  }

  @Override
  public synchronized int read(ByteBuffer to) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    } else if (position >= size()) {
      return -1;
    }
    int before = to.remaining();
    while (to.hasRemaining() && position < size()) {
      readSome(to);
    }
    return before - to.remaining();
  }

  private void readSome(ByteBuffer to) throws IOException {
    int found = Arrays.binarySearch(starts, position);
    int file = found < 0 ? -found - 2 : found;
    long inFile = position - starts[file];
    byte[] bytes = file == names.length ? table : header(file);
    if (inFile < bytes.length) {
      int n = Math.min(to.remaining(), bytes.length - (int) inFile);
      to.put(bytes, (int) inFile, n);
      position += n;
    } else {
      readContent(to, file, inFile - bytes.length);
    }
  }

  private void readContent(ByteBuffer to, int file, long from) throws IOException {
    if (opened != file || next != position) {
      closeContent();
      content = reader.open(place, names[file]);
      opened = file;
      for (long skipped = 0; skipped < from; ) {
        long n = content.skip(from - skipped);
        if (n <= 0) {
          throw new EOFException(names[file]);
        }
        skipped += n;
      }
    }
    byte[] some = new byte[(int) Math.min(to.remaining(), sizes[file] - from)];
    int n = content.read(some, 0, some.length);
    if (n < 0) {
      throw new EOFException(names[file] + " has become shorter");
    }
    to.put(some, 0, n);
    position += n;
    next = position;
  }

  private void closeContent() throws IOException {
    if (content != null) {
      content.close();
    }
    content = null;
    opened = -1;
  }

  @Override
  public long size() {
    return starts[names.length] + table.length;
  }

  @Override
  public synchronized long position() {
    return position;
  }

  @Override
  public synchronized SeekableByteChannel position(long to) {
    if (to < 0) {
      throw new IllegalArgumentException("position " + to);
    }
    position = to;
    return this;
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    closeContent();
  }
}
