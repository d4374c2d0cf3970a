package org.mitogen4j.logging.slf4j;

import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;

/** The markers of SLF4J 1.7 in children; these get it as StaticMarkerBinder. */
public final class ChildMarkerBinder {
  /** Read by SLF4J. */
  public static final ChildMarkerBinder SINGLETON = new ChildMarkerBinder();

  private final IMarkerFactory markers = new BasicMarkerFactory();

  private ChildMarkerBinder() {}

  /** Called by SLF4J. */
  public static ChildMarkerBinder getSingleton() {
    return SINGLETON;
  }

  /** Called by SLF4J. */
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  /** Called by SLF4J. */
  public String getMarkerFactoryClassStr() {
    return BasicMarkerFactory.class.getName();
  }
}
