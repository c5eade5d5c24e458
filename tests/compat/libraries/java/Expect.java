import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.zookeeper.KeeperException;

/**
 * What the program says, and how it fails: each step is told in words before it is taken, and the first thing
 * that is not as expected ends the process with 1 and names the step, what was expected, what came, and
 * where.
 */
final class Expect {
  /** A call of the library. */
  interface Call {
    void run() throws Exception;
  }

  private static final BufferedReader ANSWERS =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private static String currentStep = "(before the first step)";

  private Expect() {}

  static void step(String words) {
    currentStep = words;
    System.out.println("- " + words);
  }

  /**
   * Has the test that started this program do something to the server or the connection, or tell something;
   * returns its answer when it is done. One line on standard output; the answer is a line on standard input.
   */
  static String ask(String words) throws IOException {
    System.out.println("ask " + words);
    final String answer = ANSWERS.readLine();
    if (answer == null) {
      throw failure("nobody answers");
    }
    return answer;
  }

  /** Does not return: a session that is closed on the way out may wait for its server. */
  static AssertionError failure(String what) {
    end(what, new Throwable());
    return new AssertionError(what);
  }

  static void end(String what, Throwable thrown) {
    System.out.println("FAILED: " + currentStep + "\n  " + what);
    for (StackTraceElement place : thrown.getStackTrace()) {
      if (!place.getClassName().contains(".") && !place.getClassName().equals("Expect")) {
        System.out.println("  at " + place);
      }
    }
    System.out.flush();
    Runtime.getRuntime().halt(1);
  }

  static void equal(Object expected, Object value) {
    if (!Objects.equals(expected, value)) {
      throw failure("expected " + expected + ", got " + value);
    }
  }

  static void holds(boolean condition, String what) {
    if (!condition) {
      throw failure("expected " + what);
    }
  }

  /** The call ends with that error of the server. */
  static KeeperException fails(KeeperException.Code code, Call call) throws Exception {
    try {
      call.run();
    } catch (KeeperException error) {
      if (error.code() == code) {
        return error;
      }
      throw failure("expected " + code + ", got " + error.code() + " for " + error.getPath());
    }
    throw failure("expected " + code + ", and it was well");
  }
}
