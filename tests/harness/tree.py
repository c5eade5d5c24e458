"""A server's whole tree, as its clients see it, and the digests that it tells."""
from collections import deque

from .jute import Writer
from .wire import Session, four_letter, path_body, read_stat

WINDOW = 200


def read_tree(address, ignore=()):
    """path -> (data, stat); what is below a path of `ignore` is left out. Read behind a sync."""
    session = Session(address, timeout_ms=60000)  # a large tree takes seconds to unpack
    try:
        session.call("sync", Writer().text("/").bytes())
        tree = {}
        level = ["/"]
        while level:
            children = _ask(session, "getChildren2", level)
            data = _ask(session, "getData", level)
            below = []
            for path in level:
                err, reader = data[path]
                if err != 0 or children[path][0] != 0:
                    continue  # gone meanwhile
                content = reader.buffer()
                tree[path] = (content, tuple(sorted(read_stat(reader).items())))
                names = children[path][1].texts()
                below += [f"{path.rstrip('/')}/{name}" for name in names]
            level = [path for path in below if path not in ignore]
        return tree
    finally:
        session.call("closeSession")
        session.close()


def _ask(session, op, paths):
    answers = {}
    waiting = deque()
    for path in paths:
        session.submit(op, path_body(path))
        waiting.append(path)
        if len(waiting) == WINDOW:
            _take(session, waiting, answers)
    while waiting:
        _take(session, waiting, answers)
    return answers


def _take(session, waiting, answers):
    _, _, err, reader = session.reply()
    answers[waiting.popleft()] = (err, reader)


def digests(address):
    """zxid -> digest, as `hash` tells them."""
    lines = four_letter(address, "hash").splitlines()
    pairs = (line.split(": ") for line in lines if ": " in line)
    return {int(zxid, 16): int(digest) for zxid, digest in pairs}
