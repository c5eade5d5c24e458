import java.util.List;
import java.util.TreeSet;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.Stat;

/** Nodes of every kind, and what may not be created. */
final class Creates {
  private Creates() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers)) {
      session.clear("/creates");
      session.create("/creates", "");
      ofEveryMode(session);
      withItsStat(session);
      refused(session);
      deletedByTheServer(session);
    }
    try (Session session = Session.open(arguments.servers)) {
      session.expectQuiet();
      Expect.equal(false, session.isThere("/creates/ephemeral"));
      session.clear("/creates");
    }
  }

  private static void ofEveryMode(Session s) throws Exception {
    Expect.step("a persistent node is created under its own name and belongs to nobody");
    Expect.equal("/creates/plain", s.create("/creates/plain", "x"));
    Expect.equal(0L, s.stat("/creates/plain").getEphemeralOwner());
    Expect.step("an ephemeral node belongs to the session");
    s.create("/creates/ephemeral", "x", CreateMode.EPHEMERAL);
    Expect.equal(s.zk.getSessionId(), s.stat("/creates/ephemeral").getEphemeralOwner());
    Expect.step("sequential nodes of all kinds are numbered together, in ten digits");
    Expect.equal("/creates/n-0000000002", s.create("/creates/n-", "x", CreateMode.PERSISTENT_SEQUENTIAL));
    Expect.equal("/creates/n-0000000003", s.create("/creates/n-", "x", CreateMode.EPHEMERAL_SEQUENTIAL));
    Expect.equal(s.zk.getSessionId(), s.stat("/creates/n-0000000003").getEphemeralOwner());
    Expect.step("containers, and nodes with a time to live, belong to nobody");
    s.create("/creates/container", "x", CreateMode.CONTAINER);
    Expect.equal(0L, s.stat("/creates/container").getEphemeralOwner());
    final Stat stat = new Stat();
    s.zk.create("/creates/ttl", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, stat, 600000);
    Expect.equal(0L, stat.getEphemeralOwner());
    Expect.equal("/creates/ttl-0000000006",
        s.zk.create("/creates/ttl-", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_SEQUENTIAL_WITH_TTL,
            stat, 600000));
    Expect.equal(
        List.of("container", "ephemeral", "n-0000000002", "n-0000000003", "plain", "ttl", "ttl-0000000006"),
        s.children("/creates"));
    Expect.step("who asks for all descendants' number and for the session's own nodes is told them");
    Expect.equal(7, s.zk.getAllChildrenNumber("/creates"));
    Expect.equal(List.of("/creates/ephemeral", "/creates/n-0000000003"),
        List.copyOf(new TreeSet<>(s.zk.getEphemerals())));
    Expect.equal(List.of("/creates/n-0000000003"), s.zk.getEphemerals("/creates/n-"));
    Expect.equal(List.of(), s.zk.getEphemerals("/elsewhere"));
  }

  private static void withItsStat(Session s) throws Exception {
    Expect.step("a create that asks for the stat is told the new node's");
    final Stat stat = new Stat();
    s.zk.create("/creates/told", Session.bytes("12345"), Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT, stat);
    Expect.equal(5, stat.getDataLength());
    Expect.equal(0, stat.getVersion());
    Expect.equal(stat.getCzxid(), stat.getMzxid());
    Expect.equal(stat, s.stat("/creates/told"));
    Expect.equal(stat.getCzxid(), s.stat("/creates").getPzxid());
  }

  private static void refused(Session s) throws Exception {
    Expect.step("what is there already, or has no parent, or an ephemeral one, is not created");
    Expect.fails(Code.NODEEXISTS, () -> s.create("/creates/plain", ""));
    Expect.fails(Code.NONODE, () -> s.create("/creates/nowhere/child", ""));
    Expect.fails(Code.NOCHILDRENFOREPHEMERALS, () -> s.create("/creates/ephemeral/child", ""));
    Expect.step("nor is a node whose rights name a scheme that there is not");
    Expect.fails(Code.INVALIDACL,
        ()
            -> s.zk.create("/creates/bare", null, Session.rights(Session.right(Perms.ALL, "rumour", "x")),
                CreateMode.PERSISTENT));
  }

  /** The server looks for them every 100 ms (znode.container.checkIntervalMs). */
  private static void deletedByTheServer(Session s) throws Exception {
    Expect.step("a container whose last child is gone is deleted by the server");
    s.create("/creates/container/child", "");
    s.zk.delete("/creates/container/child", -1);
    awaitDeletion(s, "/creates/container");
    Expect.step("so is a node whose time is over, and no other");
    s.zk.create("/creates/short", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT_WITH_TTL, null, 1);
    awaitDeletion(s, "/creates/short");
    Expect.equal(true, s.isThere("/creates/ttl"));
    Expect.equal(true, s.isThere("/creates/ephemeral"));
  }

  /** It may be gone before it is watched. */
  private static void awaitDeletion(Session s, String path) throws Exception {
    if (s.zk.exists(path, s.watcher("watch")) != null) {
      s.expectNext("watch: NodeDeleted " + path);
    }
  }
}
