package org.mitogen4j.connect;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;

/**
 * Brings the first-stage script and the console jar through a console to its shell, and has it run
 * the script. The first line is typed as it is; it has a shell read lines with checksums, and run
 * those that arrived whole. All is kept in the shell's variables: no file is written here.
 * PROTOCOL.md has what is typed and answered. One thread uses it.
 */
final class ConsoleLoader {
  /** What every answer of the shell begins with. */
  static final String ANSWER = "M4J";

  /** Characters of a piece: a checksum, a command and a piece fit the line of any terminal. */
  private static final int PIECE = 960;

  /** Pieces on the way: together less than the 4,096 bytes that a terminal keeps. */
  private static final int WINDOW = 3;

  /** A line that is not answered while nothing is shown for this time is typed again. */
  private static final long ANSWER_MILLIS = 3_000;

  /** The most times that the first line is typed. */
  private static final int TRIES = 3;

  /** The most lines that may get lost or damaged in a start. */
  private static final int MOST_BAD = 50;

  /**
   * Turns the echo off, and runs each line that has the checksum ahead of it. An empty line ends
   * it. Any login shell takes the one argument in single quotes as it is.
   */
  private static final String READER =
      "sh -c 's=`stty -g`;stty raw -echo;echo M4J\"\"+;while read -r c d&&[ $c ];do "
          + "case `printf \"%s\\n\" \"$d\"|cksum` in \"$c \"*)eval \"$d\";;*)echo M4J-;esac;done;"
          + "stty $s'\r";

  /**
   * Defines p, which takes a piece, u, which puts the pieces together, and g, which runs the first
   * line of what they contain, with the rest on its standard input. The variable y is the program
   * that reads the pieces: the densest one that works here, for pieces of the kind x.
   */
  private static final String SETUP =
      "x=o;exec 7<&0;t(){ [ \"$({ echo \"$3\"|$2|gzip -dc;} 2>&-)\" = M4J ]&&x=$1 y=$2;};"
          + "t b 'base64 -d' GZIP64;t z 'basenc --z85 -d' 'GZIP85';"
          + "p(){ eval b$1=\\$2;echo M4J:$1;};"
          + "u(){ i=0;while [ $i -lt $n ];do eval \"printf %$1 \\\"\\$b$i\\\"\";i=$((i+1));done;};"
          + "g(){ n=$1;case $x in o)u b;;*)u s|$y|gzip -dc;esac|{ read -r a;eval \"$a\";};exit;};"
          + "echo M4J:$x";

  /**
   * What stands around the first-stage script in that line. The jar and the script come by a pipe,
   * descriptor 7 is the terminal. Standard error is a pipe that the child reads itself, and of
   * which the rest is shown behind it; where the system has no such pipe, it is the terminal. At
   * the end the exit code is shown three times; what the parent still sends is thrown away until
   * nothing came for 0.9 s, for it must not reach another shell.
   */
  private static final String BEFORE_SCRIPT =
      "exec 9<&0;:|(q=1;{ command exec 6<>/proc/self/fd/0;} 2>&-||{ q=;exec 6>&2;};echo M4J:go;(";

  private static final String BEHIND_SCRIPT =
      ") <&9 9<&- 2>&6 6>&-;e=$?;"
          + "[ $q ]&&{ printf \"\\n%s\\n\" $T. >&6 & while read -r l <&6;do "
          + "[ \"$l\" = $T. ]&&break;echo \"M4J>$l\";done;};"
          + "for i in 1 2 3;do echo M4J!$T:$e;done);exec <&7;"
          + "stty -icanon min 0 time 9;while read -r l;do :;done;stty $s\n";

  private static final Pattern STORED = Pattern.compile(ANSWER + ":(\\d{1,6})$");
  private static final Pattern DECODER = Pattern.compile(ANSWER + ":([bzo])$");

  private static final String ALPHABET_85 =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

  /** Reaches a shell; says whether it was by a login. */
  interface Login {
    boolean reachShell() throws IOException;
  }

  private final ConsoleText text;
  private final Bootstrap bootstrap;
  private int bad;

  ConsoleLoader(ConsoleText text, Bootstrap bootstrap) {
    this.text = text;
    this.bootstrap = bootstrap;
  }

  /** Returns when the script runs. */
  void load(Login login) throws IOException {
    startReader(login);
    byte[] test = gzip(ANSWER.getBytes(StandardCharsets.US_ASCII));
    String setup = SETUP.replace("GZIP64", base64(test)).replace("GZIP85", base85(test));
    String decoder = ask("T=" + bootstrap.token() + ";" + setup, DECODER).group(1);
    List<String> pieces = pieces(decoder.charAt(0));
    send(pieces);
    ask("g " + pieces.size(), Pattern.compile(ANSWER + ":(go)$|" + bootstrap.token() + "!"));
  }

  private void startReader(Login login) throws IOException {
    for (int tries = 0; tries < TRIES; tries++) {
      // an account that was logged in by others is left as it was, others are logged out
      String prefix = login.reachShell() ? " exec " : " ";
      text.type(prefix + READER);
      for (String line; (line = text.line(ANSWER_MILLIS)) != null; ) {
        if (line.endsWith(ANSWER + "+")) {
          return;
        }
      }
      text.type("\003\r"); // ends what was damaged
    }
    throw new StartException(
        Reason.COMMAND_REFUSED,
        "the console's shell did not run what was typed; it takes a POSIX shell, sh, with stty and"
            + " cksum"
            + text.said());
  }

  /** Types a command with its checksum until the answer comes. */
  private Matcher ask(String command, Pattern answer) throws IOException {
    for (; ; ) {
      text.type(checked(command));
      for (String line; (line = text.line(ANSWER_MILLIS)) != null; ) {
        Matcher matcher = answer.matcher(line);
        if (matcher.find()) {
          return matcher;
        } else if (line.endsWith(ANSWER + "-")) {
          break;
        }
      }
      countBad();
    }
  }

  /**
   * Types the pieces, several ahead of their answers. The line keeps the order: of those that are
   * on the way, the ones ahead of the one that is answered got lost, and are typed again.
   */
  private void send(List<String> pieces) throws IOException {
    Deque<Integer> waiting = new ArrayDeque<>();
    for (int i = 0; i < pieces.size(); i++) {
      waiting.add(i);
    }
    Deque<Integer> typed = new ArrayDeque<>();
    while (!waiting.isEmpty() || !typed.isEmpty()) {
      for (; !waiting.isEmpty() && typed.size() < WINDOW; typed.add(waiting.remove())) {
        text.type(checked("p " + waiting.peek() + " " + pieces.get(waiting.peek())));
      }
      String line = text.line(ANSWER_MILLIS);
      Matcher stored = STORED.matcher(line == null ? "" : line);
      int lost = 0;
      if (line == null) {
        lost = typed.size();
      } else if (stored.find()) {
        Integer number = Integer.valueOf(stored.group(1));
        for (; typed.contains(number) && !typed.peek().equals(number); lost++) {
          typed.add(typed.remove()); // to the end, in order, from where they go back
        }
        typed.remove(number);
      } else if (line.endsWith(ANSWER + "-")) {
        lost = Math.min(1, typed.size());
        typed.addAll(lost == 0 ? Collections.emptyList() : Collections.singleton(typed.remove()));
      }
      for (; lost > 0; lost--) {
        waiting.addFirst(typed.removeLast());
        countBad();
      }
    }
  }

  private void countBad() throws IOException {
    if (++bad > MOST_BAD) {
      throw new StartException(
          Reason.CONSOLE_UNRELIABLE,
          "the console lost or changed more than "
              + MOST_BAD
              + " lines of what was typed; see its speed and parity, and whether somebody else"
              + " types there"
              + text.said());
    }
  }

  /**
   * The script and the jar as pieces of text.
   *
   * @param kind z for base 85, b for base 64, o for octal numbers
   */
  private List<String> pieces(char kind) throws IOException {
    String script = bootstrap.script().trim(); // without its line end
    byte[] line = (BEFORE_SCRIPT + script + BEHIND_SCRIPT).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<String> pieces = new ArrayList<>();
    if (kind != 'o') {
      all.write(gzip(line));
      all.write(bootstrap.jar());
      String text = kind == 'z' ? base85(all.toByteArray()) : base64(all.toByteArray());
      for (int at = 0; at < text.length(); at += PIECE) {
        pieces.add("'" + text.substring(at, Math.min(text.length(), at + PIECE)) + "'");
      }
      return pieces;
    }
    all.write(line);
    try (InputStream jar = new GZIPInputStream(new ByteArrayInputStream(bootstrap.jar()))) {
      for (int b; (b = jar.read()) >= 0; ) {
        all.write(b);
      }
    }
    StringBuilder piece = new StringBuilder();
    for (byte b : all.toByteArray()) {
      if (Character.isLetterOrDigit(b & 255) && b > 0 && (piece.length() > 0 || b > '9')) {
        piece.append((char) b);
      } else {
        piece.append(String.format("\\0%03o", b & 255));
      }
      if (piece.length() > PIECE - 5) {
        pieces.add("'" + piece + "'");
        piece.setLength(0);
      }
    }
    pieces.add("'" + piece + "'");
    return pieces;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out =
        new GZIPOutputStream(compressed) {
          {
            def.setLevel(Deflater.BEST_COMPRESSION);
          }
        }) {
      out.write(plain);
    }
    return compressed.toByteArray();
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * Four bytes in five characters, by the alphabet of ZeroMQ's RFC 32 (Z85). Zeros fill up the last
   * four: gzip ignores them.
   */
  static String base85(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 4) {
      long number = 0;
      for (int i = 0; i < 4; i++) {
        number = number << 8 | (at + i < bytes.length ? bytes[at + i] & 255 : 0);
      }
      int end = text.length();
      for (int i = 0; i < 5; i++, number /= 85) {
        text.insert(end, ALPHABET_85.charAt((int) (number % 85)));
      }
    }
    return text.toString();
  }

  private static String checked(String command) {
    return checksum((command + "\n").getBytes(StandardCharsets.UTF_8)) + " " + command + "\n";
  }

  /** The checksum of POSIX's cksum. */
  static long checksum(byte[] bytes) {
    int crc = 0;
    for (byte b : bytes) {
      crc = checksum(crc, b);
    }
    for (int length = bytes.length; length != 0; length >>>= 8) {
      crc = checksum(crc, (byte) length);
    }
    return ~crc & 0xffffffffL;
  }

  private static int checksum(int crc, byte b) {
    int next = crc ^ b << 24;
    for (int i = 0; i < 8; i++) {
      next = next << 1 ^ (next < 0 ? 0x04c11db7 : 0);
    }
    return next;
  }
}
