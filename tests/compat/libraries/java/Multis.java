import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;

/** Several operations as one: writes, all or none; reads, each for itself. */
final class Multis {
  private Multis() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers)) {
      session.clear("/multis");
      session.create("/multis", "");
      allOfThem(session);
      noneOfThem(session);
      reads(session);
      watchesBeforeTheReply(session);
      session.clear("/multis");
    }
  }

  private static Op create(String path, CreateMode mode) {
    return Op.create(path, Session.bytes("x"), Ids.OPEN_ACL_UNSAFE, mode);
  }

  private static void allOfThem(Session s) throws Exception {
    Expect.step("all operations of a multi are done, each told its result");
    final List<OpResult> results = s.zk.multi(List.of(create("/multis/a", CreateMode.PERSISTENT),
        create("/multis/n-", CreateMode.EPHEMERAL_SEQUENTIAL), create("/multis/c", CreateMode.CONTAINER),
        Op.create("/multis/t", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, 600000),
        Op.setData("/multis/a", Session.bytes("changed"), 0), Op.check("/multis/a", 1),
        create("/multis/gone", CreateMode.PERSISTENT), Op.delete("/multis/gone", 0)));
    Expect.equal(8, results.size());
    Expect.equal("/multis/n-0000000001", ((OpResult.CreateResult) results.get(1)).getPath());
    Expect.equal("/multis/c", ((OpResult.CreateResult) results.get(2)).getPath());
    Expect.equal("/multis/t", ((OpResult.CreateResult) results.get(3)).getPath());
    final long zxid = ((OpResult.SetDataResult) results.get(4)).getStat().getMzxid();
    Expect.equal(List.of("a", "c", "n-0000000001", "t"), s.children("/multis"));
    Expect.equal("changed", s.text("/multis/a"));
    Expect.step("they are one transaction");
    Expect.equal(zxid, s.stat("/multis/n-0000000001").getCzxid());
    Expect.equal(zxid, s.stat("/multis/c").getCzxid());
    Expect.equal(6, s.stat("/multis").getCversion());
    Expect.step("a transaction is a multi");
    s.zk.transaction().check("/multis/a", 1).setData("/multis/a", Session.bytes("again"), 1).commit();
    Expect.equal("again", s.text("/multis/a"));
  }

  /** The second of three fails: the first is told that it was well, the third that it was not tried. */
  private static void failsWhole(Session s, String words, Op failing, Code code) throws Exception {
    Expect.step(words);
    final KeeperException error = Expect.fails(code,
        ()
            -> s.zk.multi(List.of(Op.setData("/multis/a", Session.bytes("lost"), -1), failing,
                create("/multis/lost", CreateMode.PERSISTENT))));
    final List<Integer> codes = new ArrayList<>();
    for (OpResult result : error.getResults()) {
      codes.add(((OpResult.ErrorResult) result).getErr());
    }
    Expect.equal(List.of(0, code.intValue(), Code.RUNTIMEINCONSISTENCY.intValue()), codes);
    Expect.equal("again", s.text("/multis/a"));
    Expect.equal(false, s.isThere("/multis/lost"));
  }

  private static void noneOfThem(Session s) throws Exception {
    failsWhole(s, "a create of what is there undoes the whole multi",
        create("/multis/a", CreateMode.PERSISTENT), Code.NODEEXISTS);
    failsWhole(s, "so does a check of another version", Op.check("/multis/a", 1), Code.BADVERSION);
    failsWhole(s, "so does a delete of what is not there", Op.delete("/multis/none", -1), Code.NONODE);
    failsWhole(s, "so does a delete of a parent", Op.delete("/multis", -1), Code.NOTEMPTY);
    failsWhole(s, "so does a set of what is not there", Op.setData("/multis/none", null, -1), Code.NONODE);
    failsWhole(s, "so does a child of an ephemeral node",
        create("/multis/n-0000000001/x", CreateMode.PERSISTENT), Code.NOCHILDRENFOREPHEMERALS);
    Expect.step("a multi of nothing is well");
    Expect.equal(0, s.zk.multi(List.<Op>of()).size());
  }

  private static void reads(Session s) throws Exception {
    Expect.step("reads of a multi are each told their own result, errors among them");
    final List<OpResult> results = s.zk.multi(List.of(Op.getData("/multis/a"), Op.getChildren("/multis"),
        Op.getData("/multis/none"), Op.getChildren("/multis/a")));
    final OpResult.GetDataResult data = (OpResult.GetDataResult) results.get(0);
    Expect.equal("again", new String(data.getData()));
    Expect.equal(s.stat("/multis/a"), data.getStat());
    Expect.equal(4, ((OpResult.GetChildrenResult) results.get(1)).getChildren().size());
    Expect.equal(Code.NONODE.intValue(), ((OpResult.ErrorResult) results.get(2)).getErr());
    Expect.equal(List.of(), ((OpResult.GetChildrenResult) results.get(3)).getChildren());
  }

  private static void watchesBeforeTheReply(Session s) throws Exception {
    Expect.step(
        "what a multi changes is told to watches in the order of its operations, and before its reply");
    s.zk.getData("/multis/a", s.watcher("data"), null);
    s.zk.getChildren("/multis", s.watcher("parent"));
    s.zk.multi(List.of(create("/multis/last", CreateMode.PERSISTENT), Op.setData("/multis/a", null, -1)),
        (rc, path, context, results) -> s.note("multi", Session.code(rc) + " " + results.size()), null);
    s.expectNext("parent: NodeChildrenChanged /multis");
    s.expectNext("data: NodeDataChanged /multis/a");
    s.expectNext("multi: OK 2");
  }
}
