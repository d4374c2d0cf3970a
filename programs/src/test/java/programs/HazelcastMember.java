package programs;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;

/** A member of a Hazelcast cluster on the loopback interface, one in each JVM. */
final class HazelcastMember {
  private static HazelcastInstance member;

  private HazelcastMember() {}

  /**
   * Joins, or begins the cluster.
   *
   * @param others addresses of members, empty for the first
   * @return this member's address
   */
  static synchronized String join(String others) {
    Config config = new Config();
    config.setClusterName("mitogen4j-test");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.logging.type", "none");
    var network = config.getNetworkConfig();
    network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    network.setPort(35701);
    network.getJoin().getAutoDetectionConfig().setEnabled(false);
    network.getJoin().getMulticastConfig().setEnabled(false);
    network.getJoin().getTcpIpConfig().setEnabled(true).addMember(others);
    member = Hazelcast.newHazelcastInstance(config);
    var address = member.getCluster().getLocalMember().getAddress();
    return address.getHost() + ":" + address.getPort();
  }

  static synchronized int members() {
    return member.getCluster().getMembers().size();
  }

  static synchronized String put(String key, String value) {
    IMap<String, String> map = member.getMap("values");
    return map.put(key, value);
  }

  static synchronized String get(String key) {
    IMap<String, String> map = member.getMap("values");
    return map.get(key);
  }

  static synchronized void leave() {
    member.shutdown();
  }
}
