package org.mitogen4j.internal.master;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.mitogen4j.internal.context.printed.Printable;

/**
 * Splits printed bytes into lines that are safe to show. A line ends with a line feed, a carriage
 * return, both, or another line break of Unicode. Bytes that are no UTF-8 are shown as {@code
 * \\xE4}.
 */
public final class PrintedText {
  private static final byte DELETE = 0x7f;
  private static final String BREAKS = "\n\u000b\f\r\u0085\u2028\u2029";

  private PrintedText() {}

  /** Passes each printed line to a function, without its line break and made safe to show. */
  public static void each(byte[] printed, Consumer<String> taker) {
    int from = 0;
    for (int i = 0; i < printed.length; i++) {
      byte b = printed[i];
      if (b == '\n') {
        taker.accept(new String(printed, from, i - from, StandardCharsets.US_ASCII));
        from = i + 1;
      } else if (b < ' ' && b != '\t' || b == DELETE) { // also negative bytes: beyond ASCII
        lines(Arrays.copyOfRange(printed, from, printed.length)).forEach(taker);
        return;
      }
    }
    if (from < printed.length) {
      int rest = printed.length - from;
      taker.accept(new String(printed, from, rest, StandardCharsets.US_ASCII));
    }
  }

  /** The printed lines, without their line breaks, made safe to show. */
  static List<String> lines(byte[] printed) {
    String text = text(printed);
    List<String> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' ? c >= '\n' && c <= '\r' : c >= 0x85 && BREAKS.indexOf(c) >= 0) {
        lines.add(Printable.lines(text.substring(from, i)));
        while (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\r') {
          i++; // a break of Windows that programs on the way have turned into \r\r\n
        }
        i += c == '\r' && text.startsWith("\n", i + 1) ? 1 : 0;
        from = i + 1;
      }
    }
    if (from < text.length()) {
      lines.add(Printable.lines(text.substring(from)));
    }
    return lines;
  }

  private static String text(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    StringBuilder text = null;
    for (; ; ) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) { // there is room for all
        out.flip();
        return text == null ? out.toString() : text.append(out).toString();
      }
      out.flip();
      text = text == null ? new StringBuilder() : text;
      text.append(out);
      out.clear();
      for (int i = 0; i < result.length(); i++) {
        text.append(String.format("\\x%02X", in.get()));
      }
      decoder.reset();
    }
  }
}
