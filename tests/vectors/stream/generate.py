#!/usr/bin/python3
"""Writes the vectors of backshift-stream(5) into this folder; README.txt describes them.

Written from the man page alone, with python3-msgpack of Debian: an implementation that has nothing in common with the one under test.
Run once for each new vector; a vector that has been published is not changed.
"""

import os
import struct

import msgpack

HERE = os.path.dirname(os.path.abspath(__file__))


def ext(code, body):
    # The class itself refuses negative codes; the packer does not.
    return tuple.__new__(msgpack.ExtType, (code, body))


def pack(value):
    return msgpack.packb(value, use_bin_type=True, datetime=False)


def record(kind, **keys):
    return pack({"kind": kind, **keys})


def raw(kind, *pairs, count=None):
    """A record whose encoding is given pair by pair: keys as text, values as bytes already encoded."""
    head = bytes([0x80 | (1 + len(pairs) if count is None else count)])
    return head + pack("kind") + pack(kind) + b"".join((k if isinstance(k, bytes) else pack(k)) + v for k, v in pairs)


def t32(s):
    return ext(-1, struct.pack(">I", s))


def t64(s, ns):
    return ext(-1, struct.pack(">Q", ns << 34 | s))


def t96(s, ns):
    return ext(-1, struct.pack(">Iq", ns, s))


BEGIN = record("begin", version=1)
END = record("end", stage="bs-walk", entries=0, bytes=0, problems=0)
SHOWN_BEGIN = "begin"
SHOWN_END = "end stage=bs-walk entries=0 bytes=0 problems=0"
EMPTY = {"path": b"a", "type": "file", "size": 3}
FILE = record("entry", path=b"a", type="file", size=3)
SHOWN_FILE = "entry path=a type=file size=3"
written = set()


def write(name, expect, stream, lines=(), canonical=False, comment=None):
    assert name not in written, name
    written.add(name)
    with open(os.path.join(HERE, name.replace(" ", "-") + ".txt"), "w", encoding="utf-8") as out:
        out.write(f"name: {name}\nexpect: {expect}\n")
        if comment:
            out.write(f"comment: {comment}\n")
        if canonical:
            out.write("canonical: yes\n")
        for line in lines:
            out.write(f"record: {line}\n")
        out.write(f"hex: {shorten(stream)}\n")


def shorten(data):
    """Hexadecimal digits; HH*N for N > 64 equal bytes in a row."""
    words, plain, i = [], bytearray(), 0
    while i < len(data):
        end = i
        while end < len(data) and data[end] == data[i]:
            end += 1
        if end - i > 64:
            if plain:
                words.append(plain.hex())
            words.append(f"{data[i]:02x}*{end - i}")
            plain = bytearray()
        else:
            plain += data[i:end]
        i = end
    if plain:
        words.append(plain.hex())
    return " ".join(words)


def ok(name, middle, *lines, canonical=True, comment=None):
    """A stream with one or more records between begin and end."""
    write(name, "ok", BEGIN + middle + END, [SHOWN_BEGIN, *lines, SHOWN_END], canonical, comment)


def damaged(name, middle, comment=None):
    write(name, "damaged", BEGIN + middle + END, comment=comment)


def entry_key(name, *pairs, **keys):
    """An entry that is right but for what is given."""
    damaged(name, raw("entry", ("path", pack(b"a")), ("type", pack("file")), *pairs, *((k, pack(v)) for k, v in keys.items())))


# --- every kind, as a writer should write it -------------------------------------------------------------------------------------------
write("empty stream", "ok", BEGIN + END, [SHOWN_BEGIN, SHOWN_END], True)
write("begin with every key", "ok", record("begin", version=1, host="nas", subset="home", started=t64(1795424645, 123456789),
      cutter={"name": "p16", "average": 16384, "identity": bytes(range(8))}) + END,
      ["begin host=nas subset=home started=1795424645.123456789 cutter=p16,16384,0001020304050607", SHOWN_END], True)
write("begin with the identity of the save", "ok", record("begin", version=1, save=bytes(range(16))) + END, ["begin save=" + bytes(range(16)).hex(), SHOWN_END],
      True)
for name, value in [("an identity of 15 bytes", bytes(15)), ("an identity of 17 bytes", bytes(17)), ("a number for the identity", 1)]:
    write(f"begin with {name}", "damaged", record("begin", version=1, save=value) + END)
write("begin that requires lists", "ok", record("begin", version=1, requires=["list"]) + END, ["begin requires=list", SHOWN_END], True)
write("begin that requires nothing", "ok", record("begin", version=1, requires=[]) + END, ["begin", SHOWN_END])
write("begin that requires what is not known", "refused", record("begin", version=1, requires=["list", "later"]) + END,
      ["begin requires=list,later", SHOWN_END],
      comment="a stage that passes everything on may pass it on")
for name, value in [("a number for requires", 1), ("a number in requires", [1]), ("101 words in requires", ["list"] * 101),
                    ("a word of 256 bytes in requires", ["w" * 256])]:
    write(f"begin with {name}", "damaged", record("begin", version=1, requires=value) + END)
ok("entry with the fewest keys", record("entry", path=b"a", type="file"), "entry path=a type=file")
write("begin with stages and bases", "ok", record("begin", version=1, stages=["bs-walk", "bs-since"], bases=["h@20261123T090405Z", "h@20261122T090405Z"]) + END,
      ["begin stages=bs-walk,bs-since bases=h@20261123T090405Z,h@20261122T090405Z", SHOWN_END], True)
write("begin with an estimate", "ok", record("begin", version=1, estimate={"source": "count", "entries": 83731, "bytes": 2**40}) + END,
      ["begin estimate=count,83731,1099511627776", SHOWN_END], True)
write("begin with an estimate of the bytes alone", "ok", record("begin", version=1, estimate={"source": "filesystem", "bytes": 0}) + END,
      ["begin estimate=filesystem,,0", SHOWN_END], True)
write("begin with an estimate that says more", "ok", record("begin", version=1, estimate={"later": [1], "source": "tape", "entries": 1}) + END,
      ["begin estimate=tape,1,", SHOWN_END])
write("begin with roots", "ok", record("begin", version=1, roots=[b"home", b"srv/www", b"."]) + END, ["begin roots=home,srv/www,.", SHOWN_END], True)
write("begin with 1000 roots", "ok", record("begin", version=1, roots=[b"%d" % i for i in range(1000)]) + END,
      ["begin roots=" + ",".join(str(i) for i in range(1000)), SHOWN_END], True)
write("begin with a root that is text", "ok", record("begin", version=1, roots=["a"]) + END, ["begin roots=a", SHOWN_END])
write("begin with 1001 roots", "damaged", record("begin", version=1, roots=[b"a"] * 1001) + END)
write("begin with roots of 1 MiB and a byte", "damaged", record("begin", version=1, roots=[b"a" * 65535] * 16 + [b"b" * 17]) + END)
for name, value in [("a number for roots", 1), ("a root that is empty", [b""]), ("a root with a slash before it", [b"/home"]),
                    ("a root with dots", [b"a/../b"]),
                    ("a root with a NUL", [b"a\0b"])]:
    write(f"begin with {name}", "damaged", record("begin", version=1, roots=value) + END)
write("begin with a number for bases", "damaged", record("begin", version=1, bases=1) + END)
write("begin with 1001 bases", "damaged", record("begin", version=1, bases=[""] * 1001) + END)
ok("entry with every key", pack({
    "kind": "entry", "path": b"etc/passwd", "type": "file", "mode": 0o4755, "uid": 0, "gid": 4294967295, "user": "root", "group": "staff",
    "size": 9223372036854775807,
    "mtime": t32(1000000000), "ctime": t64(1795424645, 1), "btime": t96(-1, 999999999), "dev": 2049, "ino": 18446744073709551615, "nlink": 2,
    "xattrs": {b"user.a": b"\x00\xff", b"user.b": b""}, "flags": 16, "source": b"/etc/passwd", "content": True}),
   "entry path=etc/passwd type=file mode=4755 uid=0 gid=4294967295 user=root group=staff size=9223372036854775807 mtime=1000000000.000000000 "
   "ctime=1795424645.000000001 btime=-1.999999999 dev=2049 ino=18446744073709551615 nlink=2 xattrs=757365722e61:00ff,757365722e62: flags=16 "
   "source=/etc/passwd content=true")
ok("entries of every type",
   b"".join(record("entry", path=t.encode(), type=t) for t in ("dir", "file", "fifo", "socket"))
   + record("entry", path=b"symlink", type="symlink", target=b"/no/where")
   + record("entry", path=b"char", type="char", rdev=[1, 3]) + record("entry", path=b"block", type="block", rdev=[4095, 1048575])
   + record("entry", path=b"link", type="link", target=b"file"),
   *(f"entry path={t} type={t}" for t in ("dir", "file", "fifo", "socket")), "entry path=symlink type=symlink target=/no/where",
   "entry path=char type=char rdev=1,3", "entry path=block type=block rdev=4095,1048575", "entry path=link type=link target=file")
ok("the path dot", record("entry", path=b".", type="dir"), "entry path=. type=dir")
ok("names of any bytes", record("entry", path=b"\xff\xfe/a\nb\\", type="symlink", target=b"../\x80"),
   "entry path=\\xff\\xfe/a\\nb\\\\ type=symlink target=../\\x80")
ok("three dots are a name", record("entry", path=b".../..a/.b", type="file"), "entry path=.../..a/.b type=file")
ok("the longest path", record("entry", path=b"a" * 65535, type="file"), "entry path=" + "a" * 65535 + " type=file")
ok("data", FILE + record("data", bytes=b"abc") + record("data", bytes=b""), SHOWN_FILE, "data bytes=616263", "data bytes=")
ok("chunk with bytes", FILE + record("chunk", size=3, bytes=b"abc"), SHOWN_FILE, "chunk size=3 bytes=616263")
DIGEST = bytes.fromhex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9c")
ok("chunk with digest and bytes", FILE + record("chunk", size=3, digest=DIGEST, bytes=b"abc"), SHOWN_FILE, f"chunk size=3 digest={DIGEST.hex()} bytes=616263")
ok("chunk that is a reference", FILE + record("chunk", size=8388608, digest=DIGEST), SHOWN_FILE, f"chunk size=8388608 digest={DIGEST.hex()}")
ok("list", FILE + record("list", id=DIGEST, level=0, size=2**63 - 1), SHOWN_FILE, f"list id={DIGEST.hex()} level=0 size=9223372036854775807")
ok("list between chunks", FILE + record("chunk", size=3, bytes=b"abc") + record("list", id=DIGEST, level=32, size=1) + record("hole", size=1), SHOWN_FILE,
   "chunk size=3 bytes=616263", f"list id={DIGEST.hex()} level=32 size=1", "hole size=1")
ok("hole", FILE + record("hole", size=1) + record("hole", size=2**63 - 1), SHOWN_FILE, "hole size=1", "hole size=9223372036854775807")
ok("problem with every key", record("problem", path=b"/root/x", stage="bs-walk", errno=13, text="Permission denied", marks=True),
   "problem path=/root/x stage=bs-walk errno=13 text=Permission denied marks=true")
ok("problem with the fewest keys", record("problem", stage="f", text=""), "problem stage=f text=")
ok("unknown keys of a problem", record("problem", stage="f", text="", new=[1]), f"problem stage=f text= unknown={(pack('new') + pack([1])).hex()}")
write("end with every key", "ok", BEGIN + record("end", stage="find", entries=1, bytes=2, problems=3),
      [SHOWN_BEGIN, "end stage=find entries=1 bytes=2 problems=3"], True)
write("end with the fewest keys", "ok", BEGIN + record("end"), [SHOWN_BEGIN, "end stage= entries=0 bytes=0 problems=0"])

# --- times -----------------------------------------------------------------------------------------------------------------------------
for name, stamp, shown in [
    ("time 32 zero", t32(0), "0.000000000"),
    ("time 32 largest", t32(2**32 - 1), "4294967295.000000000"),
    ("time 64 year 2200", t64(7258118400, 1), "7258118400.000000001"),
    ("time 64 first second behind 32 bits", t64(2**32, 0), "4294967296.000000000"),
    ("time 64 largest", t64(2**34 - 1, 999999999), "17179869183.999999999"),
    ("time 96 year 1900", t96(-2208988800, 123456789), "-2208988800.123456789"),
    ("time 96 second before 1970", t96(-1, 0), "-1.000000000"),
    ("time 96 first second behind 34 bits", t96(2**34, 0), "17179869184.000000000"),
    ("time 96 smallest", t96(-2**63, 0), "-9223372036854775808.000000000"),
    ("time 96 largest", t96(2**63 - 1, 999999999), "9223372036854775807.999999999"),
]:
    ok(name, record("entry", path=b"a", type="file", mtime=stamp), f"entry path=a type=file mtime={shown}")
for name, stamp in [("time 64 that would fit 32", t64(5, 0)), ("time 96 that would fit 32", t96(5, 0))]:
    ok(name, record("entry", path=b"a", type="file", mtime=stamp), "entry path=a type=file mtime=5.000000000", canonical=False)
ok("time in ext 8", raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("mtime", b"\xc7\x04\xff\x00\x00\x00\x05")),
   "entry path=a type=file mtime=5.000000000", canonical=False)
ok("time in ext 32", raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("mtime", b"\xc9\x00\x00\x00\x04\xff\x00\x00\x00\x05")),
   "entry path=a type=file mtime=5.000000000", canonical=False)
for name, value in [
    ("time as a number", pack(5)), ("time as text", pack("2026-11-23")), ("time of another extension", pack(ext(1, b"\0\0\0\5"))),
    ("time of five bytes", pack(ext(-1, b"\0\0\0\0\5"))), ("time of no bytes", pack(ext(-1, b""))), ("time 64 with a billion nanoseconds", pack(t64(0, 10**9))),
    ("time 96 with a billion nanoseconds", pack(t96(0, 10**9))), ("time 96 with all bits", pack(ext(-1, b"\xff" * 12))), ("time nil", pack(None)),
]:
    entry_key(name, ("mtime", value))

# --- what is not known is carried along ------------------------------------------------------------------------------------------------
ODD = b"\xd9\x03new" + b"\xdd\x00\x00\x00\x02" + b"\xcf\x00\x00\x00\x00\x00\x00\x00\x05" + b"\xc7\x02\x63\x01\x02"
ok("unknown keys of an entry", b"\x85" + pack("kind") + pack("entry") + pack("path") + pack(b"a") + pack("type") + pack("file") + ODD + pack("x")
   + pack({"y": [None, 1.5, -7]}),
   f"entry path=a type=file unknown={(ODD + pack('x') + pack({'y': [None, 1.5, -7]})).hex()}",
   comment="their encodings are not the shortest, and stay as they are")
write("unknown keys of begin", "ok", b"\x83" + pack("kind") + pack("begin") + pack("version") + pack(1) + ODD + END, [f"begin unknown={ODD.hex()}", SHOWN_END],
      True)
ok("unknown key before a known one", raw("entry", ("new", pack([])), ("path", pack(b"a")), ("type", pack("file"))),
   f"entry path=a type=file unknown={(pack('new') + pack([])).hex()}", canonical=False)
ok("unknown keys of content", FILE + record("chunk", size=3, bytes=b"abc", new=1) + record("hole", size=1, new={}) + record("data", bytes=b"", new=2),
   SHOWN_FILE, "chunk size=3 bytes=616263", "hole size=1", "data bytes=", canonical=False)
OTHER = record("weather", sky={"clouds": [1, 2, 3]})
ok("unknown kinds", OTHER + FILE + OTHER, f"other {OTHER.hex()}", SHOWN_FILE, f"other {OTHER.hex()}")
ok("empty unknown key", raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("", pack(1))), "entry path=a type=file unknown=a001")
ok("sixteen deep", FILE + b"\x82" + pack("kind") + pack("deep") + pack("v") + b"\x91" * 14 + b"\x90", SHOWN_FILE,
   "other " + (b"\x82" + pack("kind") + pack("deep") + pack("v") + b"\x91" * 14 + b"\x90").hex())
ok("a thousand keys", raw_many := b"\xde\x04\x00" + pack("kind") + pack("many") + b"".join(pack(f"k{i}") + b"\0" for i in range(1023)),
   f"other {raw_many.hex()}")

# --- longer encodings than needed ------------------------------------------------------------------------------------------------------
for name, value in [
    ("integer 5 in uint 8", b"\xcc\x05"), ("integer 5 in uint 16", b"\xcd\x00\x05"), ("integer 5 in uint 32", b"\xce\x00\x00\x00\x05"),
    ("integer 5 in uint 64", b"\xcf" + b"\0" * 7 + b"\5"),
    ("integer 5 in int 8", b"\xd0\x05"), ("integer 5 in int 16", b"\xd1\x00\x05"), ("integer 5 in int 32", b"\xd2\x00\x00\x00\x05"),
    ("integer 5 in int 64", b"\xd3" + b"\0" * 7 + b"\5"),
]:
    ok(name, raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("size", value)), "entry path=a type=file size=5", canonical=False)
ok("path as str", record("entry", path="a", type="symlink", target="b", xattrs={"n": "v"}), "entry path=a type=symlink target=b xattrs=6e:76", canonical=False)
ok("bytes as str", FILE + record("chunk", size=3, bytes="abc") + record("data", bytes="abc"), SHOWN_FILE, "chunk size=3 bytes=616263", "data bytes=616263",
   canonical=False)
ok("path as str that is not UTF-8", raw("entry", ("path", b"\xa1\xff"), ("type", pack("file"))), "entry path=\\xff type=file", canonical=False)
ok("path in bin 16 and bin 32", raw("entry", ("path", b"\xc5\x00\x01a"), ("type", pack("symlink")), ("target", b"\xc6\x00\x00\x00\x01b")),
   "entry path=a type=symlink target=b", canonical=False)
ok("text in str 8, 16 and 32".replace(",", ""), raw("entry", ("path", b"\xd9\x01a"), (b"\xda\x00\x04type", b"\xdb\x00\x00\x00\x04file")),
   "entry path=a type=file", canonical=False)
ok("map 16 and map 32", b"\xde\x00\x03" + pack("kind") + pack("entry") + pack("path") + pack(b"a") + pack("type") + pack("file")
   + b"\xdf\x00\x00\x00\x03" + pack("kind") + pack("entry") + pack("path") + pack(b"b") + pack("type") + pack("dir"), "entry path=a type=file",
   "entry path=b type=dir", canonical=False)
ok("kind in str 32", b"\x83" + b"\xdb\x00\x00\x00\x04kind" + b"\xda\x00\x05entry" + pack("path") + pack(b"a") + pack("type") + pack("file"),
   "entry path=a type=file", canonical=False)
ok("content false", raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("content", pack(False))), "entry path=a type=file", canonical=False)
ok("keys in another order", raw("entry", ("size", pack(1)), ("type", pack("file")), ("path", pack(b"a"))), "entry path=a type=file size=1", canonical=False)
ok("devices in array 16", raw("entry", ("path", pack(b"a")), ("type", pack("char")), ("rdev", b"\xdc\x00\x02\x01\x03")), "entry path=a type=char rdev=1,3",
   canonical=False)

# --- order -----------------------------------------------------------------------------------------------------------------------------
write("no input", "cut", b"")
write("begin only", "cut", BEGIN, [SHOWN_BEGIN])
write("no end", "cut", BEGIN + FILE, [SHOWN_BEGIN, SHOWN_FILE])
write("end cut before its last byte", "cut", BEGIN + END[:-1], [SHOWN_BEGIN])
write("chunk cut in its bytes", "cut", BEGIN + FILE + record("chunk", size=3, bytes=b"abc")[:-1], [SHOWN_BEGIN, SHOWN_FILE])
write("entry first", "damaged", FILE + END)
write("end first", "damaged", END)
write("unknown kind first", "damaged", OTHER + BEGIN + END)
damaged("second begin", BEGIN)
damaged("entry after end", END + FILE)
damaged("second end", END)
damaged("unknown kind after end", END + OTHER)
write("rubbish after end", "damaged", BEGIN + END + b"\n")
damaged("chunk before any entry", record("chunk", size=3, bytes=b"abc"))
damaged("data before any entry", record("data", bytes=b"abc"))
damaged("hole before any entry", record("hole", size=3))
damaged("content after a problem only", record("problem", stage="f", text="t") + record("hole", size=3))
write("version 2", "damaged", record("begin", version=2) + END)
write("version 0", "damaged", record("begin", version=0) + END)
write("no version", "damaged", record("begin", host="a") + END)
write("version as text", "damaged", record("begin", version="1") + END)

# --- shape -----------------------------------------------------------------------------------------------------------------------------
for name, value in [("an array for a record", pack([1])), ("a number for a record", pack(1)), ("nil for a record", pack(None)),
                    ("text for a record", pack("begin")),
                    ("an empty map", b"\x80"), ("the reserved byte for a record", b"\xc1")]:
    damaged(name, value)
damaged("kind not first", pack({"path": b"a", "kind": "entry", "type": "file"}))
damaged("no kind", pack({"path": b"a", "type": "file"}))
damaged("kind as a number", pack({"kind": 1}))
damaged("kind as a map", pack({"kind": {"kind": "entry"}}))
damaged("kind nil", pack({"kind": None}))
damaged("the reserved byte for a value", raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("new", b"\xc1")))
damaged("the reserved byte deep in a value", raw("new", ("v", b"\x91\x91\xc1")))
damaged("key as a number", raw("entry", (pack(1), pack(1)), ("path", pack(b"a")), ("type", pack("file"))))
damaged("key nil", raw("entry", (pack(None), pack(1)), ("path", pack(b"a")), ("type", pack("file"))))
damaged("key as bytes", raw("entry", (pack(b"path"), pack(b"a")), ("type", pack("file"))))
damaged("key longer than 255 bytes", raw("entry", ("path", pack(b"a")), ("type", pack("file")), ("k" * 256, pack(1))))
for name, pairs in [("path twice", [("path", pack(b"a"))]), ("size twice", [("size", pack(1)), ("size", pack(1))]),
                    ("unknown key twice", [("new", pack(1)), ("new", pack(2))]),
                    ("long unknown key twice", [("as-long-as-this", pack(1)), ("as-long-as-this", pack(2))]), ("kind twice", [("kind", pack("entry"))]),
                    ("key twice in two encodings", [("new", pack(1)), (b"\xd9\x03new", pack(2))])]:
    entry_key(name, *pairs)
damaged("bytes of a chunk twice", FILE + raw("chunk", ("size", pack(1)), ("bytes", pack(b"a")), ("bytes", pack(b"b"))))
damaged("seventeen deep", FILE + b"\x82" + pack("kind") + pack("deep") + pack("v") + b"\x91" * 15 + b"\x90")
damaged("a thousand deep", FILE + b"\x82" + pack("kind") + pack("deep") + pack("v") + b"\x91" * 1000 + b"\x00")
damaged("maps a thousand deep", FILE + b"\x82" + pack("kind") + pack("deep") + pack("v") + b"\x81\x00" * 1000 + b"\x00")
damaged("1025 keys", b"\xde\x04\x01" + pack("kind") + pack("entry") + pack("path") + pack(b"a") + pack("type") + pack("file")
        + b"".join(pack(f"k{i}") + b"\0" for i in range(1022)))

# --- lengths that nobody could keep ----------------------------------------------------------------------------------------------------
for name, head in [("str", b"\xdb"), ("bin", b"\xc6"), ("array", b"\xdd"), ("map", b"\xdf"), ("ext", b"\xc9")]:
    tail = b"\xff\xff\xff\xff" + (b"\x01" if name == "ext" else b"")
    write(f"4 GiB of {name} in an unknown key", "damaged", BEGIN + FILE + raw("entry", ("path", pack(b"a")), ("new", head + tail)))
write("4 GiB of chunk", "damaged", BEGIN + FILE + raw("chunk", ("size", pack(3)), ("bytes", b"\xc6\xff\xff\xff\xff")))
write("4 GiB of path", "damaged", BEGIN + raw("entry", ("path", b"\xc6\xff\xff\xff\xff")))
write("4 GiB of attributes", "damaged", BEGIN + raw("entry", ("path", pack(b"a")), ("xattrs", b"\xdf\xff\xff\xff\xff")))
write("a record of 2 GiB keys", "damaged", BEGIN + b"\xdf\x80\x00\x00\x00" + pack("kind") + pack("entry"))
write("a record one byte too long", "damaged", BEGIN + b"\x82" + pack("kind") + pack("new") + pack("v") + b"\xc6" + struct.pack(">I", 16777217 - 17))
damaged("data of 8 MiB and a byte", FILE + record("data", bytes=b"\0" * 8388609))
damaged("chunk of 8 MiB and a byte", FILE + record("chunk", size=8388609, bytes=b"\0" * 8388609))
damaged("reference to 8 MiB and a byte", FILE + record("chunk", size=8388609, digest=DIGEST))
ok("data of 8 MiB", FILE + record("data", bytes=b"\0" * 8388608), SHOWN_FILE, "data bytes=" + "00*8388608")

# --- paths -----------------------------------------------------------------------------------------------------------------------------
for name, path in [
    ("path empty", b""), ("path absolute", b"/etc/passwd"), ("path of a slash", b"/"), ("path with a slash behind", b"a/"), ("path with two slashes", b"a//b"),
    ("path dot dot", b".."), ("path that starts above", b"../a"), ("path that climbs", b"a/../../b"), ("path that ends above", b"a/.."),
    ("path with a dot in it", b"a/./b"),
    ("path that starts with a dot", b"./a"), ("path that ends in a dot", b"a/."), ("path with a NUL", b"a\0b"), ("path too long", b"a" * 65536),
]:
    damaged(name, record("entry", path=path, type="file"))
    if path:
        damaged("target of a link " + name, record("entry", path=b"a", type="link", target=path))
damaged("target of a link path empty", record("entry", path=b"a", type="link", target=b""))

# --- values --------------------------------------------------------------------------------------------------------------------------
damaged("entry without a path", record("entry", type="file"))
damaged("entry without a type", record("entry", path=b"a"))
damaged("symlink without a target", record("entry", path=b"a", type="symlink"))
damaged("link without a target", record("entry", path=b"a", type="link"))
damaged("type of 65 bytes", record("entry", path=b"a", type="d" * 65))
ok("type unknown", record("entry", path=b"a", type="door", mode=0o700) + record("chunk", size=3, bytes=b"abc"), "entry path=a type=door mode=700",
   "chunk size=3 bytes=616263")
WRONG = {
    "a number": 7, "a negative number": -1, "text": "x", "a map": {"x": 1}, "an array": [1], "nil": None, "true": True, "a float": 1.0,
    "an extension": ext(7, b"abcd"),
}
KEYS = {
    "path": (), "type": ("text",), "mode": ("a number",), "uid": ("a number",), "gid": ("a number",), "user": ("text",), "group": ("text",),
    "size": ("a number",), "mtime": (), "ctime": (), "btime": (),
    "dev": ("a number",), "ino": ("a number",), "nlink": ("a number",), "target": ("text",), "rdev": (), "xattrs": (), "flags": ("a number",),
    "source": ("text",), "content": ("true",), "earlier": (),
}
for key, right in KEYS.items():
    for name, value in WRONG.items():
        if name not in right and not (key == "path" and name == "text"):
            fields = {"kind": "entry", "path": b"a", "type": "file"}
            fields[key] = value
            damaged(f"{key} of an entry is {name}", pack(fields))
for key, value in [("mode", 0o10000), ("uid", 2**32), ("gid", 2**32), ("size", 2**63), ("nlink", 2**63), ("flags", 2**32), ("rdev", [1]), ("rdev", [1, 2, 3]),
                   ("rdev", [1, 2**32]), ("rdev", ["a", 1])]:
    entry_key(f"{key} of an entry is {value}".replace("[", "").replace("]", "").replace(",", "").replace("'", ""), **{key: value})
ok("entry with earlier chunks", record("entry", path=b"a", type="file", size=7, earlier=[DIGEST, 3, DIGEST, 2**23]),
   f"entry path=a type=file size=7 earlier={DIGEST.hex()}:3,{DIGEST.hex()}:8388608")
ok("entry with 256 earlier chunks", record("entry", path=b"a", type="file", earlier=[DIGEST, 1] * 256),
   "entry path=a type=file earlier=" + ",".join([f"{DIGEST.hex()}:1"] * 256))
for name, value in [("257 chunks", [DIGEST, 1] * 257), ("a digest alone", [DIGEST]), ("a chunk of size 0", [DIGEST, 0]),
                    ("a chunk of 8 MiB and a byte", [DIGEST, 2**23 + 1]), ("a digest of 23 bytes", [DIGEST[:-1], 1]), ("a pair inside", [[DIGEST, 1]])]:
    entry_key(f"earlier of an entry is {name}", earlier=value)
ok("largest numbers", record("entry", path=b"a", type="file", mode=0o7777, uid=2**32 - 1, gid=2**32 - 1, size=2**63 - 1, nlink=2**63 - 1, flags=2**32 - 1),
   "entry path=a type=file mode=7777 uid=4294967295 gid=4294967295 size=9223372036854775807 nlink=9223372036854775807 flags=4294967295", canonical=False,
   comment="not canonical only because of the order of its keys")
damaged("attribute without a name", record("entry", path=b"a", type="file", xattrs={b"": b"v"}))
damaged("attribute with a NUL in its name", record("entry", path=b"a", type="file", xattrs={b"user.a\0b": b"v"}))
damaged("attribute twice", raw("entry", ("path", pack(b"a")), ("type", pack("file")),
                               ("xattrs", b"\x83" + pack(b"b") + pack(b"1") + pack(b"a") + pack(b"2") + pack(b"b") + pack(b"3"))))
ok("attributes in no order", record("entry", path=b"a", type="file", xattrs={b"b": b"1", b"a": b"2", b"c": b"3"}),
   "entry path=a type=file xattrs=62:31,61:32,63:33")
damaged("target of a symlink with a NUL", record("entry", path=b"a", type="symlink", target=b"b\0c"))
damaged("attribute with a number for a value", record("entry", path=b"a", type="file", xattrs={b"n": 1}))
damaged("attribute with a number for a name", record("entry", path=b"a", type="file", xattrs={1: b"v"}))
for name, keys in [("without a size", {"bytes": b"abc"}), ("with neither bytes nor digest", {"size": 3}), ("of another size", {"size": 4, "bytes": b"abc"}),
                   ("of size 0", {"size": 0, "digest": DIGEST}),
                   ("with a digest of 23 bytes", {"size": 3, "digest": DIGEST[:-1]}), ("with a digest of 32 bytes", {"size": 3, "digest": DIGEST + b"\0" * 8}),
                   ("with a number for bytes", {"size": 3, "bytes": 3}), ("with text for a size", {"size": "3", "bytes": b"abc"}),
                   ("with a negative size", {"size": -3, "bytes": b"abc"})]:
    damaged(f"chunk {name}", FILE + record("chunk", **keys))
damaged("data without bytes", FILE + record("data"))
damaged("data with a number for bytes", FILE + record("data", bytes=1))
LIST = {"id": DIGEST, "level": 0, "size": 1}
for key in LIST:
    damaged(f"list without {key}", FILE + record("list", **{k: v for k, v in LIST.items() if k != key}))
for name, keys in [("of level 33", {"level": 33}), ("of level below 0", {"level": -1}), ("of size 0", {"size": 0}), ("of size 2 to the 63", {"size": 2**63}),
                   ("with an id of 23 bytes", {"id": DIGEST[:-1]}),
                   ("with text for an id", {"id": 1})]:
    damaged(f"list {name}", FILE + record("list", **LIST | keys))
damaged("list before any entry", record("list", **LIST))
damaged("hole without a size", FILE + record("hole"))
damaged("hole of size 0", FILE + record("hole", size=0))
damaged("hole of negative size", FILE + record("hole", size=-1))
damaged("hole of 2 to the 63", FILE + record("hole", size=2**63))
for key, value in [("path", 1), ("stage", 1), ("errno", "13"), ("errno", -1), ("errno", 2**31), ("text", 1), ("marks", 1)]:
    damaged(f"problem with {key} {value}", record("problem", **{"stage": "f", "text": "t", key: value}))
damaged("problem without a stage", record("problem", text="t"))
damaged("problem without a text", record("problem", stage="f"))
damaged("problem whose path has a NUL", record("problem", stage="f", text="t", path=b"a\0b"))
for key, value in [("host", 1), ("subset", b"\xff"), ("started", 1), ("cutter", 1), ("cutter", {"name": 1}), ("cutter", {"identity": 1}), ("cutter", {1: 1}),
                   ("estimate", 1), ("estimate", {"source": 1}), ("estimate", {"entries": "1"}), ("estimate", {"bytes": -1}), ("estimate", {"bytes": 2**63})]:
    write(f"begin with {key} {value}".translate({ord(c): None for c in "{}'\\:"}), "damaged", record("begin", version=1, **{key: value}) + END)
for key in ("stage", "entries", "bytes", "problems"):
    write(f"end with a map for {key}", "damaged", BEGIN + record("end", **{key: {}}))
write("end with negative entries", "damaged", BEGIN + record("end", entries=-1))
# --- forks -------------------------------------------------------------------------------------------------------------------------------
FORK = {"path": b"a", "name": b"Zone.Identifier", "size": 5, "offset": 0, "bytes": b"hello"}
SHOWN_FORK = "fork path=a name=Zone.Identifier size=5 offset=0 bytes=68656c6c6f"
ok("fork", FILE + record("chunk", size=3, bytes=b"abc") + record("fork", **FORK), SHOWN_FILE, "chunk size=3 bytes=616263", SHOWN_FORK)
ok("fork in two pieces", FILE + record("fork", **FORK | {"bytes": b"he"}) + record("fork", **FORK | {"offset": 2, "bytes": b"llo"}), SHOWN_FILE,
   SHOWN_FORK.replace("6c6c6f", ""), SHOWN_FORK.replace("offset=0", "offset=2").replace("6865", ""))
ok("empty fork of a directory", record("entry", path=b"d", type="dir") + record("fork", path=b"d", name="\u00e9".encode(), size=0, offset=0, bytes=b""),
   "entry path=d type=dir", "fork path=d name=\u00e9 size=0 offset=0 bytes=")
ok("fork with text for bytes", FILE + record("fork", **FORK | {"path": "a", "name": "Zone.Identifier", "bytes": "hello"}), SHOWN_FILE, SHOWN_FORK,
   canonical=False)
damaged("fork before any entry", record("fork", **FORK))
for key in FORK:
    damaged(f"fork without {key}", FILE + record("fork", **{k: v for k, v in FORK.items() if k != key}))
for name, keys in [("of a path with two dots", {"path": b"a/.."}), ("without letters in its name", {"name": b""}),
                   ("with a colon in its name", {"name": b"a:b"}), ("with a slash in its name", {"name": b"a/b"}),
                   ("with a backslash in its name", {"name": b"a\\b"}), ("with a NUL in its name", {"name": b"a\0b"}),
                   ("with a name of 766 bytes", {"name": b"n" * 766}), ("with a piece behind its end", {"offset": 1}),
                   ("with a piece too long", {"size": 4}), ("with an empty piece", {"bytes": b""}), ("with offset 2 to the 63", {"offset": 2**63}),
                   ("with a number for bytes", {"bytes": 5})]:
    damaged(f"fork {name}", FILE + record("fork", **FORK | keys))
print(len(written), "vectors")
