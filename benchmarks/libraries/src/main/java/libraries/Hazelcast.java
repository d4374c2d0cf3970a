package libraries;

/** Calls a library. */
public class Hazelcast {
  public static String run() throws Exception {
    var config = new com.hazelcast.config.Config();
    config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
    config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(false);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    var member = com.hazelcast.core.Hazelcast.newHazelcastInstance(config);
    try {
      member.getMap("m").put("a", 1);
      return "hazelcast " + member.getMap("m").get("a");
    } finally {
      member.shutdown();
    }
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
