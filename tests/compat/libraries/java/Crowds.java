import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;

/** A list that is larger than the library takes: it gives its connection up, and comes back. */
final class Crowds {
  private static final String ROOT = "/crowds";
  private static final int CHILDREN = 12000;

  private Crowds() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers); Session other = Session.open(arguments.direct)) {
      other.create(ROOT, "crowded");
      final String tail = "c".repeat(90);
      for (int first = 0; first < CHILDREN; first += 1000) {
        final List<Op> creates = new ArrayList<>();
        for (int i = first; i < first + 1000; i++) {
          creates.add(Op.create(ROOT + "/" + i + tail, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT));
        }
        other.zk.multi(creates);
      }
      Expect.step("a list that the library does not take costs a connection, and another one");
      final long id = session.zk.getSessionId();
      for (int connections = 2; connections <= 3; connections++) {
        Expect.fails(Code.CONNECTIONLOSS, () -> session.children(ROOT));
        session.awaitConnections(connections);
      }
      Expect.step("then whoever asks is told, and the session goes on");
      Expect.fails(Code.MARSHALLINGERROR, () -> session.children(ROOT));
      Expect.equal("crowded", session.text(ROOT));
      Expect.equal(CHILDREN, session.stat(ROOT).getNumChildren());
      Expect.equal(id, session.zk.getSessionId());
    }
  }
}
