package org.mitogen4j.testbed;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.Router;
import org.mitogen4j.SharedProcess;

/** The contract in the process of another router's context, with the oldest Java there. */
@NeedsTestbed
class SharedProcessContractTest {
  private static Router first;
  private static Contract contract;
  private static NothingLeft nothingLeft;

  @BeforeAll
  static void connect() throws Exception {
    nothingLeft = new NothingLeft();
    first = Router.create();
    contract = new Contract(Way.by(SharedProcess.with(first.connect(Hosts.ssh("java8")))));
  }

  @AfterAll
  static void close() throws Exception {
    contract.close();
    first.close();
    nothingLeft.check();
  }

  static List<String> points() {
    return Contract.points();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("points")
  void holds(String point) throws Throwable {
    contract.check(point);
  }
}
