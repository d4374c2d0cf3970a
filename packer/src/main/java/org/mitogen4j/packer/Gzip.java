package org.mitogen4j.packer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;

/** The format of gzip, with the shortest header. */
final class Gzip {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  private Gzip() {}

  /** Compresses as well as possible. */
  static byte[] smallest(byte[] plain) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(plain);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(HEADER);
    out.write(Deflate.smallest(plain));
    for (long n : new long[] {crc.getValue(), plain.length}) {
      for (int i = 0; i < Integer.SIZE; i += 8) {
        out.write((int) (n >> i));
      }
    }
    return out.toByteArray();
  }
}
