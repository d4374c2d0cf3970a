package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Sends classes and resources down the tree, each over each link once: those of this context, and
 * those that a parent sends to a context below, which are kept here on their way.
 */
public final class ClassRelay {
  /** The most bytes that two lengths take ahead of a class: that of its name, and its own. */
  private static final int LENGTHS = 10;

  /** The most letters of names in a message: they fit a frame, also if they hardly deflate. */
  private static final int MAX_NAMES = Header.MAX_PAYLOAD / 6;

  private final ContextRuntime context;
  private final MessageRouter router;

  /**
   * Long messages of parents with classes that pass this context and have not ended; used by the
   * thread that reads from the parent.
   */
  private final Set<ConversationId> unfinished = ConcurrentHashMap.newKeySet();

  ClassRelay(ContextRuntime context) {
    this.context = context;
    router = context.router;
  }

  /**
   * Sends a class or a block of classes to a context below; only its name if the next context on
   * the way has it.
   *
   * @param flags {@link Header#BULK} for what other messages overtake
   * @return whether its bytes were sent
   */
  @CanIgnoreReturnValue
  public boolean push(Link out, int dst, String name, byte[] packed, int flags) {
    // only what goes down is kept on the way
    String key = out == router.parent ? dst + " " + name : name;
    Set<String> sent = ResourceKey.isAbsence(name) ? LinkState.of(context, out).absences : out.sent;
    boolean news = !sent.contains(key);
    if (news || dst != out.peer) {
      Encoder e = new Encoder(router, true);
      byte[] bytes = news ? packed : Message.EMPTY;
      boolean isBlock = ClassBlocks.isBlock(packed);
      boolean inBatch = !isBlock && dst == out.peer && flags == Header.BULK && fits(name, bytes);
      if (inBatch) { // a child that is no full context can't take what is bulk in another way
        e.text(ResourceKey.CLASSES);
      }
      e.text(name);
      e.varint(bytes.length);
      Packing.copy(bytes, 0, bytes.length, e);
      router.send(dst, isBlock || inBatch ? Handle.BLOCK : Handle.PUSH, 0, e, flags, false);
      sent.add(key); // only now: other threads send messages that need the class behind it
    }
    return news;
  }

  /**
   * Notes that the other end of a link is about to be told to forget what it was sent about absent
   * names.
   *
   * @return whether it was sent any
   */
  public boolean forgetAbsences(Link out) {
    Set<String> absences = LinkState.of(context, out).absences;
    boolean any = !absences.isEmpty();
    absences.clear();
    return any;
  }

  /**
   * Sends a class or block on.
   *
   * @param bytes empty if it was sent here before
   */
  private void sendOn(Link out, int dst, String name, byte[] bytes, int flags) {
    if (bytes.length > 0) {
      push(out, dst, name, bytes, flags);
      return;
    }
    byte[] packed = router.classes.kept(name);
    // else it was dropped here, or takes several frames: the next context will ask for it
    if (packed != null && fits(name, packed) && push(out, dst, name, packed, flags)) {
      LinkView.countServed(context, out, packed.length);
    }
  }

  private static boolean fits(String name, byte[] packed) {
    return packed.length + 3 * name.length() + LENGTHS <= Header.MAX_PAYLOAD;
  }

  /** Sends classes on that were sent here before; for those of a block the block, once. */
  private void sendOn(Link out, int dst, List<String> names, int flags) {
    Set<String> travels = new LinkedHashSet<>();
    for (String name : names) {
      byte[] packed = router.classes.kept(name);
      boolean isBlock = packed != null && ClassBlocks.isBlock(packed);
      travels.add(isBlock ? ClassBlocks.name(packed) : name);
    }
    if (!pushSent(out, dst, travels, flags)) {
      for (String name : travels) {
        sendOn(out, dst, name, Message.EMPTY, flags);
      }
    }
  }

  /**
   * Sends classes to a context further down by their names only, if the next context on the way was
   * sent them all.
   *
   * @param flags as for {@link #push}
   * @return whether it did; otherwise nothing was sent
   */
  public boolean pushSent(Link out, int dst, Collection<String> names, int flags) {
    if (out == router.parent || dst == out.peer || !out.sent.containsAll(names)) {
      return false;
    }
    pushNames(dst, names, flags);
    return true;
  }

  /**
   * Sends the names of classes to a context further down. The next context on the way keeps the
   * classes, or the blocks with them, and sends them on.
   *
   * @param flags as for {@link #push}
   */
  public void pushNames(int dst, Collection<String> names, int flags) {
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      if (lines.length() > 0 && lines.length() + name.length() >= MAX_NAMES) {
        pushLines(dst, lines, flags);
        lines.setLength(0);
      }
      lines.append(lines.length() == 0 ? "" : "\n").append(name);
    }
    if (lines.length() > 0) {
      pushLines(dst, lines, flags);
    }
  }

  private void pushLines(int dst, StringBuilder lines, int flags) {
    byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
    Encoder e = new Encoder(router, true);
    e.text(ResourceKey.BATCH);
    e.bytes(Packing.pack(text, router.classes.dictionary));
    router.send(dst, Handle.PUSH, 0, e, flags, false);
  }

  // ---- for parents, on the reading thread of the link to them

  /**
   * Whether a frame is a whole message. A piece of a longer one is only passed on. The last piece
   * has the flags of a whole bulk message, so {@link #unfinished} tells them apart. An urgent frame
   * is always a whole message.
   *
   * @param key the message's destination, handle and source
   */
  boolean isWhole(int flags, ConversationId key) {
    if ((flags & Header.MORE) != 0) {
      if ((flags & Header.FIRST) != 0) {
        unfinished.add(key);
      } else if ((flags & Header.DEAD) != 0) { // its sender gave up
        unfinished.remove(key);
      }
      return false;
    }
    return flags == 0 || flags == Header.BULK && !unfinished.remove(key);
  }

  /** Keeps what a parent sent to a context below, and sends it on. */
  void passOn(Link out, int dst, Message message) {
    Decoder d = new Decoder(router, message);
    String name = d.text();
    byte[] bytes = d.bytes();
    if (name.equals(ResourceKey.BATCH)) {
      byte[] lines = Packing.unpack(bytes, router.classes.dictionary);
      String[] names = new String(lines, StandardCharsets.UTF_8).split("\n");
      sendOn(out, dst, Arrays.asList(names), message.flags);
      return;
    }
    if (name.isEmpty() && message.handle == Handle.BLOCK) { // see ClassBlocks
      Encoder e = new Encoder(router, true);
      e.text(name);
      e.bytes(bytes);
      router.send(dst, Handle.BLOCK, 0, e, message.flags, false);
      return;
    } else if (message.handle == Handle.BLOCK) {
      context.blocks.keep(bytes);
    } else {
      router.classes.keep(name, bytes);
    }
    sendOn(out, dst, name, bytes, message.flags);
  }
}
