import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;

/** Watches that fire once: what fires them, and before what. */
final class Watches {
  private static final String A = "/watches/a";
  private static final String B = "/watches/b";

  private Watches() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers); Session other = Session.open(arguments.direct)) {
      session.clear("/watches");
      session.create("/watches", "");
      ofDataAndExistence(session);
      ofChildren(session);
      deletion(session);
      beforeReplies(session, other);
      removal(session);
      session.clear("/watches");
    }
  }

  private static void ofDataAndExistence(Session s) throws Exception {
    Expect.step("a watch of data fires at the first set, and not at the second");
    s.create(A, "0");
    s.zk.getData(A, s.watcher("data"), null);
    s.set(A, "1");
    s.set(A, "2");
    s.expectNext("data: NodeDataChanged " + A);
    s.expectQuiet();
    Expect.step(
        "a watch of a node that is not there fires when it is created, and of one that is there when it changes");
    Expect.equal(null, s.zk.exists(B, s.watcher("absent")));
    s.zk.exists(A, s.watcher("present"));
    s.set(A, "3");
    s.create(B, "");
    s.expectNext("present: NodeDataChanged " + A);
    s.expectNext("absent: NodeCreated " + B);
    Expect.step("a read of what is not there leaves no watch");
    Expect.fails(Code.NONODE, () -> s.zk.getData("/watches/none", s.watcher("nothing"), null));
    s.create("/watches/none", "");
    s.zk.delete("/watches/none", -1);
    s.expectQuiet();
    Expect.step("a call that asks for a watch without a watcher means the session's");
    s.zk.getData(A, true, null);
    s.set(A, "4");
    s.expectNext("session: NodeDataChanged " + A);
  }

  private static void ofChildren(Session s) throws Exception {
    Expect.step("a watch of children fires when one is created, or deleted, and not when one changes");
    s.zk.getChildren("/watches", s.watcher("parent"));
    s.set(A, "5");
    s.expectQuiet();
    s.create("/watches/c", "");
    s.expectNext("parent: NodeChildrenChanged /watches");
    s.zk.getChildren("/watches", s.watcher("parent"), null);
    s.zk.delete("/watches/c", -1);
    s.expectNext("parent: NodeChildrenChanged /watches");
    s.expectQuiet();
  }

  private static void deletion(Session s) throws Exception {
    Expect.step(
        "a deletion is told to the watches of the node, its children and its parent's children, once to each");
    final Watcher own = s.watcher("node");
    s.zk.getData(B, own, null);
    s.zk.getChildren(B, s.watcher("node"));
    s.zk.getChildren("/watches", s.watcher("parent"));
    s.zk.delete(B, -1);
    s.expectNext("node: NodeDeleted " + B);
    s.expectNext("node: NodeDeleted " + B);
    s.expectNext("parent: NodeChildrenChanged /watches");
    s.expectQuiet();
  }

  private static void beforeReplies(Session s, Session other) throws Exception {
    Expect.step("a watch fires before the reply of the set that fires it");
    s.zk.getData(A, s.watcher("data"), null);
    s.zk.setData(A, Session.bytes("mine"), -1,
        (rc, path, context, stat) -> s.note("set", Session.code(rc).toString()), null);
    s.expectNext("data: NodeDataChanged " + A);
    s.expectNext("set: OK");
    Expect.step("and before any reply that shows what another session has set");
    s.zk.getData(A, s.watcher("data"), null);
    other.set(A, "theirs");
    s.zk.sync(A, (rc, path, context) -> s.note("sync", Session.code(rc).toString()), null);
    s.zk.getData(A, false, (rc, path, context, data, stat) -> s.note("get", new String(data)), null);
    s.expectNext("data: NodeDataChanged " + A);
    s.expectNext("sync: OK");
    s.expectNext("get: theirs");
  }

  private static void removal(Session s) throws Exception {
    Expect.step("a watch that is removed is told so, and does not fire");
    final Watcher data = s.watcher("data");
    s.zk.getData(A, data, null);
    s.zk.removeWatches(A, data, WatcherType.Data, false);
    s.expectNext("data: DataWatchRemoved " + A);
    s.set(A, "6");
    s.expectQuiet();
    Expect.step("one that is not there cannot be removed");
    Expect.fails(Code.NOWATCHER, () -> s.zk.removeWatches(A, data, WatcherType.Data, false));
    Expect.fails(Code.NOWATCHER, () -> s.zk.removeAllWatches(A, WatcherType.Any, false));
    Expect.step("all watches of a node are removed together, and those of others stay");
    s.zk.getData(A, data, null);
    s.zk.getChildren(A, s.watcher("children"));
    s.zk.getChildren("/watches", s.watcher("parent"));
    s.zk.removeAllWatches(A, WatcherType.Any, false,
        (rc, path, context) -> s.note("removal", Session.code(rc).toString()), null);
    s.expectInAnyOrder("children: ChildWatchRemoved " + A, "data: DataWatchRemoved " + A);
    s.expectNext("removal: OK");
    s.set(A, "7");
    s.create("/watches/d", "");
    s.expectNext("parent: NodeChildrenChanged /watches");
    s.expectQuiet();
  }
}
