import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ClientInfo;

/**
 * A session that logs in with SASL (DIGEST-MD5), as a JAAS file says: "bob" and his password, or a wrong
 * one.
 */
final class Logins {
  private Logins() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session bob = Session.open(arguments.servers)) {
      Expect.step("who logs in is known by that name");
      Expect.holds(
          bob.zk.whoAmI().contains(new ClientInfo("sasl", "bob")), "sasl: bob, got " + bob.zk.whoAmI());
      Expect.step("and may be meant by rights");
      bob.zk.create(
          "/bobs", null, Session.rights(Session.right(Perms.ALL, "sasl", "bob")), CreateMode.EPHEMERAL);
      bob.zk.create(
          "/others", null, Session.rights(Session.right(Perms.ALL, "sasl", "alice")), CreateMode.EPHEMERAL);
      bob.set("/bobs", "x");
      Expect.fails(Code.NOAUTH, () -> bob.set("/others", "x"));
      Expect.step("by the rights of its creator too");
      bob.zk.create("/own", null, Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL);
      Expect.equal(Session.rights(Session.right(Perms.ALL, "sasl", "bob")), bob.zk.getACL("/own", null));
      Expect.step("it logs in again on another connection");
      Expect.ask("cut");
      bob.awaitConnections(2);
      bob.set("/bobs", "y");
    }
  }

  static void refused(Main.Arguments arguments) throws Exception {
    Expect.step("who has a wrong password is told so, and can do nothing");
    try (Session session = Session.begin(arguments.servers)) {
      session.awaitAuthFailed();
      Expect.fails(Code.AUTHFAILED, () -> session.zk.exists("/", false));
    }
  }
}
