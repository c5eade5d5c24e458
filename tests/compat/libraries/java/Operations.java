import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/** What is done to nodes that are there: data, versions, children, rights, deletion. */
final class Operations {
  private static final String NODE = "/operations/data";
  private static final String NONE = "/operations/none";

  private Operations() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers)) {
      session.clear("/operations");
      session.create("/operations", "");
      dataAndItsVersion(session);
      nullAndLargeData(session);
      children(session);
      deletion(session);
      listsOfRights(session);
      session.clear("/operations");
    }
  }

  private static void dataAndItsVersion(Session s) throws Exception {
    Expect.step("data is read with its stat");
    final Stat stat = new Stat();
    s.create(NODE, "0123456789");
    Expect.equal("0123456789", new String(s.zk.getData(NODE, false, stat)));
    Expect.equal(s.stat(NODE), stat);
    Expect.equal(10, stat.getDataLength());
    Expect.step("a set counts the version up and tells the stat; one of another version changes nothing");
    final Stat after = s.zk.setData(NODE, Session.bytes("new"), 0);
    Expect.equal(1, after.getVersion());
    Expect.holds(after.getMzxid() > after.getCzxid(), "a later zxid of the change");
    Expect.fails(Code.BADVERSION, () -> s.zk.setData(NODE, Session.bytes("lost"), 0));
    Expect.equal("new", s.text(NODE));
    Expect.equal(2, s.set(NODE, "any").getVersion());
    Expect.step("what is not there cannot be read or set");
    Expect.fails(Code.NONODE, () -> s.set(NONE, ""));
    Expect.fails(Code.NONODE, () -> s.text(NONE));
    Expect.equal(false, s.isThere(NONE));
  }

  private static void nullAndLargeData(Session s) throws Exception {
    Expect.step("no data is told from empty data");
    s.zk.create("/operations/null", null, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    Expect.equal(null, s.zk.getData("/operations/null", false, null));
    s.create("/operations/empty", "");
    Expect.equal(0, s.zk.getData("/operations/empty", false, null).length);
    Expect.step("a million bytes come back as they were");
    final byte[] large = new byte[1000000];
    new Random(7).nextBytes(large);
    s.zk.create("/operations/large", large, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    Expect.holds(Arrays.equals(large, s.zk.getData("/operations/large", false, null)), "the same bytes");
    Expect.step("more than the server takes ends the connection, and the session goes on with the next");
    Expect.fails(Code.CONNECTIONLOSS, () -> s.zk.setData("/operations/large", new byte[1200000], -1));
    s.awaitConnections(2);
    Expect.equal(0, s.stat("/operations/large").getVersion());
  }

  private static void children(Session s) throws Exception {
    Expect.step("children are named, with the parent's stat or without");
    s.create("/operations/parent", "");
    Expect.equal(List.of(), s.children("/operations/parent"));
    s.create("/operations/parent/b", "");
    s.create("/operations/parent/a", "");
    Expect.equal(List.of("a", "b"), s.children("/operations/parent"));
    final Stat stat = new Stat();
    Expect.equal(2, s.zk.getChildren("/operations/parent", false, stat).size());
    Expect.equal(2, stat.getNumChildren());
    Expect.equal(2, stat.getCversion());
    Expect.equal(s.stat("/operations/parent/a").getCzxid(), stat.getPzxid());
    Expect.fails(Code.NONODE, () -> s.zk.getChildren(NONE, false));
    Expect.fails(Code.NONODE, () -> s.zk.getChildren(NONE, false, new Stat()));
    Expect.fails(Code.NONODE, () -> s.zk.getAllChildrenNumber(NONE));
  }

  private static void deletion(Session s) throws Exception {
    Expect.step("a node is deleted at its version, and not while it has children");
    Expect.fails(Code.NOTEMPTY, () -> s.zk.delete("/operations/parent", -1));
    Expect.fails(Code.BADVERSION, () -> s.zk.delete("/operations/parent/a", 3));
    s.zk.delete("/operations/parent/a", 0);
    Expect.fails(Code.NONODE, () -> s.zk.delete("/operations/parent/a", -1));
    Expect.equal(false, s.isThere("/operations/parent/a"));
    Expect.equal(3, s.stat("/operations/parent").getCversion());
    Expect.step("the root and what is ZooKeeper's own stay");
    Expect.fails(Code.BADARGUMENTS, () -> s.zk.delete("/", -1));
    Expect.fails(Code.BADARGUMENTS, () -> s.zk.delete("/zookeeper/config", -1));
  }

  private static void listsOfRights(Session s) throws Exception {
    Expect.step("a list of rights is read and set at its own version, and counts at once");
    final Stat stat = new Stat();
    Expect.equal(Ids.OPEN_ACL_UNSAFE, s.zk.getACL(NODE, stat));
    Expect.equal(0, stat.getAversion());
    Expect.fails(Code.BADVERSION, () -> s.zk.setACL(NODE, Ids.READ_ACL_UNSAFE, 7));
    Expect.equal(1, s.zk.setACL(NODE, Ids.READ_ACL_UNSAFE, 0).getAversion());
    Expect.equal(List.of(new ACL(Perms.READ, Ids.ANYONE_ID_UNSAFE)), s.zk.getACL(NODE, null));
    Expect.fails(Code.NOAUTH, () -> s.set(NODE, "no"));
    Expect.fails(Code.NOAUTH, () -> s.zk.setACL(NODE, Ids.OPEN_ACL_UNSAFE, 1));
    Expect.fails(Code.NONODE, () -> s.zk.getACL(NONE, null));
    Expect.fails(Code.NONODE, () -> s.zk.setACL(NONE, Ids.OPEN_ACL_UNSAFE, -1));
  }
}
