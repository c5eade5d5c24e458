import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.Watcher.WatcherType;

/** Connections that break, and servers that end: the session goes on, with its nodes and its watches. */
final class Reconnects {
  private static final String ROOT = "/reconnects";
  private static final String DATA = ROOT + "/data";
  private static final String PARENT = ROOT + "/parent";
  private static final String TREE = ROOT + "/tree";

  private final Session session;
  private final long id;
  private String missing;

  private Reconnects(Session session) throws Exception {
    this.session = session;
    id = session.zk.getSessionId();
    session.clear(ROOT);
    for (String path : new String[] {ROOT, DATA, PARENT, TREE}) {
      session.create(path, "");
    }
    session.create(ROOT + "/mine", "", CreateMode.EPHEMERAL);
    session.zk.addWatch(TREE, session.watcher("tree"), AddWatchMode.PERSISTENT_RECURSIVE);
  }

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers); Session other = Session.open(arguments.direct)) {
      final Reconnects stage = new Reconnects(session);
      stage.cut(other);
      stage.lostReply();
      stage.killedServer(other);
      session.zk.removeAllWatches(TREE, WatcherType.Any, false);
      session.clear(ROOT);
    }
  }

  static void move(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers)) {
      final Reconnects stage = new Reconnects(session);
      Expect.step("when its server is killed a session moves to another server, with its nodes and watches");
      stage.watchAll("new-4");
      Expect.ask("kill the server of 0x" + Long.toHexString(stage.id));
      session.awaitConnections(2);
      stage.isTheSame();
      try (Session other = Session.open(arguments.servers)) {
        stage.changeAll(other);
        stage.allFire();
        Expect.ask("revive");
        Expect.step(
            "a session whose list of servers no longer has its server moves to one that the list has");
        stage.watchAll("new-5");
        session.zk.updateServerList(
            Expect.ask("the other servers than that of 0x" + Long.toHexString(stage.id)));
        session.awaitConnections(3);
        stage.isTheSame();
        stage.changeAll(other);
        stage.allFire();
      }
    }
  }

  private void watchAll(String name) throws Exception {
    missing = ROOT + "/" + name;
    session.zk.getData(DATA, session.watcher("data"), null);
    Expect.equal(null, session.zk.exists(missing, session.watcher("absent")));
    session.zk.getChildren(PARENT, session.watcher("parent"));
  }

  private void changeAll(Session other) throws Exception {
    other.set(DATA, "changed");
    other.create(missing, "");
    other.create(PARENT + missing.substring(ROOT.length()), "");
  }

  private void allFire() throws Exception {
    session.expectNext("data: NodeDataChanged " + DATA);
    session.expectNext("absent: NodeCreated " + missing);
    session.expectNext("parent: NodeChildrenChanged " + PARENT);
    session.expectQuiet();
  }

  private void isTheSame() throws Exception {
    Expect.equal(id, session.zk.getSessionId());
    Expect.equal(id, session.stat(ROOT + "/mine").getEphemeralOwner());
  }

  private void cut(Session other) throws Exception {
    Expect.step("a session outlives its connection, its ephemeral nodes with it");
    watchAll("new-1");
    Expect.ask("cut");
    session.awaitConnections(2);
    isTheSame();
    Expect.step("its watches fire on the new connection, those that stay among them");
    changeAll(other);
    allFire();
    other.create(TREE + "/one", "");
    session.expectNext("tree: NodeCreated " + TREE + "/one");
    Expect.step("what happened while it had none fires its watches when it has one again");
    watchAll("new-2");
    Expect.ask("refuse");
    session.awaitState(KeeperState.Disconnected);
    changeAll(other);
    Expect.ask("mend");
    session.awaitConnections(3);
    allFire();
    isTheSame();
  }

  private void lostReply() throws Exception {
    final int version = session.stat(DATA).getVersion();
    Expect.step("when the reply is lost with the connection the call says so, and has been done once");
    Expect.ask("lose the next reply");
    Expect.fails(Code.CONNECTIONLOSS, () -> session.set(DATA, "done"));
    session.awaitConnections(4);
    Expect.equal(version + 1, session.stat(DATA).getVersion());
  }

  private void killedServer(Session other) throws Exception {
    Expect.step("a session outlives its server: it is killed and comes back, and everything is as it was");
    watchAll("new-3");
    Expect.ask("restart");
    session.awaitConnections(5);
    other.awaitConnections(2);
    isTheSame();
    Expect.equal("done", session.text(DATA));
    changeAll(other);
    allFire();
    other.create(TREE + "/two", "");
    session.expectNext("tree: NodeCreated " + TREE + "/two");
  }
}
