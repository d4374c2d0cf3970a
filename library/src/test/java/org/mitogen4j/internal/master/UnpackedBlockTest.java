package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.PackedCache;
import org.mitogen4j.internal.kernel.ClassCache;

/** The class files of a block are kept as long as the block is. */
class UnpackedBlockTest {
  private static final class Other {}

  private static final String NAME = UnpackedBlockTest.class.getName();

  private final ClassCache classes = new ClassCache(new byte[0], new byte[100]);
  private final ClassBlocks blocks = new ClassBlocks(classes, null);

  private byte[] block(String name, Class<?> type) throws Exception {
    try (InputStream in =
        type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
      return ClassBlockWriter.pack(
          Map.of(name, in.readAllBytes()), classes.dictionary, Packing.SMALL);
    }
  }

  @Test
  void aBlockIsUnpackedOnce() throws Exception {
    byte[] block = block(NAME, UnpackedBlockTest.class);
    blocks.keep(block);

    assertThat(blocks.unpack(NAME, block)).isSameAs(blocks.unpack(NAME, block));
  }

  @Test
  void ofABlockThatWasDroppedNothingIsKept() throws Exception {
    byte[] block = block("program.First", UnpackedBlockTest.class);
    byte[] next = block("program.Second", Other.class);
    PackedCache.bound(classes, blocks, block.length + 1L);
    blocks.keep(block);
    blocks.keep(next);

    assertThat(classes.kept("program.First")).isNull();
    assertThat(blocks.unpack("program.First", block))
        .isNotSameAs(blocks.unpack("program.First", block));
  }
}
