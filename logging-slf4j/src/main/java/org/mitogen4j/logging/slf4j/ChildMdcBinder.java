package org.mitogen4j.logging.slf4j;

import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.spi.MDCAdapter;

/** The MDC of SLF4J 1.7 in children; these get it as StaticMDCBinder. */
public final class ChildMdcBinder {
  /** Read by SLF4J. */
  public static final ChildMdcBinder SINGLETON = new ChildMdcBinder();

  private ChildMdcBinder() {}

  /** Called by SLF4J. */
  public static ChildMdcBinder getSingleton() {
    return SINGLETON;
  }

  /** Called by SLF4J. */
  public MDCAdapter getMDCA() {
    return new BasicMDCAdapter();
  }

  /** Called by SLF4J. */
  public String getMDCAdapterClassStr() {
    return BasicMDCAdapter.class.getName();
  }
}
