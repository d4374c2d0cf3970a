/** Distributed self-replicating programs. Nothing below {@code internal} is API. */
module org.mitogen4j {
  requires java.logging;

  exports org.mitogen4j;
  exports org.mitogen4j.connect;
  exports org.mitogen4j.connect.spi;
}
