import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.data.Stat;

/**
 * A session of the library, and the record of what its event thread delivers.
 *
 * <p>Watches and callbacks are delivered by one thread in the order in which the server sent them, and each
 * writes one line: "NAME: NodeDataChanged /path", "NAME: OK". So the record shows what came before what.
 * Calls that wait for their reply are not in it.
 */
final class Session implements AutoCloseable {
  // Session timeouts: of one that outlives a slow machine, and of one whose end is waited for.
  static final int PATIENT_MS = 20000;
  static final int BRIEF_MS = 2000;
  private static final long PATIENCE_S = 30;

  final ZooKeeper zk; // a ZooKeeperAdmin, unless it was resumed
  private final BlockingQueue<String> record = new LinkedBlockingQueue<>();
  private final Object lock = new Object();
  private KeeperState state = KeeperState.Disconnected; // under lock, as the two below
  private int connections = 0;
  private boolean authenticationFailed = false;

  private Session(String servers, int timeoutMs, boolean mayReadOnly, ZKClientConfig config)
      throws Exception {
    zk = new ZooKeeperAdmin(servers, timeoutMs, this::happened, mayReadOnly, config);
  }

  private Session(String servers, long id, byte[] password) throws Exception {
    zk = new ZooKeeper(servers, PATIENT_MS, this::happened, id, password);
  }

  /** Returns when it is connected. */
  static Session open(String servers) throws Exception { return open(servers, PATIENT_MS, false); }

  static Session open(String servers, int timeoutMs, boolean mayReadOnly) throws Exception {
    Session session = new Session(servers, timeoutMs, mayReadOnly, new ZKClientConfig());
    session.awaitConnections(1);
    return session;
  }

  /** Over TLS, with the stores that the library's properties name. */
  static Session openSecure(String servers) throws Exception {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
    config.setProperty(
        ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
    Session session = new Session(servers, PATIENT_MS, false, config);
    session.awaitConnections(1);
    return session;
  }

  /** Takes over the session of that id; returns when the server has answered. */
  static Session resume(String servers, long id, byte[] password) throws Exception {
    Session session = new Session(servers, id, password);
    session.await("an answer", () -> session.state != KeeperState.Disconnected);
    return session;
  }

  /** Without waiting for anything. */
  static Session begin(String servers) throws Exception {
    return new Session(servers, PATIENT_MS, false, new ZKClientConfig());
  }

  @Override
  public void close() throws InterruptedException {
    zk.close();
  }

  private void happened(WatchedEvent event) {
    if (event.getType() != Watcher.Event.EventType.None) {
      note("session", event.getType() + " " + event.getPath());
      return;
    }
    synchronized (lock) {
      if (event.getState() == KeeperState.AuthFailed) {
        authenticationFailed = true;
      } else if (event.getState() != KeeperState.SaslAuthenticated) {
        state = event.getState();
        if (state == KeeperState.SyncConnected || state == KeeperState.ConnectedReadOnly) {
          connections++;
        }
      }
      lock.notifyAll();
    }
  }

  private interface Condition {
    boolean holds();
  }

  private void await(String what, Condition condition) throws InterruptedException {
    final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    synchronized (lock) {
      while (!condition.holds()) {
        final long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw Expect.failure("expected " + what + " within " + PATIENCE_S + " s, the state is " + state);
        }
        lock.wait(left);
      }
    }
  }

  void awaitConnections(int count) throws InterruptedException {
    await("connection " + count, () -> connections >= count);
  }

  void awaitState(KeeperState expected) throws InterruptedException {
    await(expected.toString(), () -> state == expected);
  }

  void awaitAuthFailed() throws InterruptedException {
    await("an authentication that failed", () -> authenticationFailed);
  }

  KeeperState state() {
    synchronized (lock) {
      return state;
    }
  }

  void note(String name, String line) { record.add(name + ": " + line); }

  /** A watcher of that name. What happens to the session, which every watcher is told, is not noted. */
  Watcher watcher(String name) {
    return event -> {
      if (event.getType() != Watcher.Event.EventType.None) {
        note(name, event.getType() + " " + event.getPath());
      }
    };
  }

  static KeeperException.Code code(int rc) { return KeeperException.Code.get(rc); }

  private String next(String expected) throws InterruptedException {
    final String line = record.poll(PATIENCE_S, TimeUnit.SECONDS);
    if (line == null) {
      throw Expect.failure(
          "expected the event or reply \"" + expected + "\", nothing came within " + PATIENCE_S + " s");
    }
    return line;
  }

  void expectNext(String expected) throws InterruptedException { Expect.equal(expected, next(expected)); }

  /** What the library itself makes of one reply has no order. */
  void expectInAnyOrder(String... expected) throws InterruptedException {
    final List<String> lines = new ArrayList<>();
    for (String line : expected) {
      lines.add(next(line));
    }
    Expect.equal(new TreeSet<>(Arrays.asList(expected)), new TreeSet<>(lines));
  }

  /**
   * Nothing else has been delivered: what comes next is the answer to a sync sent now. Reads behind it see
   * all that is done.
   */
  void expectQuiet() throws InterruptedException {
    zk.sync("/", (rc, path, context) -> note("sync", code(rc).toString()), null);
    expectNext("sync: OK");
  }

  // Short words for what is done to nodes.

  static byte[] bytes(String text) { return text.getBytes(StandardCharsets.UTF_8); }

  /** The library asks its lists of rights whether they contain null, which those of List.of refuse to say. */
  static List<ACL> rights(ACL... rights) { return Arrays.asList(rights); }

  static ACL right(int permissions, String scheme, String id) {
    return new ACL(permissions, new Id(scheme, id));
  }

  /** A node that anyone may do everything to. */
  String create(String path, String text) throws Exception {
    return create(path, text, CreateMode.PERSISTENT);
  }

  String create(String path, String text, CreateMode mode) throws Exception {
    return zk.create(path, bytes(text), Ids.OPEN_ACL_UNSAFE, mode);
  }

  Stat set(String path, String text) throws Exception { return zk.setData(path, bytes(text), -1); }

  String text(String path) throws Exception {
    return new String(zk.getData(path, false, null), StandardCharsets.UTF_8);
  }

  Stat stat(String path) throws Exception {
    final Stat stat = zk.exists(path, false);
    Expect.holds(stat != null, path + " to be there");
    return stat;
  }

  boolean isThere(String path) throws Exception { return zk.exists(path, false) != null; }

  List<String> children(String path) throws Exception {
    return List.copyOf(new TreeSet<>(zk.getChildren(path, false)));
  }

  /** The node and all below it, if it is there: what an earlier run has left. */
  void clear(String path) throws Exception {
    if (!isThere(path)) {
      return;
    }
    for (String child : zk.getChildren(path, false)) {
      clear(path + "/" + child);
    }
    zk.delete(path, -1);
  }
}
