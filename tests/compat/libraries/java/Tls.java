import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ClientInfo;

/** A session over TLS beside one without, with a certificate whose subject is the property client.subject. */
final class Tls {
  private Tls() {}

  static void run(Main.Arguments arguments) throws Exception {
    final String subject = System.getProperty("client.subject");
    try (Session session = Session.openSecure(arguments.servers);
         Session plain = Session.open(arguments.direct)) {
      Expect.step("a client is known by its certificate");
      final List<ClientInfo> known = session.zk.whoAmI();
      Expect.holds(known.contains(new ClientInfo("x509", subject)), "x509: " + subject + ", got " + known);
      Expect.step("and its creator's rights mean that certificate");
      session.zk.create("/tls", null, Ids.CREATOR_ALL_ACL, CreateMode.EPHEMERAL);
      Expect.equal(
          Session.rights(Session.right(Perms.ALL, "x509", subject)), session.zk.getACL("/tls", null));
      Expect.step("a million bytes come back as they were");
      final byte[] large = new byte[1000000];
      new Random(7).nextBytes(large);
      session.zk.setData("/tls", large, -1);
      Expect.holds(Arrays.equals(large, session.zk.getData("/tls", false, null)), "the same bytes");
      Expect.step("a connection that is cut is made again, with the session, its nodes and its watches");
      final long id = session.zk.getSessionId();
      session.zk.exists("/tls-watched", session.watcher("watch"));
      Expect.ask("cut");
      session.awaitConnections(2);
      Expect.equal(id, session.stat("/tls").getEphemeralOwner());
      plain.create("/tls-watched", "", CreateMode.EPHEMERAL);
      session.expectNext("watch: NodeCreated /tls-watched");
    }
  }
}
