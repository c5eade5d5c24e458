import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program on the Java client's jar that takes the library's interface to a server, stage by stage.
 *
 * <p>Main STAGE[,STAGE...] SERVERS [DIRECT [MEMBER]]
 *
 * <p>It says what it does on standard output, a line for each step, and ends with 0, or with 1 and what was
 * not as expected. Between, it may ask for something: "ask restart" waits for a line on standard input
 * (tests/compat/libraries.py).
 */
final class Main {
  /**
   * What a stage is given. servers: HOST:PORT,... as the library takes them; stages that are cut off come
   * through a proxy there. direct: the same servers, without a proxy. member: the number of a server of the
   * ensemble that may leave it.
   */
  static final class Arguments {
    final String servers;
    final String direct;
    final String member;

    Arguments(String[] words) {
      servers = words[1];
      direct = words.length > 2 ? words[2] : words[1];
      member = words.length > 3 ? words[3] : "0";
    }
  }

  /** Takes a part of the library's interface to the server and returns, or throws. */
  interface Stage {
    void run(Arguments arguments) throws Exception;
  }

  private static final Map<String, Stage> STAGES = new LinkedHashMap<>();

  static {
    STAGES.put("creates", Creates::run);
    STAGES.put("operations", Operations::run);
    STAGES.put("multis", Multis::run);
    STAGES.put("asynchronous", Asynchronous::run);
    STAGES.put("watches", Watches::run);
    STAGES.put("persistent_watches", PersistentWatches::run);
    STAGES.put("rights", Rights::run);
    STAGES.put("chroot", Chroot::run);
    STAGES.put("reconnects", Reconnects::run);
    STAGES.put("moves", Reconnects::move);
    STAGES.put("crowds", Crowds::run);
    STAGES.put("ends", Ends::run);
    STAGES.put("read_only", ReadOnly::run);
    STAGES.put("reconfigures", Reconfigures::run);
    STAGES.put("sasl", Logins::run);
    STAGES.put("sasl_refused", Logins::refused);
    STAGES.put("tls", Tls::run);
  }

  private Main() {}

  public static void main(String[] words) {
    if (words.length < 2) {
      System.err.println("usage: Main STAGE[,STAGE...] SERVERS [DIRECT [MEMBER]]");
      System.exit(2);
    }
    try {
      for (String name : words[0].split(",")) {
        System.out.println("stage " + name);
        STAGES.get(name).run(new Arguments(words));
      }
      System.out.println("done");
      System.exit(0);
    } catch (Exception unexpected) {
      Expect.end("expected no error, got " + unexpected, unexpected);
    }
  }
}
