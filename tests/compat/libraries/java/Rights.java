import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ClientInfo;
import org.apache.zookeeper.data.Id;

/** Who a session is, and what it may do then. */
final class Rights {
  private static final String NODE = "/rights/a";
  private static final String CHILD = "/rights/a/child";
  private static final String ALICE = "alice:aYXlLOpEooaV1cRAvUL1fp9Qt7E="; // with the password "secret"

  private Rights() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session alice = Session.open(arguments.servers); Session stranger = Session.open(arguments.direct);
         Session reader = Session.open(arguments.direct)) {
      alice.create("/rights", "");
      digest(alice, stranger);
      eachRight(alice, reader);
      noSuchScheme(arguments.direct);
      for (String path : List.of(CHILD, NODE, "/rights/here", "/rights")) {
        alice.zk.delete(path, -1);
      }
    }
  }

  private static void digest(Session alice, Session stranger) throws Exception {
    Expect.step("rights of a session's own identities need one");
    Expect.fails(
        Code.INVALIDACL, () -> alice.zk.create(NODE, null, Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT));
    alice.zk.addAuthInfo("digest", Session.bytes("alice:secret"));
    alice.zk.create(NODE, Session.bytes("own"), Ids.CREATOR_ALL_ACL, CreateMode.PERSISTENT);
    alice.create(CHILD, "");
    Expect.equal(Session.rights(Session.right(Perms.ALL, "digest", ALICE)), alice.zk.getACL(NODE, null));
    Expect.step("a session is told who it is");
    final List<ClientInfo> known = alice.zk.whoAmI();
    Expect.holds(known.contains(new ClientInfo("ip", "127.0.0.1"))
            && known.contains(new ClientInfo("digest", "alice")),
        "its address and its name, got " + known);
    Expect.step("a stranger may do nothing with the node");
    stranger.expectQuiet();
    refusedEverything(stranger);
    Expect.step("nor may who knows the name and not the password");
    stranger.zk.addAuthInfo("digest", Session.bytes("alice:guess"));
    refusedEverything(stranger);
    Expect.step("and who knows both is not a stranger");
    stranger.zk.addAuthInfo("digest", Session.bytes("alice:secret"));
    Expect.equal("own", stranger.text(NODE));
    stranger.set(NODE, "shared");
  }

  /**
   * Whether it may ask for the node's stat is not the same in all releases: 3.8.4 and 3.9.2 began to say no.
   */
  private static void refusedEverything(Session s) throws Exception {
    for (Expect.Call call : List.<Expect.Call>of(()
                                                     -> s.text(NODE),
             ()
                 -> s.set(NODE, "no"),
             ()
                 -> s.zk.getChildren(NODE, false),
             ()
                 -> s.create(NODE + "/no", ""),
             ()
                 -> s.zk.delete(CHILD, -1),
             ()
                 -> s.zk.getACL(NODE, null),
             () -> s.zk.setACL(NODE, Ids.OPEN_ACL_UNSAFE, -1), () -> s.zk.getAllChildrenNumber(NODE))) {
      Expect.fails(Code.NOAUTH, call);
    }
  }

  private static void eachRight(Session alice, Session reader) throws Exception {
    Expect.step("who may read may not write, and is not shown the hash of a password");
    alice.zk.setACL(NODE,
        Session.rights(
            Session.right(Perms.READ, "world", "anyone"), Session.right(Perms.ALL, "digest", ALICE)),
        -1);
    reader.expectQuiet();
    Expect.equal("shared", reader.text(NODE));
    Expect.fails(Code.NOAUTH, () -> reader.set(NODE, "no"));
    Expect.equal(new Id("digest", "alice:x"), reader.zk.getACL(NODE, null).get(1).getId());
    Expect.step("one address may be meant, and another");
    alice.zk.create("/rights/here", Session.bytes("x"),
        Session.rights(
            Session.right(Perms.READ, "ip", "127.0.0.0/8"), Session.right(Perms.WRITE, "ip", "10.0.0.1")),
        CreateMode.PERSISTENT);
    reader.expectQuiet();
    Expect.equal("x", reader.text("/rights/here"));
    Expect.fails(Code.NOAUTH, () -> reader.set("/rights/here", "no"));
    Expect.step("the super user may do everything");
    reader.zk.addAuthInfo("digest", Session.bytes("super:test"));
    reader.set("/rights/here", "yes");
    reader.set(NODE, "yes");
  }

  private static void noSuchScheme(String servers) throws Exception {
    Expect.step("a scheme that the server does not know ends the session");
    try (Session session = Session.open(servers)) {
      session.zk.addAuthInfo("rumour", Session.bytes("x"));
      session.awaitAuthFailed();
      Expect.fails(Code.AUTHFAILED, () -> session.zk.exists("/", false));
    }
  }
}
