"""Requests and replies as values: how each is encoded, and how a reply is read into something comparable.

Leaves that differ between two servers by nature are tagged: Zxid, Time, SessionId, Unordered, Hidden.
"""
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from harness.jute import Reader, Short, Writer
from harness.wire import OPS

CONFIG = "/zookeeper/config"


class Zxid(NamedTuple):
    value: int


class Time(NamedTuple):
    zxid: int  # of the transaction that set it: all its times are one time
    value: int


class SessionId(NamedTuple):
    value: int


class Unordered(NamedTuple):
    values: tuple


class Hidden(NamedTuple):
    value: bytes  # of use for the next request, and different by nature


@dataclass(frozen=True)
class ZxidAt:
    """A zxid of the past, by its place in the list of zxids both servers have shown."""
    place: int


@dataclass
class Request:
    op: str
    fields: dict = field(default_factory=dict)
    raw: bytes = None  # the body as it is, for malformed ones
    code: int = None   # an opcode that has no name
    xid: int = 0
    role: int = 0      # of the server it goes to, see sides.Side

    def number(self):
        return OPS[self.op] if self.code is None else self.code

    def body(self, side):
        """`side`: how this one of the two spells what differs by nature; see encode."""
        return self.raw if self.raw is not None else encode(self.op, self.fields, side)

    def __str__(self):
        shown = ", ".join(f"{key}={_short(value)}" for key, value in self.fields.items())
        raw = "" if self.raw is None else f" raw={self.raw.hex()}"
        return f"{self.op}[{self.number()}]({shown}){raw}"


def _short(value):
    text = repr(value)
    return text if len(text) < 400 else text[:400] + f"...({len(text)})"


class Spelling:
    """What one of the two sides calls a zxid of the past (see ZxidAt), its members, and tokens of its own."""

    def zxid_at(self, place):
        return 0

    def members(self, text):
        return text

    def token(self, tokens):
        return tokens


def encode(op, f, side):
    w = Writer()
    if op in ("create", "create2", "createContainer"):
        w.text(f["path"]).buffer(f["data"]).acl(f["acl"]).int(f["flags"])
    elif op == "createTTL":
        w.text(f["path"]).buffer(f["data"]).acl(f["acl"]).int(f["flags"]).long(f["ttl"])
    elif op in ("delete", "check"):
        w.text(f["path"]).int(f["version"])
    elif op in ("exists", "getData", "getChildren", "getChildren2"):
        w.text(f["path"]).bool(f["watch"])
    elif op == "setData":
        w.text(f["path"]).buffer(f["data"]).int(f["version"])
    elif op == "setACL":
        w.text(f["path"]).acl(f["acl"]).int(f["version"])
    elif op in ("getACL", "sync", "getEphemerals", "getAllChildrenNumber"):
        w.text(f["path"])
    elif op in ("checkWatches", "removeWatches", "addWatch"):
        w.text(f["path"]).int(f["kind"])
    elif op in ("setWatches", "setWatches2"):
        w.long(side.zxid_at(f["since"]))
        for paths in f["lists"]:
            w.texts(paths)
    elif op == "auth":
        w.int(0).text(f["scheme"]).buffer(f["auth"])
    elif op == "reconfig":
        w.text(side.members(f["joining"])).text(side.members(f["leaving"])).text(side.members(f["members"]))
        w.long(side.token(f["config"]))
    elif op == "sasl":
        w.buffer(side.token(f["token"]))
    elif op in ("multi", "multiRead"):
        for inner, fields in f["ops"]:
            code = inner if isinstance(inner, int) else OPS[inner]
            w.int(code).bool(False).int(-1).raw(encode(inner, fields, side))
        if f.get("end", True):
            w.int(-1).bool(True).int(-1)
    elif not isinstance(op, int) and op not in ("ping", "whoAmI", "closeSession", "unknown"):
        raise ValueError(op)
    return w.bytes()


def read_stat(r):
    czxid, mzxid, ctime, mtime = r.long(), r.long(), r.long(), r.long()
    return {"czxid": Zxid(czxid), "mzxid": Zxid(mzxid), "ctime": Time(czxid, ctime), "mtime": Time(mzxid, mtime),
            "version": r.int(), "cversion": r.int(), "aversion": r.int(), "owner": SessionId(r.long()),
            "dataLength": r.int(), "numChildren": r.int(), "pzxid": Zxid(r.long())}


def config_text(data, name_member):
    """The configuration as the set of its members and its version, or None if this is not one."""
    if data is None or not re.search(rb"(^|\n)version=[0-9a-f]+$", data):
        return None
    lines = data.decode().split("\n")
    return {"members": Unordered(tuple(map(name_member, lines[:-1]))), "version": Zxid(int(lines[-1][8:], 16))}


def _without_birth(body, name_member):
    """The configuration's node, which each server makes by itself: when it did so is not compared."""
    stat = body["stat"]
    stat["mtime"] = stat["mtime"].value > 0
    config = config_text(body.get("data"), name_member)
    if config is not None:
        body["data"] = config
    if stat["version"] == -1:
        stat["dataLength"] = stat["dataLength"] > 0
    return body


def _result(result, asked, name_member):
    if result[0] != "getData" or asked[1]["path"] != CONFIG:
        return result
    return (*result[:2], _without_birth({"data": result[2], "stat": result[3]}, name_member))


def _challenge(token):
    if token is None:
        return {"token": None}
    text = re.sub(r"(nonce|rspauth)=(\"?)[^\",]*", r"\1=\2?", token.decode("utf-8", "backslashreplace"))
    return {"token": text, "raw": Hidden(token)}


def _unordered(values):
    return None if values is None else Unordered(tuple(values))


def _multi_results(r):
    results = []
    while True:
        kind, done, err = r.int(), r.bool(), r.int()
        if done:
            return results + [("end", kind, err)]
        if kind == 1:
            results.append(("create", err, r.text()))
        elif kind == 15:
            results.append(("create2", err, r.text(), read_stat(r)))
        elif kind == 5:
            results.append(("setData", err, read_stat(r)))
        elif kind == 4:
            results.append(("getData", err, r.buffer(), read_stat(r)))
        elif kind == 8:
            results.append(("getChildren", err, _unordered(r.texts())))
        elif kind == -1:
            results.append(("error", err, r.int()))
        else:
            results.append((kind, err))


def read_body(op, r):
    """The body of a successful reply. Raises Short for one that is too short."""
    if op == "sasl":
        return _challenge(r.buffer())
    if op in ("create", ):
        return {"path": r.text()}
    if op in ("create2", "createContainer", "createTTL"):
        return {"path": r.text(), "stat": read_stat(r)}
    if op in ("exists", "setData", "setACL"):
        return {"stat": read_stat(r)}
    if op in ("getData", "reconfig"):
        return {"data": r.buffer(), "stat": read_stat(r)}
    if op == "getACL":
        return {"acl": r.acl(), "stat": read_stat(r)}
    if op == "getChildren":
        return {"children": _unordered(r.texts())}
    if op == "getChildren2":
        return {"children": _unordered(r.texts()), "stat": read_stat(r)}
    if op == "sync":
        return {"path": r.text()}
    if op in ("multi", "multiRead"):
        return {"results": _multi_results(r)}
    if op == "getEphemerals":
        return {"paths": _unordered(r.texts())}
    if op == "getAllChildrenNumber":
        return {"number": r.int()}
    if op == "addWatch":
        return {"err": r.int()}
    if op == "whoAmI":
        count = r.int()
        return {"who": Unordered(tuple((r.text(), r.text()) for _ in range(count)))}
    return {}


@dataclass
class Reply:
    xid: int
    zxid: Zxid
    err: int
    body: dict

    def __str__(self):
        return f"reply xid={self.xid} zxid={self.zxid.value:#x} err={self.err} {_short(self.body)}"


@dataclass
class Event:
    zxid: int
    kind: int
    state: int
    path: str

    def __str__(self):
        return f"event zxid={self.zxid:#x} type={self.kind} state={self.state} path={self.path!r}"


@dataclass
class ConnectionClosed:
    def __str__(self):
        return "connection closed"


def read_frame(payload, awaited, name_member=str):
    """`awaited`: the requests without a reply, oldest first; the one that is answered is taken out. `name_member`: what
    both sides call a member that a line of the configuration tells of."""
    r = Reader(payload)
    xid, zxid, err = r.int(), r.long(), r.int()
    if xid == -1:
        return Event(zxid, r.int(), r.int(), r.text())
    request = next((one for one in awaited if one.xid == xid), None)
    if request is not None:
        awaited.remove(request)
    op = "unknown" if request is None else request.op
    body = {}
    try:
        if err == 0:
            body = read_body(op, r)
            if "stat" in body and (op == "reconfig" or request.fields["path"] == CONFIG):
                body = _without_birth(body, name_member)
            if op == "multiRead":
                body["results"] = [_result(*pair, name_member) for pair in zip(body["results"], request.fields["ops"] + [None])]
        if not r.done():
            body["surplus"] = r.rest()
    except Short:
        body = {"undecodable": payload[16:]}
    return Reply(xid, Zxid(zxid), err, body)
