import java.util.List;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;

/**
 * Each call that does not wait, many at once: replies come in the order of the calls, and say what the
 * waiting calls say.
 */
final class Asynchronous {
  private static final String A = "/asynchronous/a";
  private static final String B = "/asynchronous/b";

  private Asynchronous() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers)) {
      session.clear("/asynchronous");
      session.create("/asynchronous", "");
      writes(session);
      reads(session);
      aHundredSets(session);
      watchesAndReplies(session);
      session.clear("/asynchronous");
    }
  }

  private static void reply(Session s, int rc, Object what) {
    s.note("reply", Session.code(rc) + (what == null ? "" : " " + what));
  }

  private static void expectReplies(Session s, String... replies) throws Exception {
    for (String reply : replies) {
      s.expectNext("reply: " + reply);
    }
  }

  private static void writes(Session s) throws Exception {
    Expect.step("writes that do not wait are answered in their order");
    final AsyncCallback.StringCallback created = (rc, path, context, name) -> reply(s, rc, name);
    final AsyncCallback.Create2Callback told =
        (rc, path, context, name, stat) -> reply(s, rc, name + " of " + stat.getDataLength());
    final AsyncCallback.StatCallback changed =
        (rc, path, context, stat) -> reply(s, rc, stat == null ? null : stat.getVersion());
    final AsyncCallback.StatCallback allowed =
        (rc, path, context, stat) -> reply(s, rc, stat == null ? null : stat.getAversion());
    final AsyncCallback.VoidCallback done = (rc, path, context) -> reply(s, rc, path);
    s.zk.create(A, Session.bytes("a"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, created, null);
    s.zk.create(A, Session.bytes("a"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, created, null);
    s.zk.create(B, Session.bytes("bb"), Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL, told, null);
    s.zk.create("/asynchronous/t", Session.bytes("ttt"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL,
        told, null, 600000);
    s.zk.setData(A, Session.bytes("A"), 0, changed, null);
    s.zk.setData(A, Session.bytes("B"), 0, changed, null);
    s.zk.setACL(A, Ids.OPEN_ACL_UNSAFE, 0, allowed, null);
    s.zk.sync("/asynchronous", done, null);
    s.zk.create("/asynchronous/gone", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, created, null);
    s.zk.delete("/asynchronous/gone", -1, done, null);
    s.zk.delete("/asynchronous/gone", -1, done, null);
    expectReplies(s, "OK " + A, "NODEEXISTS", "OK " + B + " of 2", "OK /asynchronous/t of 3", "OK 1",
        "BADVERSION", "OK 1", "OK /asynchronous", "OK /asynchronous/gone", "OK /asynchronous/gone",
        "NONODE /asynchronous/gone");
  }

  private static void reads(Session s) throws Exception {
    Expect.step("so are reads");
    final AsyncCallback.StatCallback stat =
        (rc, path, context, found) -> reply(s, rc, found == null ? null : found.getVersion());
    final AsyncCallback.DataCallback data =
        (rc, path, context, found, known) -> reply(s, rc, found == null ? null : new String(found));
    final AsyncCallback.ChildrenCallback children = (rc, path, context, names) -> reply(s, rc, names.size());
    final AsyncCallback.Children2Callback told =
        (rc, path, context, names, known) -> reply(s, rc, names.size() + " of " + known.getNumChildren());
    s.zk.exists(A, false, stat, null);
    s.zk.exists("/asynchronous/none", false, stat, null);
    s.zk.getData(A, false, data, null);
    s.zk.getData("/asynchronous/none", false, data, null);
    s.zk.getChildren("/asynchronous", false, children, null);
    s.zk.getChildren("/asynchronous", false, told, null);
    s.zk.getACL(
        A, null, (rc, path, context, acl, known) -> reply(s, rc, acl.get(0).getId().getScheme()), null);
    s.zk.getAllChildrenNumber("/asynchronous", (rc, path, context, number) -> reply(s, rc, number), null);
    s.zk.getEphemerals("/asynchronous", (rc, context, paths) -> reply(s, rc, paths), null);
    s.zk.getEphemerals((rc, context, paths) -> reply(s, rc, paths), null);
    expectReplies(s, "OK 1", "NONODE", "OK A", "NONODE", "OK 3", "OK 3 of 3", "OK world", "OK 3",
        "OK " + List.of(B), "OK " + List.of(B));
  }

  private static void aHundredSets(Session s) throws Exception {
    Expect.step("a hundred sets at once count the version up one by one");
    for (int i = 0; i < 100; i++) {
      s.zk.setData(A, null, -1, (rc, path, context, stat) -> reply(s, rc, stat.getVersion()), null);
    }
    for (int i = 0; i < 100; i++) {
      s.expectNext("reply: OK " + (i + 2));
    }
  }

  private static void watchesAndReplies(Session s) throws Exception {
    Expect.step("watches are left by calls that do not wait, and fire between their replies and later ones");
    s.zk.getData(
        A, s.watcher("data"), (rc, path, context, data, stat) -> reply(s, rc, stat.getVersion()), null);
    s.zk.setData(A, null, -1, (rc, path, context, stat) -> reply(s, rc, stat.getVersion()), null);
    s.zk.exists(
        "/asynchronous/w", s.watcher("absent"), (rc, path, context, stat) -> reply(s, rc, null), null);
    s.zk.getChildren(
        "/asynchronous", s.watcher("names"), (rc, path, context, names) -> reply(s, rc, names.size()), null);
    s.zk.create("/asynchronous/w", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT,
        (rc, path, context, name) -> reply(s, rc, null), null);
    s.zk.getConfig(s.watcher("config"), (rc, path, context, data, stat) -> reply(s, rc, path), null);
    s.expectNext("reply: OK 101");
    s.expectNext("data: NodeDataChanged " + A);
    s.expectNext("reply: OK 102");
    s.expectNext("reply: NONODE");
    s.expectNext("reply: OK 3");
    s.expectInAnyOrder("absent: NodeCreated /asynchronous/w", "names: NodeChildrenChanged /asynchronous");
    s.expectNext("reply: OK");
    s.expectNext("reply: OK /zookeeper/config");
  }
}
