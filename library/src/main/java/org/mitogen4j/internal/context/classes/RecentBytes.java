package org.mitogen4j.internal.context.classes;

/** What was sent, made or read before and may be wanted again: a bounded number of bytes. */
public final class RecentBytes extends BoundedCache<byte[]> {
  public RecentBytes(long maxBytes) {
    super(maxBytes);
  }

  @Override
  protected long size(byte[] value) {
    return value.length;
  }
}
