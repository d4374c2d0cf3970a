package org.mitogen4j.internal.parent.start;

import java.util.List;

/**
 * The first-stage script, for any POSIX shell: finds java, puts the jar (which follows on stdin)
 * into memory, and becomes java. Descriptors as {@link org.mitogen4j.internal.boot.FirstStage}
 * wants them. How it went is told in lines on stdout: the token, an exclamation mark, a letter and
 * what was tried.
 *
 * <p>The script is a single line in braces behind the token: a shell that got another line, or a
 * part of this one, runs nothing. The jar's file and the FIFO are new files that this account alone
 * may open; they are opened, and removed by their names. Signals are ignored meanwhile, so that no
 * trap has to clean up; every path that is removed holds the token.
 *
 * <p>Each program that the script runs takes 1 to 2 ms. What these programs print to stderr is of
 * no use; what the shell itself prints there may tell that it can't start a process.
 */
final class BootstrapScript {
  /** The given path has no program that can be run. */
  static final char JAVA_GIVEN = 'g';

  /** The java at the path that was given is older than {@code minimumJava}; then the path. */
  static final char JAVA_OLD = 'o';

  /** No java was found; then JAVA_HOME and PATH, and the java programs that can't be used. */
  static final char JAVA_MISSING = 'j';

  /** No folder can be written to; then the folders. */
  static final char NO_SPACE = 'w';

  /**
   * JAVA_HOME and PATH have no java program, or it is a script, or the environment has options for
   * it: {@link #careful} is needed.
   */
  static final char CAREFUL = 'c';

  /** Another program has read what follows the script on stdin. */
  static final char INPUT_LOST = 'i';

  /** No failure: java is run now; then its path, a colon and JAVA_HOME. */
  static final char JAVA_RUN = 'x';

  /**
   * The places where java is looked for after JAVA_HOME and PATH: those of version managers in the
   * account's home, of the packages of Linux distributions, BSD, Solaris, AIX and macOS, and of
   * vendors.
   */
  static final String PLACES =
      "~/.sdkman/candidates/java/current/bin/java ~/.sdkman/candidates/java/*/bin/java"
          + " ~/.asdf/installs/java/*/bin/java ~/.local/share/mise/installs/java/*/bin/java"
          + " ~/.jenv/versions/*/bin/java ~/.jabba/jdk/*/bin/java ~/.jdks/*/bin/java"
          + " ~/.gradle/jdks/*/bin/java ~/.gradle/jdks/*/*/bin/java ~/.nix-profile/bin/java"
          + " ~/.guix-profile/bin/java ~/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java"
          + " /usr/bin/java /usr/local/bin/java /etc/alternatives/java /usr/lib/jvm/*/bin/java"
          + " /usr/lib/jvm/*/jre/bin/java /usr/lib64/jvm/*/bin/java /usr/java/*/bin/java"
          + " /usr/java*/bin/java /usr/java*/jre/bin/java /usr/jdk/*/bin/java"
          + " /usr/pkg/java/*/bin/java /opt/*/bin/java /opt/*/*/bin/java /usr/local/*/bin/java"
          + " /usr/local/opt/openjdk*/bin/java /opt/homebrew/opt/openjdk*/bin/java"
          + " /home/linuxbrew/.linuxbrew/opt/openjdk*/bin/java /snap/openjdk/current/jdk/bin/java"
          + " /run/current-system/sw/bin/java /run/current-system/profile/bin/java"
          + " /nix/var/nix/profiles/default/bin/java"
          + " /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java";

  /** The java programs below variables that some systems set in place of JAVA_HOME. */
  private static final String OTHER_HOMES =
      "${JDK_HOME:+\"$JDK_HOME/bin/java\"} ${JRE_HOME:+\"$JRE_HOME/bin/java\"} ";

  /** The text between the token and a line of the JVM's standard output that is sent to stderr. */
  static final char RELAYED = '>';

  /** The folders for the jar: those in memory first. */
  private static final String DIRECTORIES = "/dev/shm $XDG_RUNTIME_DIR $TMPDIR /tmp /var/tmp ~ .";

  /** The variables from which a JVM takes options. */
  private static final String JAVA_VARIABLES = "$JAVA_TOOL_OPTIONS$JDK_JAVA_OPTIONS$_JAVA_OPTIONS";

  /**
   * No performance data: less time, and no file under /tmp. A VM that crashes writes its report to
   * its standard output, which this library reads, so it leaves no file.
   */
  private static final String OPTIONS =
      " -XX:-UsePerfData -XX:ErrorFile=/dev/fd/1 -XX:TieredStopAtLevel=1"
          + " -Djdk.reflect.useNativeAccessorOnly=true -Dfile.encoding=UTF-8";

  /**
   * A VM that crashes waits for a second, so that its other threads can send its report to the
   * master.
   */
  private static final String ON_ERROR = " -XX:OnError=sleep\\ 1";

  /**
   * The same for a place where words are split at spaces: the shell that the VM runs turns IFS into
   * a space.
   */
  private static final String ON_ERROR_IN_WORD = " -XX:OnError=sleep\\${IFS}1";

  /**
   * The archive of the JDK's classes stays at the address for which it was written, so that the VM
   * shares its pages with others and need not change them: 5 ms less since Java 17, which would
   * move it to a random address. Earlier versions do so anyway, and do not know the option.
   */
  private static final String ARCHIVE =
      " -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions"
          + " -XX:ArchiveRelocationMode=0";

  /** Matches the program's own arguments that {@link #ARCHIVE} would not let a VM misunderstand. */
  private static final String SAFE_ARGUMENT = "-D.*|-Xm[nsx]\\d+[kKmMgG]?";

  /** The options for an environment that sets no encoding. */
  private static final String ENCODINGS =
      "-Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8";

  /**
   * For systems where nothing can be written: a program that Java compiles from a pipe. It reads
   * the jar's bytes itself, and defines the first stage from them.
   */
  private static final String SOURCE =
      "import java.io.*;class M{public static void main(String[] a) throws Exception{"
          + "var d=new FileDescriptor();var f=d.getClass().getDeclaredField(\"fd\");"
          + "f.setAccessible(true);f.set(d,7);a[1]=\"\"+ProcessHandle.current().pid();"
          + "var jar=new FileInputStream(d).readNBytes(JAR);"
          + "var z=new java.util.jar.JarInputStream(new ByteArrayInputStream(jar));"
          + "z.getNextEntry();java.lang.invoke.MethodHandles.lookup().defineClass(z.readAllBytes())"
          + ".getMethod(\"main\",String[].class).invoke(null,(Object)a);}}";

  /**
   * Marks each line of the JVM's standard output and sends it to stderr, which the parent always
   * reads. The JVM itself could not read it before the first stage runs, and a JVM that logs at a
   * safepoint would wait for its own threads.
   */
  private static final String RELAY =
      "r(){ if perl -e 1 2>/dev/null;then exec perl -ne \"print STDERR qq($T>),\\$_\";"
          + "else while IFS= read -r l||[ \"$l\" ];do "
          + "[ \"$l\" = 'mitogen end' ]||printf '%s>%s\\n' $T \"$l\";done >&2;fi;};";

  private static final String CLOSED = " 3<&- 4<&- 5<&- 6<&- 7<&- 8>&- 9<&- ";

  private final StringBuilder s = new StringBuilder();
  private final String token;
  private final String java;
  private final int oldestJava;
  private final List<String> arguments;
  private final String name;
  private final int jar;
  private final int image;
  private final boolean console;

  /** The option of {@link #opening}; empty in all other scripts. Java 8 does not know it. */
  private String opens = "";

  /**
   * @param java the path of java, null to look for it
   * @param oldestJava the oldest version of Java that is accepted; 0 for any
   * @param jar the size of the jar
   * @param image the size of the kernel image
   * @param console whether descriptor 7 is open already, since the jar does not come from the
   *     stream that the parent writes later
   */
  BootstrapScript(
      String token,
      String java,
      int oldestJava,
      List<String> arguments,
      String name,
      int jar,
      int image,
      boolean console) {
    this.token = token;
    this.java = java;
    this.oldestJava = oldestJava;
    this.arguments = arguments;
    this.name = name;
    this.jar = jar;
    this.image = image;
    this.console = console;
  }

  /** Whether arguments of the program's own may contradict the options of the usual script. */
  static boolean needsCare(List<String> arguments) {
    for (String a : arguments) {
      if (a.matches("@.*|-verbose.*|-Xlog.*|-(java)?agent.*")
          || a.startsWith("-XX:") && !a.matches("-XX:[+-]?\\w*(GC|(Size|Percentage)=.*)")) {
        return true;
      }
    }
    return false;
  }

  /**
   * The usual script, as short as possible. In rare cases, such as a java that neither JAVA_HOME
   * nor PATH has, it asks for {@link #careful} by another connection.
   */
  String text() {
    begin();
    if (java == null) {
      s.append("j=${JAVA_HOME:-/-}/bin/java;[ -x \"$j\" ]||j=`command -v java`;");
    } else {
      s.append("j=").append(quote(java)).append(';');
    }
    s.append("read x<\"$j\";case ").append(JAVA_VARIABLES).append("$x in ?ELF*);;*)p ");
    s.append(CAREFUL).append(";exit;esac;");
    if (oldestJava > 0) {
      versionCheck();
      s.append("k \"$j\"||{ p ").append(CAREFUL).append(";exit;};");
    }
    locale();
    place("\"$d\"o", "5<>\"$d\"o");
    readJar();
    paths("$q/5");
    s.append("g=Serial;case $j in *17*)g=G1;esac;");
    run();
    s.append(OPTIONS).append(ON_ERROR).append(collector("${g}"));
    s.append(arguments.stream().allMatch(a -> a.matches(SAFE_ARGUMENT)) ? ARCHIVE : "");
    arguments();
    s.append(" -cp $q/3 Mitogen4j $T $$ ").append(image).append(" $h $v <$N >&5;}\n");
    return s.toString();
  }

  /**
   * The script for an unusual JVM: one that refused the usual options, one that gets options by the
   * environment, or a shell script in its place. It sets no options that could contradict these,
   * and a process of its own reads the JVM's standard output from the first byte. A shell script in
   * java's place may use descriptors 3 to 9: then another shell keeps them and copies.
   */
  String careful() {
    return careful(false);
  }

  /**
   * As {@link #careful}, but takes the first java that prints its version. Used after the first
   * java that was found did not start, such as a wrapper without a java to run.
   */
  String searching() {
    return careful(true);
  }

  /**
   * As {@link #careful}, for a Java image without the module jdk.unsupported: its JVM opens
   * java.io, so that the first stage can make streams of descriptors that have no paths.
   */
  String opening() {
    opens = " --add-opens java.base/java.io=ALL-UNNAMED";
    return careful();
  }

  private String careful(boolean trustsNone) {
    begin();
    find(trustsNone);
    s.append("read x<\"$j\";case $x in ?ELF*)w=;;*)w=w;esac;case \" ").append(JAVA_VARIABLES);
    s.append('"');
    for (String argument : arguments) {
      s.append(quote(argument));
    }
    s.append(" in *encoding=*)o=;;*)o=\"").append(ENCODINGS).append("\";esac;");
    s.append("case $JAVA_TOOL_OPTIONS$JDK_JAVA_OPTIONS$_JAVA_OPTIONS in *ErrorFile=*);;*)")
        .append("o=\"$o -XX:ErrorFile=/dev/fd/1\";esac;")
        .append(RELAY);
    locale();
    place("\"$d\"o \"$d\"i \"$d\"u", "4<>\"$d\"i 5<>\"$d\"o 9<>\"$d\"u 6<\"$d\"u 9<\"$d\"o");
    readJar();
    s.append("read x<$q/3;case $x in PK*);;*)p ").append(INPUT_LOST).append(";exit 1;esac;");
    // by exec, since a shell keeps what a redirection of a function replaces, and so the FIFO's end
    s.append("(exec <&9").append(CLOSED).append(";r)& exec 9<&-;p ").append(JAVA_RUN);
    s.append(" \"$j:$JAVA_HOME\";");
    // For a script in java's place a shell stays. The FIFO 6 tells it that java has opened all.
    s.append("if [ $w ]&&[ -e $q/3 ];then q=/proc/$$/fd;exec 9>$q/4;cat <&7 >&9").append(CLOSED);
    // The shell between java and this one must keep no end of a FIFO, or java never sees an end.
    s.append("& a=$!;exec 9<&-;(exec </dev/null >&5").append(CLOSED).append(';');
    s.append("sh -c \"exec \\\"\\$@\\\" $T \\$\\$ ").append(image);
    s.append(" $q/4 $q/6 /dev/null $v\" sh ");
    java();
    s.append(" $o");
    arguments();
    s.append(" -cp $q/3 Mitogen4j;e=$?;true 2>/dev/null >$q/6;exit $e)& k=$!;exec 9<$q/6;");
    s.append("exec 3<&- 4<&- 5<&- 6<&- 7<&-;cat <&9 >&8;exec 8>&- 9<&-;");
    s.append("{ kill $a;wait $a;} 2>/dev/null;wait $k;exit;fi;");
    // Otherwise the shell becomes java.
    paths("/dev/null");
    s.append("exec ");
    java();
    s.append(" $o");
    arguments();
    s.append(opens).append(" -cp $q/3 Mitogen4j $T $$ ").append(image);
    s.append(" $h $v </dev/null >&5 4<&- 5</dev/null 6<&- 9<&-;}\n");
    return s.toString();
  }

  /** The script for systems where nothing can be written: Java compiles a program from a pipe. */
  String compiled() {
    begin();
    find(false);
    locale();
    s.append("o=;[ \"")
        .append(JAVA_VARIABLES)
        .append("\" ]||o=\"")
        .append(needsCare(arguments) ? ENCODINGS : OPTIONS + ON_ERROR_IN_WORD + collector("Serial"))
        .append("\";f=/proc/self/fd;exec 7<&0 8>&1;:|{ exec 5<>$f/0;printf %s ");
    s.append(quote(SOURCE.replace("JAR", String.valueOf(jar)))).append("|{ exec 6<&0;");
    run();
    s.append(" $o");
    arguments();
    s.append(" --add-opens java.base/java.io=ALL-UNNAMED --source 11 $f/6 $T 0 ").append(image);
    s.append(" $v </dev/null >&5;};};}\n");
    return s.toString();
  }

  /**
   * Resets options of the shell that the environment may set, and makes a zsh behave as sh. The
   * empty line ends a line that start-up files printed, and tells the parent at once that the login
   * is over.
   */
  private void begin() {
    s.append("T=")
        .append(token)
        .append(";N=/dev/null;{ { command set +eufk;emulate sh;} 2>$N;echo;p(){ echo \"$T!$*\";};");
    for (String argument : arguments) {
      if (argument.indexOf('\n') >= 0) {
        s.append("n=`printf '\\n.'`;n=${n%.};");
        break;
      }
    }
  }

  /** Defines the shell function k, which tells whether a java program runs and is not too old. */
  private void versionCheck() {
    s.append("k(){ x=`\"$1\" -version </dev/null 2>&1`;x=${x#*version \\\"};x=${x#1.};");
    s.append("[ \"0${x%%[!0-9]*}\" -ge ").append(Math.max(1, oldestJava)).append(" ];};");
  }

  /**
   * Sets the shell variable j to the path of java. A java that is found beyond JAVA_HOME and PATH
   * counts only if it prints its version.
   *
   * @param trustsNone whether the java of JAVA_HOME and PATH has to print its version, too
   */
  private void find(boolean trustsNone) {
    versionCheck();
    if (java != null) {
      s.append("j=").append(quote(java)).append(";[ -x \"$j\" ]||{ p ").append(JAVA_GIVEN);
      s.append(" \"$j\";exit 1;};");
      if (oldestJava > 0) {
        s.append("k \"$j\"||{ p ").append(JAVA_OLD).append(" \"$j\";exit 1;};");
      }
      return;
    }
    s.append("u=;for j in ${JAVA_HOME:+\"$JAVA_HOME/bin/java\"} \"`command -v java`\" ");
    if (!trustsNone && oldestJava == 0) {
      s.append(";do [ -x \"$j\" ]&&break;j=;done;[ \"$j\" ]||for j in ");
    }
    s.append(OTHER_HOMES).append(PLACES);
    s.append(" \"`/usr/libexec/java_home 2>/dev/null||echo /-`/bin/java\";do ");
    s.append("if [ -x \"$j\" ];then k \"$j\"&&break;u=\"$u $j\";fi;j=;done;[ \"$j\" ]||{ p ");
    s.append(JAVA_MISSING).append(" \"JAVA_HOME=$JAVA_HOME\" \"PATH=$PATH\"");
    s.append(" ${u:+\"(no use are$u)\"};exit 1;};");
  }

  /**
   * Gives the JVM a locale with UTF-8 where it has none that is installed: names of files and
   * arguments depend on it alone. The child undoes it for the programs that it starts. Whether a
   * locale is installed is a question for a program; without any, or with C.UTF-8, the answer would
   * change nothing.
   */
  private void locale() {
    s.append("v=${LC_ALL:-${LC_CTYPE:-$LANG}};x=${v#C.UTF-8};");
    s.append("case $v${x:+:`locale charmap 2>$N`} in *UTF-8)v=;;*)v=l;");
    s.append("export ${LC_ALL:+M4J_LC=$LC_ALL} LC_ALL=C.UTF-8;esac;");
  }

  /**
   * Opens the jar's file as 3, and FIFOs, in the first directory that has room. The option C lets
   * the shell open no file that exists, such as a link of another account. Signals would end the
   * shell with files left: for the moment they are ignored. A write beyond a limit of the account
   * ends the subshell alone.
   */
  private void place(String fifos, String opened) {
    s.append("set -- ").append(DIRECTORIES);
    s.append(";x=w;trap '' 1 2 3 15;for d do d=$d/mitogen.$T;");
    s.append("(umask 77;set -C;printf %").append(jar).append("s>\"$d\"&&mkfifo ").append(fifos);
    s.append(")2>$N&&command exec 3<>\"$d\" ").append(opened);
    s.append(console ? "" : " 7<&0").append(" 8>&1&&x=;rm -f \"$d\" ").append(fifos);
    s.append(";[ $x ]||break;done;trap - 1 2 3 15;[ $x ]&&p ").append(NO_SPACE);
    s.append(" $*&&exit;");
  }

  private void readJar() {
    s.append("dd ibs=1 count=").append(jar).append(" >&3 2>$N;");
    s.append("q=/proc/self/fd;[ -e $q/3 ]||q=/dev/fd;");
  }

  /**
   * Sets h to the descriptors' paths if they can be opened: pipes can, the sockets of sshd can't.
   * For another command than a true a shell would end, or need another process.
   */
  private void paths(String stdout) {
    s.append("h=;true 2>$N<$q/7>>$q/8&&h=\"$q/7 $q/8 ").append(stdout).append("\";");
  }

  /** The end of the script: the shell becomes java. */
  private void run() {
    s.append("p ").append(JAVA_RUN).append(" \"$j:$JAVA_HOME\";exec ");
    java();
  }

  /** The beginning of the JVM's command. Its property has Java 24 and later print no warning. */
  private void java() {
    s.append("\"$j\" -Dsun.misc.unsafe.memory.access=allow -Dmitogen=").append(quote(name));
  }

  private void arguments() {
    for (String argument : arguments) {
      s.append(' ').append(quote(argument));
    }
  }

  /**
   * The option for the garbage collector, unless the program chooses one. The serial one starts
   * soonest, but with Java 17: there it can't use the archived objects of the JDK, which takes 12
   * ms more than the start of G1.
   */
  private String collector(String name) {
    for (String argument : arguments) {
      if (argument.startsWith("-XX:+Use") && argument.endsWith("GC")) {
        return "";
      }
    }
    return " -XX:+Use" + name + "GC";
  }

  private static String quote(String s) {
    return "'" + s.replace("'", "'\\''").replace("\n", "'\"$n\"'") + "'";
  }
}
