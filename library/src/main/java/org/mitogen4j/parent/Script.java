package org.mitogen4j.parent;

import java.util.List;

/**
 * The first-stage script, for any POSIX shell: finds java, puts the jar (which follows on stdin)
 * into a private directory in memory, opens it, removes it, and becomes java. Descriptors as {@link
 * org.mitogen4j.boot.FirstStage} wants them. What goes wrong is a line on stdout: the token, an
 * exclamation mark, a letter and what was tried.
 */
final class Script {
  /** Nothing at the path that was given can be run. */
  static final char JAVA_GIVEN = 'g';

  /** No java anywhere; then JAVA_HOME and PATH. */
  static final char JAVA_MISSING = 'j';

  /** No place to write to. */
  static final char NO_SPACE = 'w';

  /** Where java is looked for behind JAVA_HOME and PATH. */
  static final String PLACES =
      "/usr/lib/jvm/*/bin/java /usr/java/*/bin/java /opt/*/bin/java /opt/*/*/bin/java"
          + " /usr/local/*/bin/java ~/.sdkman/candidates/java/current/bin/java"
          + " /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java";

  /** Where the jar is put: places in memory first. */
  static final String DIRECTORIES =
      "/dev/shm \"$XDG_RUNTIME_DIR\" /run/shm \"$TMPDIR\" /tmp /var/tmp \"$HOME\" .";

  /**
   * Serial GC and no performance data: 7 ms and 2 MB less, and no file under /tmp. What the VM says
   * when it can't start belongs to stderr.
   */
  private static final String OPTIONS =
      "-XX:+UseSerialGC -XX:-UsePerfData -XX:+DisplayVMOutputToStderr -XX:TieredStopAtLevel=1"
          + " -Djdk.reflect.useNativeAccessorOnly=true";

  private Script() {}

  static String text(
      String token, String java, List<String> arguments, String name, int jar, int image) {
    StringBuilder s = new StringBuilder();
    s.append("t=").append(token).append(";e(){ printf '\\n%s!%s\\n' $t \"$*\";exit 1;}\n");
    if (java != null) {
      s.append("j=").append(quote(java)).append(";[ -x \"$j\" ]||e ").append(JAVA_GIVEN);
      s.append(" \"$j\"\n");
    } else {
      s.append("for j in \"$JAVA_HOME/bin/java\" \"$(command -v java)\" ").append(PLACES);
      s.append(";do [ -x \"$j\" ]&&break;j=;done;[ \"$j\" ]||e ").append(JAVA_MISSING);
      s.append(" \"$JAVA_HOME\" \"$PATH\"\n");
    }
    s.append("for d in ").append(DIRECTORIES).append(";do d=\"$d/mitogen.$t\"\n");
    s.append("mkdir -m 700 \"$d\"&&mkfifo \"$d/o\"&&dd if=/dev/zero of=\"$d/j\" bs=").append(jar);
    s.append(" count=1&&break;rm -rf \"$d\";d=;done 2>/dev/null;[ \"$d\" ]||e ").append(NO_SPACE);
    s.append("\ndd bs=1 count=").append(jar).append(" of=\"$d/j\" conv=notrunc 2>/dev/null\n");
    s.append("exec 3<\"$d/j\" 5<>\"$d/o\" 7<&0 8>&1;rm -r \"$d\";f=/dev/fd;[ -e $f/3 ]||");
    s.append("f=/proc/self/fd\nexec \"$j\" -Dmitogen=").append(quote(name)).append(' ');
    s.append(OPTIONS);
    for (String argument : arguments) {
      s.append(' ').append(quote(argument));
    }
    s.append(" -jar $f/3 $t $$ ").append(image).append(" </dev/null >&5\n");
    return s.toString();
  }

  private static String quote(String s) {
    return "'" + s.replace("'", "'\\''") + "'";
  }
}
