#!/usr/bin/python3
"""A person at a terminal, played by tmux: terminal.py SERVER --shell build/bin/paddock."""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shell_case import PATIENCE_S, ShellCase, cases, free_port, main  # noqa: E402

WIDTH, HEIGHT = 100, 40


class Terminal(ShellCase):
    """One tmux server for each case, which knows nothing of the person's own."""

    def setUp(self):
        super().setUp()
        # Not below the case's directory: the path of a socket has at most 107 bytes.
        folder = tempfile.TemporaryDirectory(prefix="paddock-tmux-")
        self.addCleanup(folder.cleanup)
        self.socket = folder.name + "/s"
        self.environment["PS1"] = "sh> "
        self.addCleanup(lambda: subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True))

    def tmux(self, *words):
        # -u: the screen is UTF-8 whatever tmux thinks of the locale.
        return subprocess.run(["tmux", "-u", "-f", "/dev/null", "-S", self.socket, *words], check=True, text=True,
                              capture_output=True, env=self.environment, timeout=PATIENCE_S).stdout

    def open(self, command=None):
        self.tmux("new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), command or str(cases.options.shell))

    def start(self):
        """The prompt is up."""
        self.open()
        self.wait_for("(CONNECTED) 0] ")

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def enter(self, text):
        self.type(text)
        self.press("Enter")

    def screen(self, colours=False):
        return self.tmux("capture-pane", "-p", "-J", *(["-e"] if colours else []))

    def last_line(self):
        return self.screen().rstrip().rsplit("\n", 1)[-1]

    def wait(self, what, seen):
        limit = time.monotonic() + PATIENCE_S
        while not seen():
            if time.monotonic() > limit:
                self.fail(f"no {what} on:\n{self.screen()}")
            time.sleep(0.05)

    def wait_for(self, text):
        self.wait(repr(text), lambda: text in self.screen())

    def wait_for_end(self, text):
        """The last line, where the cursor is."""
        self.wait(f"{text!r} at the end", lambda: self.last_line().endswith(text))

    def test_commands_flags_and_paths_are_completed(self):
        self.out(text="create /cellar x\ncreate /cellar/wine y\ncreate /cellar/water z\n")
        self.start()
        self.type("getE")
        self.press("Tab")
        self.wait_for_end("] getEphemerals")
        self.press("C-u")
        self.type("get /cel")
        self.press("Tab")
        self.wait_for_end("get /cellar")
        self.type("/w")
        self.press("Tab", "Tab")
        self.wait_for("/cellar/water")
        self.wait_for("/cellar/wine")
        self.type("i")
        self.press("Tab", "Enter")
        self.wait_for("\ny\n")
        self.enter("cd /cellar")
        self.wait_for_end(" /cellar]")
        self.type("get wa")
        self.press("Tab", "Enter")
        self.wait_for("\nz\n")

    def test_history_is_recalled_and_outlives_the_shell(self):
        self.start()
        self.enter("create /first x")
        self.wait_for("Created /first")
        self.enter("addauth digest me:secret")
        self.press("Up")
        self.wait_for_end("create /first x")
        self.press("C-u")
        self.enter("quit")
        self.wait("end of tmux", lambda: not Path(self.socket).exists() or not self.sessions())
        kept = self.directory / ".paddock_history"
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertNotIn("secret", kept.read_text())
        self.start()
        self.press("Up", "Up")
        self.wait_for_end("create /first x")

    def sessions(self):
        return subprocess.run(["tmux", "-S", self.socket, "list-sessions"], capture_output=True, text=True).stdout

    def test_ctrl_c_drops_the_line_and_ends_the_command_but_not_the_shell(self):
        self.start()
        self.type("create /never x")
        self.press("C-c")
        self.wait_for_end("(CONNECTED) 0]")
        self.enter("watch /")
        self.wait_for("Watching /")
        self.press("C-c")
        self.wait_for_end("(CONNECTED) 1]")
        self.enter("connect 127.0.0.1:%d" % free_port(29500, 29999))
        time.sleep(0.5)  # nothing is to be seen of a connection that is not there
        self.press("C-c")
        self.wait_for("Interrupted")
        self.enter("connect " + self.address)
        self.wait_for_end("(CONNECTED) 3]")
        self.enter("ls /")
        self.wait_for("[zookeeper]")  # and no /never

    def test_a_watch_prints_above_the_prompt_and_the_line_goes_on(self):
        self.out("create", "/news", "old")
        self.start()
        self.enter("get -w /news")
        self.wait_for("\nold\n")
        self.type("get /ne")
        self.wait_for_end("get /ne")
        self.out("set", "/news", "fresh")
        self.wait_for("type:NodeDataChanged path:/news")
        self.wait_for_end("(CONNECTED) 1] get /ne")
        self.enter("ws")
        self.wait_for("\nfresh\n")

    def test_a_line_follows_the_size_of_the_window(self):
        self.start()
        self.type("create /long " + "0123456789" * 6)
        self.wait_for_end("0123456789")
        self.tmux("resize-window", "-x", "50", "-y", "20")
        self.type("END")
        self.wait_for_end("END")
        self.press("C-a", "C-k")
        self.wait_for_end("(CONNECTED) 0]")
        self.press("C-y")
        self.wait_for_end("END")
        self.press("Enter")
        self.wait_for("Created /long")
        self.assertEqual(self.out("get", "/long"), "0123456789" * 6 + "END\n")

    def test_characters_of_more_than_one_byte_can_be_typed(self):
        self.start()
        self.type("create /grüße 日本")
        self.press("BSpace", "Enter")
        self.wait_for("Created /grüße")
        self.assertEqual(self.out("get", "/grüße"), "日\n")

    def test_there_are_colours_on_a_terminal_and_none_in_a_pipe(self):
        self.open("sh")
        server = f"{cases.options.shell} -s {self.address}"
        self.enter(f"{server} get /none")
        self.wait_for("Node does not exist: /none")
        self.assertIn("\x1b[31mNode does not exist", self.screen(colours=True))
        self.enter(f"NO_COLOR=1 {server} get /nowhere")
        self.wait_for("Node does not exist: /nowhere")
        self.assertNotIn("\x1b[31mNode does not exist: /nowhere", self.screen(colours=True))
        log = self.directory / "log"
        self.enter(f"{server} get /none > {log} 2>&1; {server} health | cat >> {log}; echo do''ne")
        self.wait_for("\ndone")
        self.assertIn("standalone", log.read_text())
        self.assertNotIn("\x1b", log.read_text())

    def test_long_work_shows_how_far_it_is_and_leaves_no_trace(self):
        nodes = [{"path": "", "data": ""}] + [{"path": f"/n{i}", "data": "x"} for i in range(200000)]
        (self.directory / "tree.json").write_text(json.dumps(nodes))
        self.start()
        self.enter(f"mirror json:{self.directory}/tree.json /wide")
        self.wait_for("\ncopied ")
        self.press("C-c")
        self.wait_for("\nInterrupted\n")
        self.assertNotIn("copied", self.screen())

    def test_the_end_of_input_ends_the_shell(self):
        self.open("sh")
        self.enter(f"{cases.options.shell}; echo en''ded $?")
        self.wait_for("(CONNECTED) 0]")
        self.press("C-d")
        self.wait_for("ended 0")


if __name__ == "__main__":
    os.environ.pop("TMUX", None)
    main()
