import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/** How sessions end, and how the library is told. */
final class Ends {
  private Ends() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session other = Session.open(arguments.direct)) {
      byClose(arguments, other);
      bySilence(arguments, other);
      takenOver(arguments, other);
    }
  }

  private static void createMine(Session s, Session other) throws Exception {
    s.create("/mine", "", CreateMode.EPHEMERAL);
    other.expectQuiet();
    Expect.holds(other.zk.exists("/mine", other.watcher("watch")) != null, "the node to be there");
  }

  private static void byClose(Main.Arguments arguments, Session other) throws Exception {
    Expect.step("a session that is closed ends at once, and its ephemeral nodes with it");
    final Session session = Session.open(arguments.servers);
    createMine(session, other);
    session.close();
    other.expectNext("watch: NodeDeleted /mine");
    Expect.step("and who resumes it is told that it is over");
    try (Session late =
             Session.resume(arguments.direct, session.zk.getSessionId(), session.zk.getSessionPasswd())) {
      Expect.equal(KeeperState.Expired, late.state());
    }
  }

  private static void bySilence(Main.Arguments arguments, Session other) throws Exception {
    Expect.step("a session that is silent for its timeout expires");
    try (Session session = Session.open(arguments.servers, Session.BRIEF_MS, false)) {
      Expect.equal(Session.BRIEF_MS, session.zk.getSessionTimeout());
      createMine(session, other);
      Expect.ask("refuse");
      other.expectNext("watch: NodeDeleted /mine");
      Expect.step("and when it comes back it is told so, and can do nothing more");
      Expect.ask("mend");
      session.awaitState(KeeperState.Expired);
      Expect.fails(Code.SESSIONEXPIRED, () -> session.zk.exists("/", false));
    }
  }

  private static void takenOver(Main.Arguments arguments, Session other) throws Exception {
    Expect.step("who knows a session's id and password goes on with it");
    final Session first = Session.open(arguments.servers);
    createMine(first, other);
    final long id = first.zk.getSessionId();
    final byte[] password = first.zk.getSessionPasswd();
    Expect.ask("refuse");
    first.awaitState(KeeperState.Disconnected);
    try (Session second = Session.resume(arguments.direct, id, password)) {
      Expect.equal(id, second.zk.getSessionId());
      Expect.equal(id, second.stat("/mine").getEphemeralOwner());
      Expect.step("who does not know the password does not, though the session's connection is cut for it");
      final byte[] guess = password.clone();
      guess[0] ^= 1;
      try (Session thief = Session.resume(arguments.direct, id, guess)) {
        Expect.equal(KeeperState.Expired, thief.state());
      }
      second.awaitConnections(2);
      Expect.equal(id, second.stat("/mine").getEphemeralOwner());
    }
    other.expectNext("watch: NodeDeleted /mine");
    Expect.step("and the first one, which comes back to a session that is closed, is told so");
    Expect.ask("mend");
    first.awaitState(KeeperState.Expired);
    first.close();
  }
}
