#!/usr/bin/python3
"""Writes the vectors of backshift-object(5) into this folder; README.txt describes them. Written from the page alone, with Debian's python3-msgpack."""
import json
import os
import struct

import msgpack

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = bytes(range(16)).hex().encode()
PACK, RUN, INTENT = b"packs/00/" + NAME, b"index/" + NAME, b"intents/" + NAME + b"~1"
SAVESET = b"savesets/web/20261123T090405Z"
MIB = 1 << 20
WHEN = msgpack.Timestamp(1795338245, 123456789)
REFUSED = {"trouble": "refused", "text": "/backups: this client may only read", "status": 77}
written = set()


def pack(value):
    return msgpack.packb(value)


def runs(data):
    """Hexadecimal digits; HH*N for more than 64 equal bytes in a row."""
    words, plain, at = [], bytearray(), 0
    while at < len(data):
        end = at
        while end < len(data) and data[end] == data[at]:
            end += 1
        if end - at > 64:
            words += [plain.hex()] * bool(plain) + ["%02x*%d" % (data[at], end - at)]
            plain = bytearray()
        else:
            plain += data[at:end]
        at = end
    return words + [plain.hex()] * bool(plain)


def plain(value):
    if isinstance(value, bytes):
        return "x:" + " ".join(runs(value))
    if isinstance(value, msgpack.Timestamp):
        return "t:%d.%09d" % (value.seconds, value.nanoseconds)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def write(message, name, expect, data, meaning=None, ours=False, verb=None):
    file = "%s-%s.txt" % (message, name.replace(" ", "-"))
    assert file not in written, file
    written.add(file)
    with open(os.path.join(HERE, file), "w", encoding="utf-8") as out:
        out.write("message: %s\n" % message + ("verb: %s\n" % verb if verb else "") + "name: %s\nexpect: %s\n" % (name, expect))
        out.write("written: yes\n" * ours + ("" if meaning is None else "json: %s\n" % json.dumps(plain(meaning), ensure_ascii=False)))
        out.write("hex: %s\n" % " ".join(runs(data)))


def request(name, **keys):
    keys = {"do": name.split()[0], "id": 7, **keys}
    write("request", name, "ok", pack(keys), keys, ours=True)


def asked(name, expect, *pairs, meaning=None):
    """A request that is given pair by pair: keys as text or encoded, values encoded."""
    data = bytes([0x80 | len(pairs)]) + b"".join((key if isinstance(key, bytes) else pack(key)) + value for key, value in pairs)
    write("request", name, expect, data, meaning)


def answer(name, **keys):
    verb = name.split()[0]
    keys = {"to": 7, **keys}
    write("answer", name, "ok", pack(keys), keys, ours=True, verb=verb)


def answered(name, expect, data, meaning=None, verb="open"):
    write("answer", name, expect, data if isinstance(data, bytes) else pack(data), meaning, verb=verb)


def requests():
    request("open head", path=b"backshift", end="head", most=65536)
    request("open tail", path=PACK, end="tail", most=MIB)
    request("open nothing of it", path=PACK, end="head", most=0)
    request("open what is known", path=PACK, end="tail", most=65536, known=b"\x00version")
    request("open the first of the index", path=b"index", nth=0, end="head", most=MIB)
    request("open a saveset of the seventh folder", path=b"savesets", nth=6, end="tail", most=65536)
    request("open ordered", path=PACK, end="tail", most=65536, ordered=True)
    request("open with a version of 64 bytes", path=PACK, end="head", most=1, known=b"v" * 64)
    request("read", path=PACK, at=1 << 40, most=300)
    request("sums", path=PACK, at=1 << 40, most=MIB)
    request("exists", path=SAVESET)
    request("list", path=b"savesets")
    request("list on", path=b"packs", after=b"17")
    for verb in ("time", "prepare", "sweep", "verify"):
        request(verb)
    request("verify a saveset", path=SAVESET)
    request("put", path=RUN, data=b"hello")
    request("put nothing", path=RUN, data=b"")
    request("put the most", path=RUN, data=b"a" * MIB)
    request("start", draft=1, path=b"packs")
    request("start a configuration", draft=(1 << 63) - 1, path=b"backshift")
    request("write", draft=1, data=b"\x00\xff")
    request("publish", draft=1, path=PACK)
    request("mend", draft=1, path=PACK)
    request("drop", draft=0)
    request("delete", path=RUN)
    request("durable", path=PACK)
    request("hold", path=INTENT, data=b"hello")
    request("hold a draft", draft=300, path=INTENT)
    request("release", path=INTENT)
    request("held", path=INTENT)
    for kind in ("alone", "publishing", "tidying"):
        request("lease " + kind, kind=kind)
    request("return", lease=2)

    do, number, path = ("do", pack("exists")), ("id", pack(7)), ("path", pack(RUN))
    exists = {"do": "exists", "id": 7, "path": RUN}
    asked("keys in another order", "ok", ("do", pack("read")), number, ("most", pack(5)), ("at", pack(0)), path,
          meaning={"do": "read", "id": 7, "path": RUN, "at": 0, "most": 5})
    asked("path as text", "ok", do, number, ("path", pack(RUN.decode())), meaning=exists)
    asked("data as text that is no UTF-8", "ok", ("do", pack("put")), number, path, ("data", b"\xa2\xff\xfe"),
          meaning={"do": "put", "id": 7, "path": RUN, "data": b"\xff\xfe"})
    for form, code, layout in (("8", 0xcc, ">B"), ("16", 0xcd, ">H"), ("32", 0xce, ">I"), ("64", 0xcf, ">Q"), ("signed 64", 0xd3, ">q")):
        asked("id in %s bits" % form, "ok", do, ("id", bytes([code]) + struct.pack(layout, 7)), path, meaning=exists)
    asked("key in a longer form", "ok", (b"\xd9\x02do", pack("exists")), (b"\xda\x00\x02id", pack(7)), path, meaning=exists)
    asked("unknown keys", "ok", do, number, ("x-more", pack({"a": [1.5, None, -1]})), path, ("status", pack("?")), meaning=exists)
    for size, head in (("16", b"\xde\x00\x03"), ("32", b"\xdf\x00\x00\x00\x03")):
        write("request", "map in %s bits" % size, "ok", head + pack(exists)[1:], exists)
    asked("path of 1024 bytes", "ok", do, number, ("path", pack(b"a" * 1024)), meaning={**exists, "path": b"a" * 1024})
    deep = pack({**exists, "x": None})[:-1]
    write("request", "16 deep", "ok", deep + b"\x91" * 14 + b"\x90", exists)
    write("request", "17 deep", "refused", deep + b"\x91" * 15 + b"\x90")
    for keys, expect in ((1024, "ok"), (1025, "refused")):
        write("request", "%d keys" % keys, expect, pack({**exists, **{"x%d" % n: n for n in range(keys - 3)}}), exists if expect == "ok" else None)
    long = pack({"do": "exists", "id": 7, "path": RUN, "x": b""})[:-2]
    left = 2 * MIB - len(long) - 5
    write("request", "2 MiB long", "ok", long + b"\xc6" + struct.pack(">I", left) + b"z" * left, exists)
    write("request", "one byte too long", "refused", long + b"\xc6" + struct.pack(">I", left + 1) + b"z" * (left + 1))
    write("request", "4 GiB long", "refused", long + b"\xc6\xff\xff\xff\xff" + b"z" * 100)
    asked("unknown", "ok", ("do", pack("dance")), number, path, meaning={"do": "?", "id": 7, "path": RUN})

    asked("id before do", "refused", number, do, path)
    asked("no do", "refused", number, path)
    asked("no id", "refused", do, path)
    asked("do as a number", "refused", ("do", pack(1)), number, path)
    for name, value in (("negative", pack(-1)), ("too large", pack(1 << 63)), ("as text", pack("7")), ("nil", pack(None)), ("with a fraction", pack(7.0))):
        asked("id " + name, "refused", do, ("id", value), path)
        asked("draft " + name, "refused", ("do", pack("drop")), number, ("draft", value))
    for name, value in (("of 1025 bytes", b"a" * 1025), ("as a number", 1), ("nil", None), ("as an array", [RUN])):
        asked("path " + name, "refused", do, number, ("path", pack(value)))
    for name, value in (("of 1 MiB and a byte", b"a" * (MIB + 1)), ("as a number", 1), ("nil", None)):
        asked("data " + name, "refused", ("do", pack("put")), number, path, ("data", pack(value)))
    for key, value in (("most", MIB + 1), ("most", -1), ("at", 1 << 63), ("at", -1), ("end", 1), ("kind", 1), ("lease", "a"), ("after", 1)):
        asked("%s %s" % (key, "of the wrong type" if value in (1, "a") else "negative" if value < 0 else "too large"), "refused",
              do, number, path, (key, pack(value)))
    for name, value in (("of 65 bytes", b"v" * 65), ("as a number", 1), ("nil", None)):
        asked("known " + name, "refused", ("do", pack("open")), number, path, ("end", pack("head")), ("most", pack(1)), ("known", pack(value)))
    for name, value in (("negative", -1), ("too large", 1 << 63), ("as text", "7"), ("nil", None)):
        asked("nth " + name, "refused", ("do", pack("open")), number, path, ("nth", pack(value)), ("end", pack("head")), ("most", pack(1)))
    for name, value in (("as a number", 1), ("nil", None)):
        asked("ordered " + name, "refused", do, number, path, ("ordered", pack(value)))
    asked("not ordered", "ok", do, number, path, ("ordered", pack(False)), meaning=exists)
    asked("key that is no text", "refused", do, number, (pack(1), pack(1)))
    write("request", "an array", "refused", pack(["do", "time"]))
    write("request", "a number", "refused", b"\x07")
    write("request", "a byte that is not used", "refused", pack({**exists, "x": None})[:-1] + b"\xc1")
    for cut in (1, 5, 20, 40):
        write("request", "cut after %d" % cut, "refused", pack(exists)[:cut])
    asked("end of another word", "usage", ("do", pack("open")), number, path, ("end", pack("middle")), ("most", pack(1)))
    asked("kind of another word", "usage", ("do", pack("lease")), number, ("kind", pack("forever")))
    for verb in ("open", "read", "sums", "exists", "list", "put", "start", "publish", "mend", "delete", "durable", "hold", "release", "held"):
        asked(verb + " without a path", "usage", ("do", pack(verb)), number, ("draft", pack(1)), ("data", pack(b"")), ("end", pack("head")), ("most", pack(1)))
    for verb in ("start", "write", "publish", "mend", "drop"):
        asked(verb + " without a draft", "usage", ("do", pack(verb)), number, path, ("data", pack(b"")))
    for verb in ("put", "write"):
        asked(verb + " without data", "usage", ("do", pack(verb)), number, path, ("draft", pack(1)))
    asked("sums from the middle", "usage", ("do", pack("sums")), number, path, ("at", pack(65535)), ("most", pack(1)))
    asked("hold with both", "usage", ("do", pack("hold")), number, path, ("draft", pack(1)), ("data", pack(b"")))
    asked("hold with neither", "usage", ("do", pack("hold")), number, path)
    asked("return without a lease", "usage", ("do", pack("return")), number)


def answers():
    answer("open", length=5, received=WHEN, data=b"hello")
    answer("open one of no bytes", length=0, received=msgpack.Timestamp(0, 0), data=b"")
    answer("open one from long ago", length=(1 << 63) - 1, received=msgpack.Timestamp(-1, 999999999), data=b"")
    answer("open with a version", length=5, received=WHEN, version=b"\xffv", data=b"hello")
    answer("open what is known", length=5, received=WHEN, version=b"v" * 64)
    answer("open the first of the index", path=RUN, length=5, received=WHEN, version=b"\xffv", data=b"hello")
    answer("sums", sums=b"s" * 64)
    answer("sums of nothing", sums=b"")
    answer("sums the most", sums=b"s" * 512)
    answer("sums gone", gone=True)
    answer("open gone", gone=True)
    answer("read", data=b"a" * MIB)
    answer("read gone", gone=True)
    for verb, key in (("exists", "there"), ("held", "held")):
        answer(verb + " yes", **{key: True})
        answer(verb + " no", **{key: False})
        answer(verb + " not known")
    for verb, key in (("put", "published"), ("publish", "published"), ("hold", "published"), ("mend", "mended"), ("delete", "deleted")):
        answer(verb + " yes", **{key: True})
        answer(verb + " no", **{key: False})
    answer("list", paths=[PACK, b"packs/ff/" + NAME])
    answer("list nothing", paths=[])
    answer("list more", paths=[PACK], after=b"17")
    answer("list more after 1024 bytes", paths=[], after=b"a" * 1024)
    answer("list the most", paths=[b"a"] * 4096)
    answer("list and what cannot be listed", paths=[],
           unlisted=[{"path": b"packs/5f", "trouble": "broken", "text": "/b/packs/5f: bad", "reason": "bad", "status": 74}])
    answer("time", time=WHEN)
    for verb in ("start", "write", "drop", "durable", "prepare", "sweep", "verify", "release", "return"):
        answer(verb)
    answer("lease", lease=1)
    answer("lease not granted")
    answer("put trouble", **REFUSED)
    answer("open trouble", trouble="broken", text="/b/index/0: Input/output error (pread)", reason="Input/output error", hint="look at the disk", status=74)

    gone = {"to": 7, "gone": True}
    answered("unknown keys", "ok", {**gone, "x": {"y": [None]}, "more": 1.5}, gone)
    answered("keys of other answers", "ok", {"to": 7, "published": True}, {"to": 7, "published": True}, verb="put")
    answered("trouble of an unknown word", "ok", {"to": 7, "trouble": "tired", "text": "a: b", "status": 74},
             {"to": 7, "trouble": "tired", "text": "a: b", "status": 74})
    for status in (0, 1, 3, 70, 255):
        answered("trouble of status %d" % status, "ok", {"to": 7, "trouble": "broken", "text": "a: b", "status": status},
                 {"to": 7, "trouble": "broken", "text": "a: b", "status": 74})
    answered("trouble with control characters", "ok", {"to": 7, "trouble": "broken", "text": "a\x1b[2J\n", "status": 74},
             {"to": 7, "trouble": "broken", "text": "a\\x1b[2J\\n", "status": 74})
    answered("trouble without status", "ok", {"to": 7, "trouble": "broken", "text": "a: b"}, {"to": 7, "trouble": "broken", "text": "a: b", "status": 74})
    unnamed = "the server has not done it, and does not say why"
    answered("trouble without text", "ok", {"to": 7, "trouble": "broken"}, {"to": 7, "trouble": "broken", "text": unnamed, "status": 74})
    answered("paths as text", "ok", {"to": 7, "paths": [RUN.decode()]}, {"to": 7, "paths": [RUN]}, verb="list")
    for name, value in (("32", struct.pack(">I", 5)), ("64", struct.pack(">Q", 5)), ("96", struct.pack(">Iq", 0, 5))):
        head = {4: b"\xd6", 8: b"\xd7", 12: b"\xc7\x0c"}[len(value)]
        answered("time in %s bits" % name, "ok", b"\x82\xa2to\x07\xa4time" + head + b"\xff" + value, {"to": 7, "time": msgpack.Timestamp(5, 0)}, verb="time")

    answered("no to", "refused", {"gone": True})
    answered("to second", "refused", {"gone": True, "to": 7})
    for name, value in (("negative", -1), ("too large", 1 << 63), ("as text", "7"), ("nil", None)):
        answered("to " + name, "refused", {"to": value})
        answered("length " + name, "refused", {"to": 7, "length": value})
        answered("lease " + name, "refused", {"to": 7, "lease": value}, verb="lease")
    for key in ("gone", "there", "held", "published", "mended", "deleted"):
        answered(key + " as a number", "refused", {"to": 7, key: 1})
    for key in ("received", "time"):
        answered(key + " as a number", "refused", {"to": 7, key: 5})
        answered(key + " with too many nanoseconds", "refused",
                 pack({"to": 7, key: None})[:-1] + b"\xd7\xff" + struct.pack(">Q", 1_000_000_000 << 34))
        answered(key + " of another extension", "refused", {"to": 7, key: msgpack.ExtType(1, bytes(4))})
    answered("4097 paths", "refused", {"to": 7, "paths": [b"a"] * 4097}, verb="list")
    answered("4 billion paths", "refused", b"\x82\xa2to\x07\xa5paths\xdd\xff\xff\xff\xff", verb="list")
    for name, value in (("a map", {"a": 1}), ("a number", 1), ("of numbers", [1]), ("with one of 1025 bytes", [b"a" * 1025])):
        answered("paths " + name, "refused", {"to": 7, "paths": value}, verb="list")
    for name, value in (("of 1025 bytes", b"a" * 1025), ("as a number", 1), ("nil", None)):
        answered("path " + name, "refused", {"to": 7, "path": value, "length": 5, "received": WHEN})
    answered("unlisted of numbers", "refused", {"to": 7, "paths": [], "unlisted": [1]}, verb="list")
    for name, value in (("of 513 bytes", b"s" * 513), ("as a number", 1), ("nil", None)):
        answered("sums " + name, "refused", {"to": 7, "sums": value}, verb="sums")
    for name, value in (("of 65 bytes", b"v" * 65), ("as a number", 1), ("nil", None)):
        answered("version " + name, "refused", {"to": 7, "length": 5, "received": WHEN, "version": value})
    answered("after of 1025 bytes", "refused", {"to": 7, "paths": [], "after": b"a" * 1025}, verb="list")
    answered("data of 1 MiB and a byte", "refused", {"to": 7, "data": b"a" * (MIB + 1)}, verb="read")
    for key in ("trouble", "text", "reason", "hint"):
        answered(key + " as a number", "refused", {"to": 7, "trouble": "broken", "text": "a", key: 1})
        answered(key + " too long", "refused", {"to": 7, "trouble": "broken", "text": "a", key: "a" * 4097})
    answered("17 deep", "refused", pack({"to": 7, "x": None})[:-1] + b"\x91" * 15 + b"\x90")
    answered("cut", "refused", pack({"to": 7, "data": b"hello"})[:-1])


def hellos():
    word = {"hello": "backshift-object", "version": 1}
    for want in ("open", "make", "look"):
        write("client", want, "ok", pack({**word, "want": want}), {**word, "want": want}, ours=True)
    shared = {**word, "want": "make", "shared": True}
    write("client", "make shared", "ok", pack(shared), shared, ours=True)
    write("client", "without want", "ok", pack(word), {**word, "want": "open"})
    write("client", "unknown keys", "ok", pack({**word, "want": "open", "x": [1]}), {**word, "want": "open"})
    for name, keys in (("another word", {"hello": "backshift-subject"}), ("version 2", {"version": 2}), ("version 0", {"version": 0}),
                       ("version as text", {"version": "1"}), ("another want", {"want": "all"}), ("want as a number", {"want": 1}),
                       ("shared as a number", {"shared": 1})):
        write("client", name, "refused", pack({**word, **keys}))
    write("client", "no hello", "refused", pack({"version": 1}))
    write("client", "no version", "refused", pack({"hello": "backshift-object"}))

    server = {**word, "location": b"/backups", "window": 64}
    full = {**server, "exclusive": True, "ordered": True, "immediate": True, "machine": "0123 vault", "boot": "4567"}
    write("server", "open", "ok", pack(full), full, ours=True)
    write("server", "with no more than it must", "ok", pack(server), server, ours=True)
    write("server", "location that is no text", "ok", pack({**server, "location": b"/\xff"}), {**server, "location": b"/\xff"}, ours=True)
    for state in ("repository", "vacant", "occupied"):
        write("server", state, "ok", pack({**server, "state": state}), {**server, "state": state}, ours=True)
    write("server", "notes", "ok", pack({**full, "notes": ["/b: has no locks", "ü"]}), {**full, "notes": ["/b: has no locks", "ü"]}, ours=True)
    trouble = {"trouble": "missing", "text": "/b: there is no repository", "hint": "make one with: bs-init /b", "status": 66}
    write("server", "trouble", "ok", pack(trouble), trouble, ours=True)
    write("server", "another state", "ok", pack({**server, "state": "haunted"}), {**server, "state": "occupied"})
    write("server", "false", "ok", pack({**server, "exclusive": False, "immediate": False}), server)
    write("server", "window of 1024", "ok", pack({**server, "window": 1024}), {**server, "window": 1024}, ours=True)
    for name, keys in (("another word", {"hello": "x"}), ("version 2", {"version": 2}), ("window of 0", {"window": 0}), ("window of 1025", {"window": 1025}),
                       ("window negative", {"window": -1}), ("exclusive as a number", {"exclusive": 1}), ("ordered as a number", {"ordered": 1}),
                       ("notes as text", {"notes": "x"}), ("notes of numbers", {"notes": [1]}),
                       ("location as a number", {"location": 1}), ("boot as bytes that are no UTF-8", {"boot": b"\xff"})):
        write("server", name, "refused", pack({**server, **keys}))
    for name in ("location", "window", "version"):
        write("server", "no " + name, "refused", pack({key: value for key, value in server.items() if key != name}))
    write("server", "hello of a client", "refused", pack({**word, "want": "open"}))
    write("server", "no hello", "refused", pack({"version": 1, "location": b"/b", "window": 1}))
    write("server", "text before it", "refused", b"Welcome to vault!\n" + pack(full))
    write("server", "cut", "refused", pack(full)[:-3])


requests()
answers()
hellos()
