import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.data.Stat;

/**
 * The configuration of an ensemble of three is read, watched and changed. The connection is to a server that
 * stays.
 */
final class Reconfigures {
  /** Lines of servers, and the version. */
  private static final class Config {
    final TreeSet<String> members;
    final long version;

    Config(byte[] text) {
      final List<String> lines = Arrays.asList(new String(text, StandardCharsets.UTF_8).split("\n"));
      members = lines.stream()
                    .filter(line -> line.startsWith("server."))
                    .collect(Collectors.toCollection(TreeSet::new));
      version = Long.parseLong(lines.get(lines.size() - 1).replace("version=", ""), 16);
    }

    String line(String member) {
      return members.stream()
          .filter(line -> line.startsWith("server." + member + "="))
          .findFirst()
          .orElse("");
    }
  }

  private Reconfigures() {}

  static void run(Main.Arguments arguments) throws Exception {
    try (Session session = Session.open(arguments.servers)) {
      Expect.step("the configuration names the members and its version");
      final Config config = read(session);
      Expect.equal(3, config.members.size());
      refused(session, config);
      session.expectQuiet();
      changed(session, config, arguments.member);
    }
  }

  private static Config read(Session s) throws Exception {
    final Stat stat = new Stat();
    final Config config = new Config(s.zk.getConfig(s.watcher("watch"), stat));
    Expect.equal(stat.getMzxid(), config.version);
    return config;
  }

  private static Config reconfigure(Session s, String joining, String leaving, String members, long version)
      throws Exception {
    return new Config(((ZooKeeperAdmin) s.zk).reconfigure(joining, leaving, members, version, new Stat()));
  }

  private static void refused(Session s, Config config) throws Exception {
    Expect.step("who may not write to the configuration may not change it");
    Expect.fails(Code.NOAUTH, () -> reconfigure(s, null, "3", null, -1));
    s.zk.addAuthInfo("digest", Session.bytes("super:test"));
    Expect.step(
        "nor is one changed that is not at that version, or to one that nobody would serve, or that is none");
    Expect.fails(Code.BADVERSION, () -> reconfigure(s, null, "3", null, config.version + 1));
    Expect.fails(Code.NEWCONFIGNOQUORUM,
        ()
            -> reconfigure(s, null, null,
                "server.7=127.0.0.1:1:2;3,server.8=127.0.0.1:4:5;6,server.9=127.0.0.1:7:8;9", -1));
    Expect.fails(Code.BADARGUMENTS, () -> reconfigure(s, "some thing", null, null, -1));
    Expect.fails(Code.BADARGUMENTS, () -> reconfigure(s, null, "1,2,3", null, -1));
  }

  private static void changed(Session s, Config before, String member) throws Exception {
    Expect.step("a server is removed; who watches the configuration hears of it");
    final Config without = reconfigure(s, null, member, null, before.version);
    Expect.equal("", without.line(member));
    Expect.equal(2, without.members.size());
    s.expectNext("watch: NodeDataChanged /zookeeper/config");
    Expect.equal(without.version, read(s).version);
    Expect.step("and joins again, as an observer, which needs no vote");
    final String observer = before.line(member).replace("participant", "observer");
    final Config with = reconfigure(s, observer, null, null, -1);
    Expect.equal(observer, with.line(member));
    s.expectNext("watch: NodeDataChanged /zookeeper/config");
    Expect.step("all members are named at once");
    final Config after = reconfigure(s, null, null, String.join(",", before.members), with.version);
    Expect.equal(before.members, after.members);
  }
}
