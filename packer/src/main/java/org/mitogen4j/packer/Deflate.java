package org.mitogen4j.packer;

import com.googlecode.pngtastic.core.processing.zopfli.Options;
import com.googlecode.pngtastic.core.processing.zopfli.Zopfli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Raw DEFLATE, without a zlib header. */
final class Deflate {
  /** More rounds than this gained nothing on a kernel of 40 KiB. */
  private static final int ZOPFLI_ROUNDS = 30;

  private Deflate() {}

  /** Compresses as well as possible, and checks that the result can be inflated. */
  static byte[] smallest(byte[] plain) throws IOException {
    byte[] zlib = quickly(plain);
    byte[] zopfli = withZopfli(plain);
    byte[] best = zopfli.length < zlib.length ? zopfli : zlib;
    if (!Arrays.equals(plain, inflate(best, plain.length))) {
      throw new IllegalStateException("what was compressed does not come out as it went in");
    }
    return best;
  }

  /** Compresses with zlib's best level, which is fast enough to compare alternatives. */
  static byte[] quickly(byte[] plain) {
    return quickly(plain, new byte[0]);
  }

  /** As {@link #quickly(byte[])}, with a dictionary, of which the last 32 KiB are used. */
  static byte[] quickly(byte[] plain, byte[] dictionary) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try {
      if (dictionary.length > 0) {
        deflater.setDictionary(dictionary);
      }
      deflater.setInput(plain);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static byte[] withZopfli(byte[] plain) throws IOException {
    Options options =
        new Options(Options.OutputFormat.DEFLATE, Options.BlockSplitting.FIRST, ZOPFLI_ROUNDS);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Zopfli(8 * 1024 * 1024).compress(options, plain, out);
    return out.toByteArray();
  }

  private static byte[] inflate(byte[] deflated, int length) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      byte[] plain = new byte[length];
      int done = 0;
      while (done < length && !inflater.finished()) {
        int more = inflater.inflate(plain, done, length - done);
        if (more == 0 && inflater.needsInput()) {
          break;
        }
        done += more;
      }
      return Arrays.copyOf(plain, done);
    } catch (DataFormatException e) {
      throw new IllegalStateException(e);
    } finally {
      inflater.end();
    }
  }
}
