#!/usr/bin/python3
"""Replays the transcripts of docs/shell.md: transcripts.py SERVER --shell build/bin/paddock.

A transcript is an indented block with lines "$ COMMAND", which a shell runs, or "[paddock: ...] LINE" and "multi> LINE",
which one `paddock` reads from its input. Below each stands what it prints, on either output. The blocks under one heading
go on one server, which is new at each heading. "..." stands for anything, within a line or for any lines; times, zxids,
session ids, ports and the number of blanks between columns are not compared. 127.0.0.1:2181 is the server, `data` its dataDir.
A block without such lines is no transcript."""
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from shell_case import PATIENCE_S, REPOSITORY, ShellCase, cases, main  # noqa: E402

GUIDE = REPOSITORY / "docs" / "shell.md"
DEFAULT = "127.0.0.1:2181"
COMMAND = re.compile(r"\$ (.*)")
PROMPT = re.compile(r"(?:\[paddock: [^\]]*\]|multi>) (.*)")
VARIES = [(re.compile(r"0x[1-9a-f][0-9a-f]*"), "HEX"),
          (re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}"), "DATE"),
          (re.compile(r"\b1\d{12}\b|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"), "TIME"),
          (re.compile(r"127\.0\.0\.1:\d+"), "ADDRESS")]


class Step:
    """What is typed and what is printed."""

    def __init__(self, line, typed):
        self.line = line
        self.typed = typed
        self.printed = []


def blocks(text):
    """(heading, number of the first line, lines) of each indented block."""
    heading, block, first = "", [], 0
    for number, line in enumerate(text.splitlines() + ["#"], 1):
        if line.startswith("    "):
            first = first or number
            block.append(line[4:])
            continue
        if block and line.strip():
            while block and not block[-1]:
                block.pop()
            yield heading, first, block
            block, first = [], 0
        elif block:
            block.append("")
        if line.startswith("#"):
            heading = line.strip("# ")


def steps(block, first, pattern):
    found = []
    for number, line in enumerate(block, first):
        typed = pattern.fullmatch(line)
        if typed:
            found.append(Step(number, typed.group(1)))
        elif found:
            found[-1].printed.append(line)
    return found


def comparable(lines):
    text = "\n".join(re.sub(" {2,}", "  ", line.rstrip()) for line in lines).strip("\n")
    for pattern, word in VARIES:
        text = pattern.sub(word, text)
    return text


def as_pattern(lines):
    return "".join(r"[\s\S]*?" if part == "..." else re.escape(part)
                   for part in re.split(r"(\.\.\.)", comparable(lines)))


class Transcripts(ShellCase):
    def start_server(self, name, **settings):
        server = super().start_server(name, **settings)
        link = self.directory / "data"
        link.unlink(missing_ok=True)
        link.symlink_to(server.settings["dataDir"])
        return server

    def check(self, step, got):
        if not re.fullmatch(as_pattern(step.printed), comparable(got)):
            expected = "\n".join(step.printed)
            self.fail(f"{GUIDE}:{step.line}: '{step.typed}' should print\n{expected}\nand prints\n" + "\n".join(got))

    def replay_commands(self, found):
        """In one sh, so that $? and variables mean what they say."""
        mark = "--- end of a step ---"
        script = "".join(f"{step.typed.replace(DEFAULT, self.environment['PADDOCK_SERVER'])}\n{{ code=$?; echo '{mark}'; (exit $code); }} 2>&1\n" for step in found)
        programs = self.directory / "bin"
        programs.mkdir(exist_ok=True)
        if not (programs / "paddock").exists():
            (programs / "paddock").symlink_to(cases.options.shell)
        done = subprocess.run(["sh"], input=script, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PATIENCE_S * 2, cwd=self.directory,
                              env={**self.environment, "PATH": f"{programs}:{os.environ['PATH']}"})
        for step, got in zip(found, done.stdout.split(mark + "\n")):
            self.check(step, got.splitlines())

    def replay_prompt(self, found):
        """All at once: what one step prints is not told from what the next does."""
        script = "".join(step.typed + "\n" for step in found)
        done = subprocess.run([str(cases.options.shell)], input=script, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE_S, env=self.environment)
        whole = Step(found[0].line, found[0].typed)
        whole.printed = [line for step in found for line in step.printed]
        self.check(whole, done.stdout.splitlines())

    def test_the_guide_tells_what_happens(self):
        heading, replayed = None, 0
        for title, first, block in blocks(GUIDE.read_text()):
            kinds = ((COMMAND, self.replay_commands), (PROMPT, self.replay_prompt))
            for pattern, replay in kinds:
                found = steps(block, first, pattern)
                if not found:
                    continue
                if heading not in (None, title):
                    self.server.kill()
                    self.server = self.start_server("server-%d" % replayed)
                    self.environment["PADDOCK_SERVER"] = "127.0.0.1:%d" % self.server.port
                heading = title
                replay(found)
                replayed += len(found)
                break
        self.assertGreater(replayed, 30, "where are the transcripts?")


if __name__ == "__main__":
    main()
