package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/**
 * A terminal for a program that asks for passwords on one only, made without code of our own that
 * is not text: by perl, python or util-linux's {@code script}, whichever is there.
 *
 * <p>The program gets it as its controlling terminal, {@code /dev/tty}, while its standard streams
 * stay the pipes that they are: what the child reads and writes goes through no terminal. What the
 * program says on the terminal is copied to standard error. Of standard input, lines go to the
 * terminal up to {@link #go}; all that follows is the command's.
 */
final class ControllingTerminal {
  private static final String MISSING = "mitogen: no terminal: ";

  /** For Linux, whose numbers of system calls it has; perl has none by name without modules. */
  private static final String PERL =
      lines(
          "use POSIX;use Fcntl;my $t=shift;",
          "sub f{print STDERR \"" + MISSING + "$_[0]: $!\\n\";exit 125}",
          "sysopen(my $m,\"/dev/ptmx\",O_RDWR|O_NOCTTY) or f(\"/dev/ptmx\");",
          "my $b=pack(\"i\",0);ioctl($m,0x40045431,$b) or f(\"TIOCSPTLCK\");",
          "ioctl($m,0x80045430,$b) or f(\"TIOCGPTN\");my $n=\"/dev/pts/\".unpack(\"i\",$b);",
          "sysopen(my $s,$n,O_RDWR|O_NOCTTY) or f($n);pipe(my $r,my $w);pipe(my $c,my $d);",
          "$SIG{CHLD}=sub{syswrite($d,\"x\")};defined(my $p=fork) or f(\"fork\");",
          "if(!$p){POSIX::setsid();ioctl($s,0x540E,0) or f(\"TIOCSCTTY\");",
          "POSIX::dup2(fileno($r),0);exec{$ARGV[0]}@ARGV;",
          "print STDERR \"can not run $ARGV[0]: $!\\n\";POSIX::_exit(127)}",
          "close($r);$SIG{PIPE}=\"IGNORE\";my($go,$l,$in)=(0,\"\",1);",
          "sub said{if(sysread($m,my $x,4096)){syswrite(STDERR,$x)}}",
          "for(;;){my $v=\"\";vec($v,0,1)=1 if $in;",
          "vec($v,fileno($m),1)=1;vec($v,fileno($c),1)=1;",
          "next if select($v,undef,undef,undef)<0;said() if vec($v,fileno($m),1);",
          "if($in&&vec($v,0,1)){my $n=sysread(STDIN,my $x,$go?65536:1);",
          "if(!$n){$in=0;close($w)}",
          "elsif($go){my $o=0;while($o<$n){my $k=syswrite($w,$x,$n-$o,$o);",
          "if(!defined $k){next if $!{EINTR};$in=0;close($w);last}$o+=$k}}",
          "else{$l.=$x;if($x eq \"\\n\"){if($l eq \"go $t\\n\"){$go=1}",
          "else{syswrite($m,$l)}$l=\"\"}}}",
          "if(vec($v,fileno($c),1)){sysread($c,my $x,9);last if waitpid($p,WNOHANG)==$p}}",
          "my $e=$?;for(;;){my $v=\"\";vec($v,fileno($m),1)=1;",
          "last if select($v,undef,undef,0)<1;said()}",
          "exit($e&127?128+($e&127):$e>>8)");

  /** For Python 2.7 and later, on any Unix. */
  private static final String PYTHON =
      lines(
          "import os,sys,pty,fcntl,termios,select,signal",
          "t=sys.argv[1];a=sys.argv[2:]",
          "try:",
          "  m,s=pty.openpty()",
          "except Exception as e:",
          "  os.write(2,(\"" + MISSING + "%s\\n\"%e).encode());sys.exit(125)",
          "r,w=os.pipe();c,d=os.pipe()",
          "signal.signal(signal.SIGCHLD,lambda n,f:os.write(d,b\"x\"))",
          "p=os.fork()",
          "if p==0:",
          "  try:",
          "    os.setsid();fcntl.ioctl(s,termios.TIOCSCTTY,0);os.dup2(r,0)",
          "    os.closerange(3,64);signal.signal(signal.SIGPIPE,signal.SIG_DFL)",
          "    signal.signal(signal.SIGCHLD,signal.SIG_DFL);os.execvp(a[0],a)",
          "  except Exception as e:",
          "    os.write(2,(\"can not run %s: %s\\n\"%(a[0],e)).encode())",
          "  os._exit(127)",
          "os.close(r);go=False;l=b\"\";i=[0,m,c]",
          "def end():",
          "  i.remove(0);os.close(w)",
          "while True:",
          "  try:",
          "    v=select.select(i,[],[])[0]",
          "  except (OSError,select.error):",
          "    continue",
          "  if m in v:os.write(2,os.read(m,4096))",
          "  if 0 in v:",
          "    x=os.read(0,65536 if go else 1)",
          "    if not x:end()",
          "    elif go:",
          "      try:",
          "        while x:x=x[os.write(w,x):]",
          "      except OSError:end()",
          "    else:",
          "      l+=x",
          "      if x==b\"\\n\":",
          "        if l==(\"go \"+t+\"\\n\").encode():go=True",
          "        else:os.write(m,l)",
          "        l=b\"\"",
          "  if c in v:",
          "    os.read(c,9);q,e=os.waitpid(p,os.WNOHANG)",
          "    if q==p:break",
          "while select.select([m],[],[],0)[0]:os.write(2,os.read(m,4096))",
          "sys.exit(os.WEXITSTATUS(e) if os.WIFEXITED(e) else 128+os.WTERMSIG(e))");

  /**
   * For util-linux's script, whose own streams are the terminal: FIFOs lead around it. They are
   * made in a private folder, opened, and removed. It wants the command as one text. The process
   * that copies must not be its child: it waits for all of its children.
   */
  private static final String SCRIPT =
      lines(
          "case `script --version 2>/dev/null` in *util-linux*)",
          "c=\"SHELL=\\${M4J_S}; unset M4J_S; exec\"",
          "for a do c=\"$c '$(printf %s. \"$a\"|sed \"s/'/'\\\\\\\\''/g\")\"",
          "c=\"${c%.}'\";done",
          "c=\"$c <&7 >&4 2>&5 3<&- 4>&- 5>&- 6>&- 7<&-\"",
          "x=1;exec 3<&0 4>&1 5>&2;trap '' 1 2 3 13 15",
          "for d in /dev/shm \"$TMPDIR\" /tmp /var/tmp ~;do",
          "d=$d/mitogen.$T.tty;mkdir -m 700 \"$d\"&&{",
          "mkfifo \"$d/t\" \"$d/p\"&&command exec 6<>\"$d/t\" 8<>\"$d/p\"&&",
          "command exec 7<\"$d/p\" 9>\"$d/p\"&&x=",
          "rm -f \"$d/t\" \"$d/p\";rmdir \"$d\";[ $x ]||break;};done 2>/dev/null",
          "trap - 1 2 3 13 15",
          "[ $x ]&&{ echo '" + MISSING + "no place for a FIFO' >&2;exit 125;}",
          "({ exec 4>&- 5>&- 7<&- 8>&-;while IFS= read -r l;do",
          "[ \"$l\" = \"go $T\" ]&&break;printf '%s\\n' \"$l\" >&6;done",
          "exec 6>&-;exec cat >&9;} <&3 >/dev/null 2>&1 &)",
          "exec 8>&- 9>&-",
          "M4J_S=$SHELL SHELL=/bin/sh exec script -qfec \"$c\" /dev/null <&6 >&5;esac");

  private static final String CHOICE =
      lines(
          "T=$1;shift",
          "case `uname -sm` in *mips*|*ppc*|*sparc*|*alpha*|*parisc*);;",
          "Linux*)perl -MPOSIX -MFcntl -e 1 2>/dev/null&&exec perl -e '"
              + PERL
              + "' $T \"$@\";;esac",
          "for p in python3 python python2 /usr/libexec/platform-python;do",
          "$p -c 'import pty,fcntl,termios' 2>/dev/null&&exec $p -c '" + PYTHON + "' $T \"$@\"",
          "done",
          SCRIPT,
          "echo '"
              + MISSING
              + "there is no perl, no python and no script of util-linux' >&2;exit 125");

  private ControllingTerminal() {}

  /** The command line that runs a command with a terminal. */
  static List<String> around(List<String> command, String token) {
    List<String> line = new ArrayList<>(Arrays.asList("sh", "-c", CHOICE, "sh", token));
    line.addAll(command);
    return line;
  }

  /** The line behind which all of standard input is the command's. */
  static String go(String token) {
    return "go " + token + "\n";
  }

  /** Whether no terminal could be made, by what was said. */
  static boolean isMissing(String said) {
    return said.contains(MISSING);
  }

  /** The failure for it. */
  static StartException missing(String said) {
    return new StartException(
        Reason.TERMINAL_REQUIRED,
        "the program needs a terminal to ask on, and none could be made here; install perl, python"
            + " or util-linux's script; it said: "
            + said);
  }

  private static String lines(String... lines) {
    return String.join("\n", lines);
  }
}
