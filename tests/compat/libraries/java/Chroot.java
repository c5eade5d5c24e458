import java.util.List;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * A session whose paths begin below a node: what it says and is told is without that node's path, on the
 * server it is there.
 */
final class Chroot {
  private Chroot() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session outer = Session.open(arguments.direct)) {
      outer.clear("/chroot");
      try (Session inner = Session.open(arguments.servers + "/chroot")) {
        inner.expectQuiet();
        below(inner, outer);
        multiBelow(inner, outer);
        watchedBelow(inner, outer);
      }
      outer.expectQuiet();
      outer.clear("/chroot");
    }
  }

  private static void below(Session inner, Session outer) throws Exception {
    Expect.step("below a root that is not there nothing is created");
    Expect.fails(Code.NONODE, () -> inner.create("/a", ""));
    Expect.step("the root itself is a node of that session");
    inner.create("/", "root"); // the library says that it is called ""
    outer.expectQuiet();
    Expect.equal("root", outer.text("/chroot"));
    Expect.step("what it creates is below its root, and it is told the path without it");
    Expect.equal("/a-0000000000", inner.create("/a-", "in", CreateMode.PERSISTENT_SEQUENTIAL));
    outer.expectQuiet();
    Expect.equal("in", outer.text("/chroot/a-0000000000"));
    Expect.equal(List.of("a-0000000000"), inner.children("/"));
    Expect.equal(1, inner.zk.getAllChildrenNumber("/"));
  }

  private static void multiBelow(Session inner, Session outer) throws Exception {
    Expect.step("so does a multi");
    final List<OpResult> results = inner.zk.multi(
        List.of(Op.create("/m", Session.bytes("m"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT),
            Op.delete("/a-0000000000", -1)));
    Expect.equal(2, results.size());
    outer.expectQuiet();
    Expect.equal(List.of("m"), outer.children("/chroot"));
    Expect.equal("m",
        new String(((OpResult.GetDataResult) inner.zk.multi(List.of(Op.getData("/m"))).get(0)).getData()));
  }

  private static void watchedBelow(Session inner, Session outer) throws Exception {
    Expect.step("events name paths of the session, and so does a sync");
    inner.zk.getData("/m", inner.watcher("data"), null);
    inner.zk.getChildren("/", inner.watcher("parent"));
    outer.set("/chroot/m", "changed");
    inner.expectNext("data: NodeDataChanged /m");
    outer.create("/chroot/n", "");
    inner.expectNext("parent: NodeChildrenChanged /");
    inner.zk.addWatch("/", inner.watcher("all"), AddWatchMode.PERSISTENT_RECURSIVE);
    outer.create("/chroot/n/deep", "");
    inner.expectNext("all: NodeCreated /n/deep");
    inner.zk.sync("/m", (rc, path, context) -> inner.note("sync", Session.code(rc) + " " + path), null);
    inner.expectNext("sync: OK /m");
    Expect.step("outside of its root nothing can be named");
    Expect.equal(false, inner.isThere("/chroot"));
  }
}
