package programs;

import java.util.List;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCache;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/** A member of an Ignite cluster on the loopback interface, one in each JVM. */
final class IgniteMember {
  /** What Ignite wants of a JVM later than Java 8. */
  static final String[] JVM_ARGUMENTS = {
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "-DIGNITE_UPDATE_NOTIFIER=false",
    "-DIGNITE_NO_ASCII=true"
  };

  private static Ignite member;

  private IgniteMember() {}

  /**
   * Joins, or begins the cluster.
   *
   * @param folder where it writes what it keeps
   */
  static synchronized void join(String folder) {
    TcpDiscoveryVmIpFinder addresses = new TcpDiscoveryVmIpFinder();
    addresses.setAddresses(List.of("127.0.0.1:47700..47705"));
    TcpDiscoverySpi discovery = new TcpDiscoverySpi();
    discovery.setLocalPort(47700);
    discovery.setIpFinder(addresses);
    IgniteConfiguration configuration =
        new IgniteConfiguration()
            .setWorkDirectory(folder)
            .setLocalHost("127.0.0.1")
            .setDiscoverySpi(discovery)
            .setGridLogger(new NullLogger())
            .setConnectorConfiguration(null)
            .setClientConnectorConfiguration(null);
    member = Ignition.start(configuration);
  }

  static synchronized int members() {
    return member.cluster().nodes().size();
  }

  static synchronized void put(String key, String value) {
    values().put(key, value);
  }

  static synchronized String get(String key) {
    return values().get(key);
  }

  private static IgniteCache<String, String> values() {
    return member.getOrCreateCache("values");
  }

  static synchronized void leave() {
    member.close();
  }
}
