package org.mitogen4j.internal.parent.start;

import java.util.List;

/**
 * The first-stage script, for any POSIX shell: finds java, puts the jar (which follows on stdin)
 * into memory, and becomes java. Descriptors as {@link org.mitogen4j.internal.boot.FirstStage}
 * wants them. How it went is told in lines on stdout: the token, an exclamation mark, a letter and
 * what was tried.
 *
 * <p>The jar's file and the FIFO have a private directory for as long as it takes to open them;
 * braces around it all see to it that half a script does nothing, and a trap that one which is
 * ended cleans up: nothing is left wherever what is sent is cut off.
 */
final class BootstrapScript {
  /** Nothing at the path that was given can be run. */
  static final char JAVA_GIVEN = 'g';

  /** No java anywhere; then JAVA_HOME and PATH. */
  static final char JAVA_MISSING = 'j';

  /** No place to write to; then the places. */
  static final char NO_SPACE = 'w';

  /** No failure: java is run now; then its path. */
  static final char JAVA_RUN = 'x';

  /** Where java is looked for behind JAVA_HOME and PATH. */
  static final String PLACES =
      "/usr/lib/jvm/*/bin/java /usr/java/*/bin/java /opt/*/bin/java /opt/*/*/bin/java"
          + " /usr/local/*/bin/java ~/.sdkman/candidates/java/current/bin/java"
          + " /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java";

  /** Where the jar is put: places in memory first. */
  private static final String DIRECTORIES =
      "/dev/shm $XDG_RUNTIME_DIR /run/shm $TMPDIR /tmp /var/tmp ~ .";

  /**
   * Serial GC and no performance data: 7 ms and 2 MB less, and no file under /tmp. What the VM says
   * when it can't start belongs to stderr, and is not to leave a file. What is printed is UTF-8
   * whatever the locale: mostly there is none, and Java prints question marks.
   */
  private static final String OPTIONS =
      " -XX:-UsePerfData -XX:+DisplayVMOutputToStderr -XX:ErrorFile=/dev/null"
          + " -XX:TieredStopAtLevel=1 -Djdk.reflect.useNativeAccessorOnly=true"
          + " -Dstdout$e -Dstderr$e -Dsun.stdout$e -Dsun.stderr$e";

  /**
   * Where nothing can be written: a program that Java compiles from a pipe, and that defines the
   * first stage from the jar's bytes, which it reads itself.
   */
  private static final String SOURCE =
      "import java.io.*;class M{public static void main(String[] a) throws Exception{"
          + "var d=new FileDescriptor();var f=d.getClass().getDeclaredField(\"fd\");"
          + "f.setAccessible(true);f.set(d,7);a[1]=\"\"+ProcessHandle.current().pid();"
          + "var jar=new FileInputStream(d).readNBytes(JAR);"
          + "var z=new java.util.jar.JarInputStream(new ByteArrayInputStream(jar));"
          + "z.getNextEntry();java.lang.invoke.MethodHandles.lookup().defineClass(z.readAllBytes())"
          + ".getMethod(\"main\",String[].class).invoke(null,(Object)a);}}";

  private final StringBuilder s = new StringBuilder();

  private BootstrapScript() {}

  /**
   * The script, for shells that have a place to write to. Descriptors that can be opened by a path
   * (pipes, but not the sockets of sshd) spare the JVM a look at the jar's manifest, which opens
   * java.io: that takes it 10 ms.
   *
   * @param java the path of java, null to look for it
   * @param jar the size of the jar
   * @param image the size of the kernel image
   */
  static String text(
      String token, String java, List<String> arguments, String name, int jar, int image) {
    BootstrapScript script = new BootstrapScript();
    script.find(token, java);
    script.place(jar);
    script.run(arguments, name);
    script.s.append(" $m $t $$ ").append(image).append(" $q </dev/null >&5\n}\n");
    return script.s.toString();
  }

  /** As {@link #text}, where nothing can be written: Java compiles what it runs, from a pipe. */
  static String compiled(
      String token, String java, List<String> arguments, String name, int jar, int image) {
    BootstrapScript script = new BootstrapScript();
    script.find(token, java);
    StringBuilder s = script.s;
    s.append("f=/proc/self/fd;exec 7<&0 8>&1\n:|{ exec 5<>$f/0\nprintf %s ");
    s.append(quote(SOURCE.replace("JAR", String.valueOf(jar)))).append("|{ exec 6<&0\n");
    script.run(arguments, name);
    s.append(" --add-opens java.base/java.io=ALL-UNNAMED --source 11 $f/6 $t 0 ").append(image);
    s.append(" </dev/null >&5\n}\n}\n}\n");
    return s.toString();
  }

  private void find(String token, String java) {
    s.append("{ t=").append(token).append(";p(){ printf '\\n%s!%s\\n' $t \"$*\";}\n");
    if (java != null) {
      s.append("j=").append(quote(java)).append(";[ -x \"$j\" ]||{ p ").append(JAVA_GIVEN);
      s.append(" \"$j\";exit 1;}\n");
    } else {
      s.append("for j in \"$JAVA_HOME/bin/java\" \"$(command -v java)\" ").append(PLACES);
      s.append(";do [ -x \"$j\" ]&&break;j=;done;[ \"$j\" ]||{ p ").append(JAVA_MISSING);
      s.append(" \"JAVA_HOME=$JAVA_HOME\" \"PATH=$PATH\";exit 1;}\n");
    }
  }

  private void place(int jar) {
    s.append("trap 'rm -rf \"$d\";exit' 1 2 15;set -- ")
        .append(DIRECTORIES)
        .append(";for d do d=\"$d/mitogen.$t\"\n");
    s.append("mkdir -m 700 \"$d\"&&{ mkfifo \"$d/o\"&&dd if=/dev/zero of=\"$d/j\" bs=").append(jar);
    s.append(" count=1&&break;rm -r \"$d\";};d=;done 2>/dev/null;[ \"$d\" ]||{ p ");
    s.append(NO_SPACE).append(" \"$*\";exit 1;}\n");
    s.append("exec 3<>\"$d/j\" 5<>\"$d/o\" 7<&0 8>&1;rm -r \"$d\";dd bs=1 count=").append(jar);
    s.append(" >&3 2>/dev/null;f=/dev/fd;q=/proc/self/fd;[ -e $f/3 ]||f=$q\n");
    s.append("if (:<$q/7>>$q/8)2>/dev/null;then m=\"-cp $f/3 Mitogen4j\" q=\"$q/7 $q/8 $q/5\"\n");
    s.append("else m=\"-jar $f/3\" q=;fi\n");
  }

  private void run(List<String> arguments, String name) {
    s.append("p ").append(JAVA_RUN);
    s.append(" \"$j\";e=.encoding=UTF-8;exec \"$j\" -Dmitogen=");
    s.append(quote(name)).append(OPTIONS);
    boolean collector = false;
    for (String argument : arguments) {
      collector |= argument.startsWith("-XX:+Use") && argument.endsWith("GC");
    }
    if (!collector) {
      s.append(" -XX:+UseSerialGC");
    }
    for (String argument : arguments) {
      s.append(' ').append(quote(argument));
    }
  }

  private static String quote(String s) {
    return "'" + s.replace("'", "'\\''") + "'";
  }
}
