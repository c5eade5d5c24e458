"""A process of an agent of tests/recipes (line_agent.h): a client that acquires and releases what a test tells it to."""
import itertools
import queue
import signal
import subprocess
import threading


class Agent:
    """Owns its process. Requests are answered when they are done, so each has a tag."""

    _tags = itertools.count(1)

    def __init__(self, *command):
        """`command`: the program, its servers, its session's timeout in ms."""
        self.process = subprocess.Popen(list(map(str, command)), text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lines = {}
        self._lock = threading.Lock()
        self.states = self._of("-")
        threading.Thread(target=self._read, daemon=True).start()

    def _of(self, tag):
        with self._lock:
            return self._lines.setdefault(tag, queue.Queue())

    def _read(self):
        for line in self.process.stdout:
            tag, _, rest = line.rstrip("\n").partition(" ")
            self._of(tag).put(rest.split(" "))

    def begin(self, *words):
        """Asks; the answer to come is next(tag)."""
        tag = f"t{next(self._tags)}"
        self.process.stdin.write(" ".join([tag, *map(str, words)]) + "\n")
        self.process.stdin.flush()
        return tag

    def next(self, tag, timeout=60):
        """The next words that are said about `tag`."""
        return self._of(tag).get(timeout=timeout)

    def silent(self, tag, seconds):
        """True: nothing is said about `tag` for so long."""
        try:
            line = self._of(tag).get(timeout=seconds)
        except queue.Empty:
            return True
        self._of(tag).put(line)
        return False

    def ask(self, *words, timeout=60):
        """The tag and the answer, which must be ok."""
        tag = self.begin(*words)
        answer = self.next(tag, timeout)
        assert answer[0] == "ok", f"{words}: {answer}"
        return tag, answer[1:]

    def wait_state(self, state, timeout=60):
        while self.next("-", timeout)[1] != state:
            pass

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        """Ends the session with a word to the server."""
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
