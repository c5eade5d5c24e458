import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;

/**
 * Watches that stay: of one node, and of all below it. None beside one of another kind on the same node:
 * before 3.9 the last of them took the place of the first (ZOOKEEPER-4466).
 */
final class PersistentWatches {
  private static final String ROOT = "/persistent";
  private static final String CHILD = "/persistent/child";
  private static final String DEEP = "/persistent/child/deep";

  private PersistentWatches() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers); Session other = Session.open(arguments.direct)) {
      session.clear(ROOT);
      ofOneNode(session);
      ofAllBelow(session, other);
      ofTheSession(session);
      session.clear(ROOT);
    }
  }

  private static void ofOneNode(Session s) throws Exception {
    Expect.step(
        "a persistent watch sees its node created, changed, its children, again and again, and its deletion");
    s.zk.addWatch(ROOT, s.watcher("stays"), AddWatchMode.PERSISTENT);
    s.create(ROOT, "");
    s.set(ROOT, "1");
    s.set(ROOT, "2");
    s.create(CHILD, "");
    s.set(CHILD, "not seen");
    s.zk.delete(CHILD, -1);
    s.zk.delete(ROOT, -1);
    s.create(ROOT, "");
    s.expectNext("stays: NodeCreated " + ROOT);
    s.expectNext("stays: NodeDataChanged " + ROOT);
    s.expectNext("stays: NodeDataChanged " + ROOT);
    s.expectNext("stays: NodeChildrenChanged " + ROOT);
    s.expectNext("stays: NodeChildrenChanged " + ROOT);
    s.expectNext("stays: NodeDeleted " + ROOT);
    s.expectNext("stays: NodeCreated " + ROOT);
    s.expectQuiet();
    Expect.step("until it is removed");
    s.zk.removeAllWatches(ROOT, WatcherType.Any, false);
    s.expectNext("stays: PersistentWatchRemoved " + ROOT);
    s.set(ROOT, "3");
    s.expectQuiet();
  }

  private static void ofAllBelow(Session s, Session other) throws Exception {
    Expect.step("a recursive one sees what happens to each node below, and no lists of children");
    s.zk.addWatch(ROOT, s.watcher("all"), AddWatchMode.PERSISTENT_RECURSIVE,
        (rc, path, context) -> s.note("added", Session.code(rc).toString()), null);
    s.expectNext("added: OK");
    other.create(CHILD, "");
    other.create(DEEP, "");
    other.set(DEEP, "x");
    other.zk.delete(DEEP, -1);
    other.set(ROOT, "4");
    s.expectNext("all: NodeCreated " + CHILD);
    s.expectNext("all: NodeCreated " + DEEP);
    s.expectNext("all: NodeDataChanged " + DEEP);
    s.expectNext("all: NodeDeleted " + DEEP);
    s.expectNext("all: NodeDataChanged " + ROOT);
    s.expectQuiet();
    Expect.step("until it is removed");
    s.zk.removeAllWatches(ROOT, WatcherType.Any, false);
    s.expectNext("all: PersistentWatchRemoved " + ROOT);
    other.set(CHILD, "y");
    s.expectQuiet();
  }

  private static void ofTheSession(Session s) throws Exception {
    Expect.step("the session's own watcher may stay too");
    s.zk.addWatch(CHILD, AddWatchMode.PERSISTENT);
    s.set(CHILD, "1");
    s.set(CHILD, "2");
    s.expectNext("session: NodeDataChanged " + CHILD);
    s.expectNext("session: NodeDataChanged " + CHILD);
    s.expectQuiet();
    Expect.step("of two that stay one may be removed");
    final Watcher goes = s.watcher("goes");
    s.zk.addWatch(CHILD, goes, AddWatchMode.PERSISTENT);
    s.zk.removeWatches(CHILD, goes, WatcherType.Any, false);
    s.expectNext("goes: PersistentWatchRemoved " + CHILD);
    Expect.fails(Code.NOWATCHER, () -> s.zk.removeWatches(CHILD, goes, WatcherType.Any, false));
    s.set(CHILD, "3");
    s.expectNext("session: NodeDataChanged " + CHILD);
    s.expectQuiet();
  }
}
