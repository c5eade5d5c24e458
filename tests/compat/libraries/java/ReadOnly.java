import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * A client that may be served by a server without a quorum reads there, and writes again when there is one.
 */
final class ReadOnly {
  private ReadOnly() {}

  static void run(Main.Arguments arguments) throws Exception {
    Expect.step("with a quorum a client that may be served read-only writes");
    try (Session writer = Session.open(arguments.servers, Session.PATIENT_MS, true)) {
      Expect.equal(KeeperState.SyncConnected, writer.state());
      writer.create("/read_only", "before");
    }
    Expect.step("without one it reads");
    Expect.ask("leave one server alone");
    try (Session reader = Session.open(arguments.servers, Session.PATIENT_MS, true)) {
      Expect.equal(KeeperState.ConnectedReadOnly, reader.state());
      Expect.equal("before", reader.text("/read_only"));
      Expect.equal(List.of("read_only", "zookeeper"), reader.children("/"));
      Expect.equal(false, reader.isThere("/none"));
      Expect.step("and is told that it may not write");
      for (Expect.Call write : List.<Expect.Call>of(()
                                                        -> reader.create("/no", ""),
               ()
                   -> reader.set("/read_only", "no"),
               ()
                   -> reader.zk.delete("/read_only", -1),
               ()
                   -> reader.zk.setACL("/read_only", Ids.READ_ACL_UNSAFE, -1),
               () -> reader.zk.multi(List.of(Op.setData("/read_only", null, -1))))) {
        Expect.fails(Code.NOTREADONLY, write);
      }
      Expect.step("when there is a quorum again the library finds it, and writes");
      Expect.ask("reunite");
      reader.awaitState(KeeperState.SyncConnected);
      reader.set("/read_only", "after");
      Expect.equal("after", reader.text("/read_only"));
      reader.clear("/read_only");
    }
  }
}
