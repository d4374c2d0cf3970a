/** Distributed self-replicating programs. Nothing below {@code internal} is API. */
@SuppressWarnings("module") // the modules that log by other APIs are built after this one
module org.mitogen4j {
  requires java.logging;

  exports org.mitogen4j;
  exports org.mitogen4j.connect;
  exports org.mitogen4j.connect.spi;
  exports org.mitogen4j.internal.context.logging to
      org.mitogen4j.logging.slf4j,
      org.mitogen4j.logging.log4j;

  uses org.mitogen4j.LogBackend;
}
