#!/usr/bin/python3
"""Write the vectors of this folder. Made from backshift-repository(5) alone; needs Debian's python3-brotli, python3-msgpack and python3-zstandard."""
import hashlib
import lzma
import os
import struct
import zlib

import brotli
import msgpack
import zstandard

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = bytes(range(16))
SALTS = (0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def digest(content):
    return sha256(content)[:24]


def hexed(data):
    """Long runs of a byte are written short."""
    words, at = [], 0
    while at < len(data):
        end = at
        while end < len(data) and data[end] == data[at]:
            end += 1
        if end - at >= 16:
            words.append("%02x*%d" % (data[at], end - at))
        elif words and "*" not in words[-1]:
            words[-1] += data[at:end].hex()
        else:
            words.append(data[at:end].hex())
        at = end
    return " ".join(words)


def counted(data, first, count):
    """The same, where some of the bytes are numbers one after another."""
    before, numbers, after = data.partition(b"".join(numbers_from(first, count)))
    assert numbers
    return "%s %s+%d %s" % (hexed(before), first.hex(), count, hexed(after))


def numbers_from(first, count):
    return [(int.from_bytes(first, "big") + i).to_bytes(len(first), "big") for i in range(count)]


def vector(name, **lines):
    with open(os.path.join(HERE, name + ".txt"), "w", encoding="ascii") as file:
        for key, value in lines.items():
            for each in value if isinstance(value, list) else [value]:
                print("%s: %s" % (key.rstrip("_"), each), file=file)


def header(kind, name=NAME, magic=b"BACKSHFT", version=1, sealing=0, flags=0):
    return magic + kind + bytes([sealing, version, flags]) + bytes(4) + name


# -- Small objects ---------------------------------------------------------------------------------------------------------

def small_copy(body, kind="S", head=None, length=None, tail=None):
    front = (header(kind.encode()) if head is None else head) + struct.pack("<I", len(body) if length is None else length) + body
    return front + (sha256(front) if tail is None else tail)


def twice(first, second=None, between=b"\0"):
    second = first if second is None else second
    return first + between * (-len(first) % 4096) + second


def small(name, comment, expect="refused", kind="S", body=None, behind=b"", **wrong):
    body = msgpack.packb({"host": "h"}) if body is None else body
    small_bytes(name, comment, small_copy(body, kind, **wrong) + behind, expect, kind, body)


def small_bytes(name, comment, data, expect="ok", kind="S", body=None):
    vector("small-" + name, object="small", expect=expect, comment=comment, type=kind, body=(body or b"").hex(), hex=hexed(data))


def all_small():
    small("saveset", "as it should be", "ok")
    small("empty-map", "a body with nothing in it", "ok", body=b"\x80")
    small("configuration", "another type", "ok", kind="C")
    small("wrong-magic", "the letters are wrong", head=header(b"S", magic=b"BACKSHIF"))
    small("wrong-type", "an intent where a saveset is expected", head=header(b"I"))
    small("version-0", "written before 1.0, when the version, 1, stood where the sealing is now", head=header(b"S", version=0, sealing=1))
    small("version-0-plain", "version 0 and no sealing, which never was", head=header(b"S", version=0))
    small("version-2", "a version that is not yet", head=header(b"S", version=2))
    small("sealed", "encrypted, where nothing else is", head=header(b"S", sealing=1))
    small("sealing-2", "another sealing", head=header(b"S", sealing=2))
    small("reserved", "a reader ignores flags and reserved bytes", "ok", head=header(b"S", flags=0xFF)[:12] + b"\xff" * 4 + NAME)
    small("length-too-long", "the body is said to be a byte longer than it is", length=9)
    small("length-too-short", "the body is said to be a byte shorter than it is", length=7)
    small("length-4-gib", "the body is said to be 4 GiB long", length=0xFFFFFFFF)
    small("checksum", "the checksum is that of something else", tail=sha256(b"something else"))
    small("behind", "something follows the checksum", "ok", behind=b"\0")
    front = header(b"S") + struct.pack("<I", 0)
    vector("small-cut", object="small", expect="refused", comment="it ends within the checksum", type="S", body="", hex=hexed((front + sha256(front))[:-1]))
    vector("small-nothing", object="small", expect="refused", comment="an empty file", type="S", body="", hex="")
    all_small_twice()


def all_small_twice():
    body = msgpack.packb({"host": "h"})
    copy = small_copy(body)
    other = small_copy(msgpack.packb({"host": "x"}))
    bad = copy[:40] + b"\xff" + copy[41:]
    small_bytes("written-saveset", "as a writer writes it: two copies", twice(copy), body=body)
    small_bytes("written-settings", "settings", twice(small_copy(body, "G")), kind="G", body=body)
    small_bytes("written-tags", "tags", twice(small_copy(body, "T")), kind="T", body=body)
    small_bytes("written-moved", "a record of moved packs", twice(small_copy(body, "M")), kind="M", body=body)
    small_bytes("written-list", "a condemned list has one copy", small_copy(body, "D"), kind="D", body=body)
    small_bytes("written-intent", "an intent has one copy", small_copy(body, "I"), kind="I", body=body)
    for sectors in (1, 2, 3):
        for more in (-1, 0, 1):
            long = msgpack.packb({"": bytes(4096 * sectors + more - 68 - 5)})
            small_bytes("written-%d-sectors%+d" % (sectors, more), "a copy of %d bytes" % (4096 * sectors + more), twice(small_copy(long)), body=long)
            small_bytes("second-%d-sectors%+d" % (sectors, more), "the same, the first copy emptied",
                        twice(bytes(4096 * sectors + more), small_copy(long)), body=long)
    small_bytes("first-damaged", "a bit of the first copy is wrong", twice(bad, copy), body=body)
    small_bytes("second-damaged", "a bit of the second copy is wrong", twice(copy, bad), body=body)
    small_bytes("both-damaged", "a bit of each copy is wrong", twice(bad, bad), "refused")
    small_bytes("first-of-a-later-version", "the version of the first copy is wrong", twice(small_copy(body, head=header(b"S", version=2)), copy), body=body)
    small_bytes("both-of-a-later-version", "a later version", twice(small_copy(body, head=header(b"S", version=2))), "refused")
    small_bytes("first-too-long", "the length of the first copy reaches into the second", twice(small_copy(body, length=4096), copy), body=body)
    small_bytes("copies-differ", "both copies are whole and differ: the first is used", twice(copy, other), body=body)
    small_bytes("between", "bytes between the copies", twice(copy, between=b"x"), body=body)
    small_bytes("second-cut", "the second copy is cut", twice(copy)[:-1], body=body)
    small_bytes("second-cut-off", "the second copy is cut off, the zeros are there", twice(copy)[:4096], body=body)
    small_bytes("second-grown", "something follows the second copy", twice(copy) + b"x", body=body)
    small_bytes("first-damaged-second-cut", "neither can be used", twice(bad, copy)[:-1], "refused")
    small_bytes("first-damaged-second-grown", "something follows the second copy, which is used", twice(bad, copy) + b"x", body=body)


# -- Configurations --------------------------------------------------------------------------------------------------------

CONFIGURATION = {
    "created": msgpack.Timestamp(1764061445, 0),
    "cutter": {"name": "p16", "average": 16384, "seed": b"backshift public cutter seed v1."},
    "block": 1 << 20,
    "pack": 32 << 20,
    "codec": "zstd:3",
}


def nested(levels):
    value = 0
    for _ in range(levels):
        value = [value]
    return value


def config(name, comment, expect="refused", without=(), again=(), **keys):
    """A configuration with keys added, replaced and left out; those of `again` come twice."""
    fields = [(key, value) for key, value in {**CONFIGURATION, **keys}.items() if key not in without]
    body = msgpack.Packer().pack_map_pairs(fields + [(key, CONFIGURATION[key]) for key in again])
    front = header(b"C") + struct.pack("<I", len(body)) + body
    vector("config-" + name, object="config", expect=expect, comment=comment, hex=hexed(front + sha256(front)))


def all_config():
    cutter = CONFIGURATION["cutter"]
    config("plain", "as it should be", "ok")
    config("unknown-key", "a key that is not known is passed over", "ok", colour="blue")
    config("key-twice", "a key that comes twice", again=("pack",))
    config("too-deep", "a value that nests sixteen arrays, in a map that nests sixteen at most", colour=nested(16))
    config("sixteen-deep", "a value that nests fifteen arrays", "ok", colour=nested(15))
    config("requires-nothing", "nothing is required of anybody", "ok", requires=[], requires_write=[])
    config("requires", "a word that no reader knows yet", requires=["refs"])
    config("requires-among", "one word is enough, whichever it is", requires=["", "refs"])
    config("requires-both", "what is required of all is required of readers too", requires=["refs"], requires_write=["refs"])
    config("requires-number", "a number where words are expected", requires=[1])
    config("requires-str", "a word where an array is expected", requires="refs")
    config("requires-long", "a word of 256 bytes", requires=["w" * 256])
    config("requires-write", "writers must know a word, readers need not", "read-only", requires_write=["moons"])
    config("requires-intents", "writers must announce themselves, and so they do", "ok", requires_write=["intents"])
    config("requires-intents-and-more", "a word that is known, and one that is not", "read-only", requires_write=["intents", "moons"])
    config("requires-intents-of-all", "the word has no meaning for readers", requires=["intents"])
    config("requires-write-str", "a word where an array is expected", requires_write="intents")
    config("codec-unknown", "readers meet the codec in the packs; writers cannot write with it", "read-only", codec="brotli:11")
    config("codec-level", "a level that zstd does not have here", "read-only", codec="zstd:99")
    config("codec-number", "a number for a codec", codec=3)
    config("parity", "writers add parity", "ok", parity=5)
    config("parity-100", "as much parity as data", "ok", parity=100)
    config("parity-101", "more parity than there may be", parity=101)
    config("parity-negative", "less than none", parity=-1)
    config("parity-str", "a text for a share", parity="5%")
    config("sealing", "an encrypted repository", sealing={"name": "aes-256-gcm", "secrets": bytes(64)})
    config("sealing-empty", "the key alone is enough", sealing={})
    config("sealing-nil", "the key alone is enough", sealing=None)
    config("cutter-unknown", "a cutter that is not known", cutter={**cutter, "name": "zz99"})
    config("cutter-p17", "a cutter that is not known", cutter={**cutter, "name": "p17"})
    config("cutter-no-name", "a cutter without a name", cutter={"average": 16384, "seed": cutter["seed"]})
    config("no-cutter", "no cutter at all", without=("cutter",))
    config("average-odd", "an average that is no power of two", cutter={**cutter, "average": 20000})
    config("average-2-20", "the largest average", "ok", cutter={**cutter, "average": 1 << 20}, block=4 << 20)
    config("average-2-21", "an average that is too large", cutter={**cutter, "average": 1 << 21})
    config("seed-31", "a seed that is a byte short", cutter={**cutter, "seed": bytes(31)})
    config("block-too-small", "blocks that are too small", block=65535)
    config("block-too-large", "blocks that are too large", block=(8 << 20) + 1)
    config("pack-too-large", "packs that are too large", pack=(1 << 30) + 1)
    config("pack-negative", "a length below zero", pack=-1)


# -- Settings --------------------------------------------------------------------------------------------------------------

def settings(name, comment, expect="refused", without=(), says=(), head=None, **keys):
    """Settings with keys added, replaced and left out. `says` is what they say."""
    fields = {key: value for key, value in {"number": 1, "made": msgpack.Timestamp(1764061445, 0), **keys}.items() if key not in without}
    front = (header(b"G") if head is None else head) + struct.pack("<I", len(msgpack.packb(fields))) + msgpack.packb(fields)
    vector("settings-" + name, object="settings", expect=expect, comment=comment, says=says, hex=hexed(front + sha256(front)))


def checks(name, comment, expect="refused", without=(), says=(), head=None, first=None, **keys):
    """A record of checks with keys added, replaced and left out. `first` replaces the first of its two checks. `says` is what they say."""
    time = msgpack.Timestamp(1764061445, 0)
    both = [{"at": time} if first is None else first, {"at": time, "parts": 101, "part": 37, "packs": 7, "bytes": 1 << 33, "damage": 2}]
    fields = {key: value for key, value in {"number": 3, "checks": both, **keys}.items() if key not in without}
    front = (header(b"V") if head is None else head) + struct.pack("<I", len(msgpack.packb(fields))) + msgpack.packb(fields)
    vector("checks-" + name, object="checks", expect=expect, comment=comment, says=says, hex=hexed(front + sha256(front)))


def all_checks():
    time = msgpack.Timestamp(1764061445, 0)
    second = "1764061445 101 37 7 8589934592 2"
    checks("plain", "two checks, one of the structure alone", "ok", says=["number 3", "check 1764061445 0 0 0 0 0", "check " + second])
    checks("whole", "all of the data", "ok", first={"at": time, "parts": 1, "part": 1}, says=["number 3", "check 1764061445 1 1 0 0 0", "check " + second])
    checks("unknown-key", "keys of a later version", "ok", colour="red", first={"at": time, "colour": 7},
           says=["number 3", "check 1764061445 0 0 0 0 0", "check " + second])
    checks("thousand", "as many as there may be", "ok", checks=[{"at": time}] * 1000, says=["number 3"] + ["check 1764061445 0 0 0 0 0"] * 1000)
    checks("thousand-and-one", "one too many", checks=[{"at": time}] * 1001)
    checks("none", "no check", checks=[])
    checks("no-checks", "the array is missing", without=("checks",))
    checks("no-number", "no number", without=("number",))
    checks("number-0", "a number below the first", number=0)
    checks("number-str", "a text for a number", number="3")
    checks("no-time", "a check without a time", first={"parts": 1, "part": 1})
    checks("part-beyond", "a part that there is not", first={"at": time, "parts": 3, "part": 4})
    checks("parts-most", "as many parts as there may be", "ok", first={"at": time, "parts": 10**9, "part": 1},
           says=["number 3", "check 1764061445 1000000000 1 0 0 0", "check " + second])
    checks("parts-more", "one part more", first={"at": time, "parts": 10**9 + 1, "part": 1})
    checks("part-missing", "which part is not said", first={"at": time, "parts": 3})
    checks("parts-missing", "a part of nothing", first={"at": time, "part": 1})
    checks("negative", "less than nothing was read", first={"at": time, "bytes": -1})
    checks("not-a-map", "a number for a check", first=7)
    checks("type", "settings in its place", head=header(b"G"))


def intent(name, comment, expect="refused", without=(), says=(), head=None, **keys):
    """An intent with keys added, replaced and left out. `says` is what it says."""
    fields = {key: value for key, value in {"number": 3, "kind": "save", "made": msgpack.Timestamp(1764061445, 0), **keys}.items() if key not in without}
    front = (header(b"I") if head is None else head) + struct.pack("<I", len(msgpack.packb(fields))) + msgpack.packb(fields)
    vector("intent-" + name, object="intent", expect=expect, comment=comment, says=says, hex=hexed(front + sha256(front)))


def all_intents():
    lists = [bytes([0x11] * 16), bytes([0x22] * 16)]
    intent("plain", "what every intent has", "ok", says=["number 3", "kind Save"])
    intent("everything", "every key", "ok", kind="collect", since=msgpack.Timestamp(1764061440, 5), host="web", process=4711, machine="0123456789abcdef web",
           boot="6ce0", honours=lists, says=["number 3", "kind Collect", "since 2025-11-25T09:04:00Z", "host web", "process 4711",
                                              "machine 0123456789abcdef web", "boot 6ce0", "honours " + lists[0].hex(), "honours " + lists[1].hex()])
    intent("read", "that of a program that publishes nothing", "ok", kind="read", says=["number 3", "kind Read"])
    intent("kind-unknown", "a kind that is not known counts as a save", "ok", kind="mount", says=["number 3", "kind Save"])
    intent("unknown-key", "a key that is not known is ignored", "ok", colour="blue", says=["number 3", "kind Save"])
    intent("no-kind", "without a kind it cannot be told what it is for", without=("kind",))
    intent("kind-number", "a number for a kind", kind=1)
    intent("number-0", "numbers begin with 1", number=0)
    intent("number-negative", "a number below zero", number=-1)
    intent("honours-short", "a name of 15 bytes", honours=[bytes(15)])
    intent("honours-str", "a name as text", honours=["11" * 16])
    intent("honours-bin", "one name where an array is expected", honours=bytes(16))
    intent("host-long", "a host of 1,025 bytes", host="h" * 1025)
    intent("another-type", "settings in the place of an intent", head=header(b"G"))


def all_settings():
    settings("plain", "nothing but a number", "ok", says=["number 1"])
    settings("everything", "every key", "ok", number=7, codec="zstd:9", requires=[], requires_write=[], says=["number 7", "codec zstd:9"])
    settings("unknown-key", "a key that is not known is ignored", "ok", retention={"daily": 7}, says=["number 1"])
    settings("largest-number", "the largest number", "ok", number=(1 << 63) - 1, says=["number 9223372036854775807"])
    settings("requires", "a word that no reader knows yet", requires=["refs"])
    settings("requires-write", "writers must know a word, readers need not", "read-only", requires_write=["moons"], says=["number 1"])
    settings("requires-intents", "writers must announce themselves", "ok", requires_write=["intents"], says=["number 1"])
    settings("codec-unknown", "writers cannot write with it", "read-only", codec="brotli:11", says=["number 1"])
    settings("parity", "writers add parity", "ok", parity=5, says=["number 1", "parity 5"])
    settings("parity-101", "more parity than there may be", parity=101)
    settings("no-number", "without a number it cannot be told which settings are newer", without=("number",))
    settings("number-0", "numbers begin with 1", number=0)
    settings("number-negative", "a number below zero", number=-1)
    settings("number-2-63", "a number of 64 bits", number=1 << 63)
    settings("number-str", "a number as text", number="1")
    settings("version-2", "a version that is not yet", head=header(b"G", version=2))
    settings("configuration", "a configuration where settings are expected", head=header(b"C"))


# -- Condemned lists -------------------------------------------------------------------------------------------------------

def condemned(name, comment, expect="refused", without=(), says=(), head=None, body=None, **keys):
    """A condemned list with keys added, replaced and left out. `says` is what it says."""
    fields = {"made": msgpack.Timestamp(1764061445, 0), "reason": "damaged", "packs": [bytes(16), NAME]}
    fields = {key: value for key, value in {**fields, **keys}.items() if key not in without}
    body = msgpack.packb(fields) if body is None else body
    front = (header(b"D") if head is None else head) + struct.pack("<I", len(body)) + body
    vector("condemned-" + name, object="condemned", expect=expect, comment=comment, name_=NAME.hex(), says=says, hex=hexed(front + sha256(front)))


def all_condemned():
    reason, two = "reason damaged", "packs " + bytes(16).hex() + " " + NAME.hex()
    condemned("plain", "two packs", "ok", says=[reason, two])
    condemned("one", "one pack", "ok", packs=[NAME], says=[reason, "packs " + NAME.hex()])
    condemned("none", "no packs", "ok", packs=[], says=[reason, "packs"])
    condemned("order", "packs need not be in order", "ok", packs=[NAME, bytes(16)], says=[reason, "packs " + NAME.hex() + " " + bytes(16).hex()])
    condemned("reason-unknown", "a reason that is not known yet condemns too", "ok", reason="unused", says=["reason unused", two])
    condemned("reason-255", "the longest reason", "ok", reason="r" * 255, says=["reason " + "r" * 255, two])
    condemned("unknown-key", "a key that is not known is ignored", "ok", colour="blue", says=[reason, two])
    condemned("str", "a reader takes str in the place of bytes", "ok", packs=["0123456789abcdef"], says=[reason, "packs " + b"0123456789abcdef".hex()])
    condemned("reserved", "a reader ignores flags and reserved bytes", "ok", head=header(b"D", flags=0xFF)[:12] + b"\xff" * 4 + NAME, says=[reason, two])
    condemned("reason-256", "a reason that is too long", reason="r" * 256)
    condemned("reason-number", "a number for a reason", reason=1)
    condemned("made-number", "a number for a time", made=1764061445)
    condemned("packs-map", "a map where an array is expected", packs={})
    condemned("packs-bytes", "one name in the place of an array", packs=NAME)
    condemned("pack-15", "a name of 15 bytes", packs=[NAME, bytes(15)])
    condemned("pack-17", "a name of 17 bytes", packs=[NAME, bytes(17)])
    condemned("pack-nil", "nil for a name", packs=[NAME, None])
    condemned("packs-4-gib", "an array that says that it has 2^32 - 1 names", body=b"\x81" + msgpack.packb("packs") + b"\xdd\xff\xff\xff\xff")
    condemned("cut", "the map ends before its last value", body=msgpack.packb({"reason": "damaged", "packs": [NAME]})[:-17])
    condemned("twice", "a key that comes twice", body=b"\x82" + 2 * (msgpack.packb("packs") + msgpack.packb([NAME])))
    condemned("array", "an array in the place of the map", body=msgpack.packb([NAME]))
    condemned("wrong-name", "another name in the header", head=header(b"D", bytes(16)))
    condemned("saveset", "a saveset where a condemned list is expected", head=header(b"S"))
    condemned("version-2", "a version that is not yet", head=header(b"D", version=2))
    condemned("sealed", "encrypted, where nothing else is", head=header(b"D", sealing=1))


# -- Moved packs -----------------------------------------------------------------------------------------------------------

def moved(name, comment, expect="refused", without=(), says=(), head=None, body=None, hex=None, **keys):
    """A record of moved packs with keys added, replaced and left out. `says` is what it says; `hex` takes the place of its bytes."""
    one, two, three = MOVED
    fields = {"made": msgpack.Timestamp(1764061445, 0), "moved": [[NAME, one], [one, two + three]]}
    fields = {key: value for key, value in {**fields, **keys}.items() if key not in without}
    body = msgpack.packb(fields) if body is None else body
    data = twice(moved_copy(body, head))
    vector("moved-" + name, object="moved", expect=expect, comment=comment, name_=NAME.hex(), says=list(says), hex=hexed(data) if hex is None else hex)


MOVED = [bytes([i]) * 16 for i in (0x11, 0x22, 0x33)]


def moved_copy(body, head=None):
    return small_copy(body, "M", header(b"M") if head is None else head)


def many_moved(count):
    """A record that says that many packs have moved, and nothing of them was needed; their names are numbers. As it would be too long to be written in full,
    each word is what stands between two of the names, and the name after it."""
    items = [[name, b""] for name in numbers_from(bytes(16), count)]
    copy, between = moved_copy(msgpack.packb({"moved": items})), bytes.fromhex("c40092c410")
    return counted(copy, between + bytes(15) + b"\1", count - 1)


def all_moved():
    one, two, three = MOVED
    made, first, second = "made 1764061445", "moved %s %s" % (NAME.hex(), one.hex()), "moved %s %s %s" % (one.hex(), two.hex(), three.hex())
    moved("plain", "a pack that has moved to another one, which has moved itself, to two others", "ok", says=[made, first, second])
    moved("none", "no packs", "ok", moved=[], says=[made])
    moved("nothing", "a pack of which nothing was needed", "ok", moved=[[NAME, b""]], says=[made, "moved " + NAME.hex()])
    moved("several", "several packs", "ok", moved=[[NAME, one], [one, b""], [two, three], [three, b"".join(numbers_from(bytes(16), 100))]],
          says=[made, first, "moved " + one.hex(), "moved %s %s" % (two.hex(), three.hex()),
                "moved %s %s" % (three.hex(), " ".join(number.hex() for number in numbers_from(bytes(16), 100)))])
    moved("order", "neither packs nor names need be in order", "ok", moved=[[one, three + two], [NAME, one]], says=[made, first, second])
    moved("twice", "two arrays of one pack: what they say adds up", "ok", moved=[[one, three], [NAME, one], [one, two], [one, three]],
          says=[made, first, second])
    moved("no-made", "when it was made need not be said", "ok", without=("made",), says=[first, second])
    moved("unknown-key", "a key that is not known is ignored", "ok", colour="blue", says=[made, first, second])
    moved("str", "a reader takes str in the place of bytes", "ok", moved=[["0123456789abcdef", "ABCDEFGHIJKLMNOP"]],
          says=[made, "moved %s %s" % (b"0123456789abcdef".hex(), b"ABCDEFGHIJKLMNOP".hex())])
    moved("reserved", "a reader ignores flags and reserved bytes", "ok", head=header(b"M", flags=0xFF)[:12] + b"\xff" * 4 + NAME, says=[made, first, second])
    moved("packs-100000", "as many packs as there may be, in one copy", "ok", hex=many_moved(100_000), says=["moved-count 100000"])
    moved("packs-100001", "one more", hex=many_moved(100_001))
    names = numbers_from(bytes(16), 65_537)
    for count, expect, comment in ((65_536, "ok", "as many names as there may be, in one copy"), (65_537, "refused", "one more")):
        copy = moved_copy(msgpack.packb({"moved": [[NAME, b"".join(names[:count])]]}))
        moved("names-%d" % count, comment, expect, hex=counted(copy, bytes(16), count),
              says=["moved-sum %s %d %s" % (NAME.hex(), count, sha256(*names[:count]).hex())] if expect == "ok" else ())
    moved("no-moved", "without the packs", without=("moved",))
    moved("moved-map", "a map where an array is expected", moved={NAME: one})
    moved("moved-bytes", "a name where an array is expected", moved=NAME)
    moved("moved-nil", "nil where an array is expected", moved=None)
    moved("moved-4-gib", "an array that says that it has 2^32 - 1 packs", body=b"\x81" + msgpack.packb("moved") + b"\xdd\xff\xff\xff\xff")
    moved("item-bytes", "a name where the array of a pack is expected", moved=[NAME])
    moved("item-map", "a map where the array of a pack is expected", moved=[{NAME: one}])
    moved("item-empty", "an array of a pack with nothing in it", moved=[[]])
    moved("item-alone", "a pack without the names of others", moved=[[NAME]])
    moved("item-three", "an array of a pack with a value too many", moved=[[NAME, one, two]])
    moved("pack-15", "a pack of 15 bytes", moved=[[NAME, one], [one[:15], two]])
    moved("pack-17", "a pack of 17 bytes", moved=[[NAME, one], [one + b"1", two]])
    moved("pack-0", "a pack of no bytes", moved=[[b"", one]])
    moved("pack-nil", "nil for a pack", moved=[[None, one]])
    moved("names-15", "names that are 15 bytes long", moved=[[NAME, one[:15]]])
    moved("names-17", "names that are 17 bytes long", moved=[[NAME, one + b"1"]])
    moved("names-24", "names that are 24 bytes long", moved=[[NAME, one + two[:8]]])
    moved("names-nil", "nil for names", moved=[[NAME, None]])
    moved("names-array", "an array of names", moved=[[NAME, [one, two]]])
    moved("names-4-gib", "names that say that they are 2^32 - 1 bytes long",
          body=b"\x81" + msgpack.packb("moved") + b"\x91\x92" + msgpack.packb(NAME) + b"\xc6\xff\xff\xff\xff" + bytes(16))
    moved("made-number", "a number for a time", made=1764061445)
    moved("cut", "the map ends before its last value", body=msgpack.packb({"moved": [[NAME, one]]})[:-17])
    moved("key-twice", "a key that comes twice", body=b"\x82" + 2 * (msgpack.packb("moved") + msgpack.packb([[NAME, one]])))
    moved("array", "an array in the place of the map", body=msgpack.packb([[NAME, one]]))
    moved("wrong-name", "another name in the header", head=header(b"M", bytes(16)))
    moved("condemned", "a condemned list where a record of moved packs is expected", head=header(b"D"))
    moved("version-2", "a version that is not yet", head=header(b"M", version=2))
    moved("sealed", "encrypted, where nothing else is", head=header(b"M", sealing=1))


# -- Packs -----------------------------------------------------------------------------------------------------------------

def zstd(content, prefix=b""):
    dictionary = zstandard.ZstdCompressionDict(prefix, zstandard.DICT_TYPE_RAWCONTENT) if prefix else None
    parameters = zstandard.ZstdCompressionParameters(compression_level=3, write_content_size=1, write_dict_id=0)
    return zstandard.ZstdCompressor(compression_params=parameters, dict_data=dictionary).compress(content)


def lzma_alone(content):
    # liblzma writes the length as unknown and an end marker; the page wants the length, and a reader that knows it passes over the marker.
    data = lzma.compress(content, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    return data[:5] + struct.pack("<Q", len(content)) + data[13:]


class Block:
    def __init__(self, parts, kind=0, befores=(), level=0, gap=0, **wrong):
        content, prefix = b"".join(parts), b"".join(befores)
        kinds = {0: lambda: content, 1: lambda: zstd(content), 2: lambda: lzma_alone(content), 3: lambda: zstd(content, prefix),
                 4: lambda: brotli.compress(content)}
        self.stored = kinds.get(kind, lambda: content)()
        self.chunks, self.codec, self.prefixes, self.depth, self.gap, self.content, self.wrong = parts, kind, befores, level, gap, len(content), wrong


def gap_record(body, tag=b"BSGAPblk", length=None, crc=None):
    front = tag + struct.pack("<I", len(body) if length is None else length)
    return front + struct.pack("<I", zlib.crc32(front + body) if crc is None else crc) + body


def rows_of(contents, offsets):
    table = b""
    for i, block in zip(offsets, contents):
        fields = {"offset": i, "stored": len(block.stored), "content": block.content, "crc": zlib.crc32(block.stored), "chunks": len(block.chunks),
                  "codec": block.codec, "depth": block.depth, "prefixes": len(block.prefixes), "zero": 0, **block.wrong}
        table += struct.pack("<QIIIIBBHI", *fields.values())
    return table


def directory_of(contents, offsets, cut=24, sketch=b"", **wrong):
    """The directory, or the body of a block list, whose digests are cut to 8 bytes."""
    chunks = [chunk for block in contents for chunk in block.chunks]
    prefixes = [prefix for block in contents for prefix in block.prefixes]
    fields = {"blocks": len(contents), "chunks": len(chunks), "prefixes": len(prefixes), "sketch": len(sketch), **wrong}
    return struct.pack("<IIII", *fields.values()) + rows_of(contents, offsets) + b"".join(len(chunk).to_bytes(3, "little") for chunk in chunks) \
        + b"".join(digest(chunk)[:cut] for chunk in chunks) + b"".join(digest(prefix)[:cut] for prefix in prefixes) + sketch * len(chunks)


def pack_bytes(contents, order=None, head=None, lists=(), writer=bytes(8), sketch=b"", counts=None, **wrong):
    """A pack. `lists` are the numbers of blocks after which a block list comes."""
    head = header(b"P") if head is None else head
    file, offsets, listed = head, {}, 0
    for count, i in enumerate(order or range(len(contents)), 1):
        file += b"\xee" * contents[i].gap
        offsets[i] = len(file)
        file += contents[i].stored
        if count in lists:
            file += gap_record(directory_of(contents[listed:count], [offsets[j] for j in range(listed, count)], 8))
            listed = count
    directory = directory_of(contents, [offsets[i] for i in range(len(contents))], sketch=sketch, **counts or {})
    fields = {"offset": len(file), "length": len(directory), "zero": 0, "writer": writer, "zeros": 0, **wrong}
    trailer = struct.pack("<QII8sQ", *fields.values())
    return file + directory + trailer + sha256(head, directory, trailer)


def pack(name, comment, contents, expect="refused", damaged=(), either=(), data=None, **how):
    chunks = [chunk for block in contents for chunk in block.chunks]
    lines = ["%d %s %s" % (slot, digest(chunk).hex(), "damaged" if slot in damaged else "either" if slot in either else hexed(chunk))
             for slot, chunk in enumerate(chunks)]
    vector("pack-" + name, object="pack", expect=expect, comment=comment, name_=NAME.hex(), chunk=lines if expect == "ok" else [],
           hex=hexed(pack_bytes(contents, **how) if data is None else data))


def full_pack(name, comment, blocks, chunks, prefixes, content, codec, expect="refused"):
    """A pack whose tables have the same rows again and again: those of chunks of one byte in one block, or of one chunk in many blocks."""
    head, stored = header(b"P"), {0: content, 1: zstd(content), 3: zstd(content, b"prefix")}[codec]
    row = struct.pack("<QIIIIBBHI", 32, len(stored), len(content), zlib.crc32(stored), chunks // blocks, codec, int(codec == 3), prefixes // blocks, 0)
    of_chunk = content if blocks > 1 else content[:1]
    parts = [(head, 1), (stored, 1), (struct.pack("<IIII", blocks, chunks, prefixes, 0), 1), (row, blocks), (len(of_chunk).to_bytes(3, "little"), chunks),
             (digest(of_chunk), chunks), (digest(b"prefix"), prefixes)]
    directory = b"".join(part * count for part, count in parts[2:])
    trailer = struct.pack("<QIIQQ", 32 + len(stored), len(directory), 0, 0, 0)
    parts.append((trailer + sha256(head, directory, trailer), 1))
    vector("pack-" + name, object="pack", expect=expect, comment=comment, name_=NAME.hex(),
           chunk=["0-%d %s %s" % (chunks - 1, digest(of_chunk).hex(), of_chunk.hex())] if expect == "ok" else [],
           hex=" ".join(hexed(part) if count == 1 else "%s*%d" % (part.hex(), count) for part, count in parts if count))


def all_packs():
    text = b"".join(b"line %d of a chunk\n" % i for i in range(40))
    other = text.replace(b"20", b"twenty")
    pack("empty", "nothing in it", [], "ok")
    pack("raw", "one block, one chunk of one byte", [Block([b"x"])], "ok")
    pack("zstd", "two chunks in one frame", [Block([text, other], 1)], "ok")
    pack("lzma", "the format .lzma", [Block([text, b"z" * 1000], 2)], "ok")
    pack("brotli", "a Brotli stream", [Block([text, b"z" * 1000], 4)], "ok")
    pack("prefix", "a frame with a prefix of two chunks, one of them in a block that has a prefix too",
         [Block([text], 1), Block([other], 3, [text], 1), Block([text + other + b"new"], 3, [other, text], 2)], "ok")
    pack("prefix-as-deep", "a prefix in a block that is as deep as the one that needs it",
         [Block([text], 1), Block([other], 3, [text], 1), Block([text + other], 3, [other], 1)], "ok", damaged=[2])
    pack("prefix-circle", "two blocks that need each other", [Block([text], 3, [other], 1), Block([other], 3, [text], 2)], "ok", damaged=[0, 1])
    pack("all", "every codec, gaps, and blocks in another order than in the directory",
         [Block([b"a", b"b" * 70_000], 0, gap=5), Block([text], 1), Block([b"c" * 300], 2, gap=1000), Block([other], 3, [text], 1), Block([b"d" * 200], 4)],
         "ok", order=[3, 1, 4, 0, 2])
    pack("nodes", "a pack of nodes", [Block([b"\x80"])], "ok", head=header(b"P", flags=1))
    reserved = header(b"P")[:12] + b"\xff" * 4 + NAME
    pack("reserved", "a reader ignores reserved bytes of the header, which the checksum covers", [Block([b"x"])], "ok", head=reserved)
    pack("reserved-long", "the same, of a pack that is too long to be read at once", [Block([b"x"], gap=200_000)], "ok", head=reserved)
    pack("reserved-flags", "a reader ignores flags that are not known", [Block([b"\x80"])], "ok", head=header(b"P", flags=0xFF))
    pack("reserved-flags-long", "the same, of a pack that is too long to be read at once", [Block([b"x"], gap=200_000)], "ok", head=header(b"P", flags=0xFE))
    pack("reserved-checksum", "reserved bytes of the header that the checksum does not cover", [],
                data=reserved[:12] + b"\xfe" + reserved[13:] + pack_bytes([Block([b"x"])], head=reserved)[32:])
    pack("prefix-without-delta", "a block of codec 1 has a prefix", [Block([text], 1, [other], 1)])
    pack("delta-without-prefix", "a block of codec 3 has no prefix", [Block([text], 3)])
    pack("missing-prefix", "the prefix is nowhere", [Block([text], 3, [other], 1)], "ok", damaged=[0])
    pack("crc", "a block that does not match its CRC, though what it holds is right", [Block([b"abc"], crc=1), Block([b"def"])], "ok", either=[0])
    pack("brotli-with-prefix", "a block of codec 4 has a prefix", [Block([text], 4, [other], 1)])
    pack("unknown-codec", "codec 5", [Block([b"abc"], 5), Block([b"def"])], "ok", damaged=[0])
    broken = Block([text], 1)
    broken.stored = zstd(text + b"!")
    pack("frame-too-long", "the frame holds a byte more than the block", [broken], "ok", damaged=[0])
    broken = Block([text], 1)
    broken.stored = zstd(text[:-1])
    pack("frame-too-short", "the frame holds a byte less than the block", [broken], "ok", damaged=[0])
    for name, what, stored in [("too-long", "the Brotli stream holds a byte more than the block", brotli.compress(text + b"!")),
                               ("too-short", "the Brotli stream holds a byte less than the block", brotli.compress(text[:-1])),
                               ("unfinished", "the last byte of the Brotli stream is missing", brotli.compress(text)[:-1]),
                               ("trailing", "a byte after the Brotli stream", brotli.compress(text) + b"\0")]:
        broken = Block([text], 4)
        broken.stored = stored
        pack("brotli-" + name, what, [broken], "ok", damaged=[0])
    broken = Block([b"abc"])
    broken.stored = b"abd"
    pack("wrong-content", "the content is not that of the digest", [broken], "ok", damaged=[0])
    broken = Block([b"y" * 100], 2)
    broken.stored = b"\x5d\xff\xff\xff\xff" + broken.stored[5:]
    pack("lzma-dictionary", "a dictionary of 4 GiB", [broken], "ok", damaged=[0])
    unknown = Block([b"y" * 100], 2)
    unknown.stored = lzma.compress(b"y" * 100, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    pack("lzma-unknown-length", "the length is -1, and an end mark says where the content ends", [unknown], "ok")
    one = [Block([b"abc"])]
    good = pack_bytes(one)
    pack("wrong-name", "another name in the header", one, head=header(b"P", bytes(16)))
    pack("sealed", "AES-256-GCM", one, head=header(b"P", sealing=1))
    pack("run-for-pack", "the header of a run", one, head=header(b"R"))
    pack("cut", "the last byte is missing", one, data=good[:-1])
    pack("header-only", "a file of 32 bytes", one, data=good[:32])
    pack("longer", "a byte behind the trailer", one, data=good + b"\0")
    pack("directory-inside-header", "the directory is said to begin in the header", [], offset=16)
    pack("directory-elsewhere", "the directory does not end where the trailer begins", one, offset=31)
    pack("directory-length", "d is not what the counts say", one, length=76)
    pack("directory-tiny", "d has no room for the counts", [], offset=32, length=15)
    pack("too-many-blocks", "b is above 65,536", one, counts={"blocks": 65_537})
    pack("too-many-chunks", "c is above 262,144", one, counts={"chunks": 262_145})
    pack("too-many-prefixes", "p is above 262,144", one, counts={"prefixes": 262_145})
    full_pack("blocks-65537", "one block more than there may be, and nothing else is wrong", 65_537, 65_537, 0, b"x", 0)
    full_pack("chunks-262144", "as many chunks as there may be", 1, 262_144, 0, bytes(262_144), 1, "ok")
    full_pack("chunks-262145", "one chunk more than there may be, and nothing else is wrong", 1, 262_145, 0, bytes(262_145), 1)
    full_pack("prefixes-262145", "one prefix more than there may be, and nothing else is wrong", 5, 5, 262_145, b"content", 3)
    pack("length-wraps", "b so large that 32b is a small number in 32 bits", one, counts={"blocks": 0x08000001})
    pack("sketches", "sketches of 8 bytes, which a reader skips", [Block([text, other], 1)], "ok", sketch=b"sketched")
    pack("sketches-longest", "sketches of 64 bytes", [Block([b"x"])], "ok", sketch=bytes(64))
    pack("sketches-too-long", "sketches of 65 bytes", [Block([b"x"])], sketch=bytes(65))
    pack("writer", "the writer is known; reserved bytes are ignored", [Block([b"x"])], "ok", writer=sha256(b"web")[:8], zero=0xFFFFFFFF, zeros=(1 << 64) - 1)
    pack("lists", "block lists in the gaps, which a reader of the directory ignores", [Block([text], 1), Block([other], 3, [text], 1), Block([b"abc", b"de"])],
         "ok", lists=(2, 3))
    pack("version-0", "written before 1.0", one, head=header(b"P", version=0, sealing=1))
    pack("offset-2-63", "the offset is negative as a signed number", one, offset=1 << 63)
    pack("block-before", "a block in the header", [Block([b"abc"], offset=31)])
    pack("block-behind", "a block that reaches into the directory", [Block([b"abc"], stored=4)])
    pack("block-offset", "a block at 2^63", [Block([b"abc"], offset=1 << 63)])
    pack("block-stored", "a stored length of 4 GiB", [Block([b"abc"], stored=0xFFFFFFFF)])
    pack("block-content", "the content is not as long as its chunks", [Block([b"abc"], content=4)])
    pack("block-no-chunks", "a block without a chunk, the next with both", [Block([b"abc"], chunks=0), Block([b"def"], chunks=2)])
    pack("block-chunks", "more chunks in the blocks than in the pack", [Block([b"abc"], chunks=2)])
    pack("block-depth", "depth 17", [Block([b"abc"], depth=17)])
    pack("block-prefixes", "more prefixes in the blocks than in the pack", [], data=pack_bytes([_with_prefixes()]))
    pack("chunk-empty", "a chunk of no bytes", [Block([b"abc", b""])])
    pack("content-too-long", "a block of 8 MiB and a byte", [_too_long()])


# -- Packs whose directory is lost -----------------------------------------------------------------------------------------

def salvage(name, comment, contents, data, lost=()):
    """A file of which a program that salvages finds the chunks by the block lists, all but those in the blocks `lost`."""
    lines = [hexed(chunk) for i, block in enumerate(contents) for chunk in block.chunks if i not in lost]
    vector("salvage-" + name, object="salvage", expect="ok", comment=comment, name_=NAME.hex(), chunk=lines, hex=hexed(data))


def listed_apart(wrong, good, body=None):
    """A file of two blocks, each with a list after it; of the first list is given what is wrong, or its whole body."""
    file = header(b"P") + wrong.stored
    file += gap_record(directory_of([wrong], [32], 8) if body is None else body)
    return file + good.stored + gap_record(directory_of([good], [len(file)], 8))


def all_salvage():
    text = b"".join(b"line %d of a chunk\n" % i for i in range(40))
    other = text.replace(b"20", b"twenty")
    blocks = [Block([text], 1), Block([other, b"abc"], 1), Block([b"q" * 500], 2, gap=9), Block([text + other], 3, [text, other], 1)]
    whole = pack_bytes(blocks, lists=(2, 4))
    salvage("whole", "nothing is lost", blocks, whole)
    salvage("trailer", "the last byte is lost", blocks, whole[:-1])
    end = whole.rindex(b"BSGAPblk")
    body = struct.unpack_from("<I", whole, end + 8)[0]
    salvage("directory", "all after the last block list is zeros", blocks, whole[:end + 16 + body] + bytes(len(whole) - end - 16 - body))
    salvage("cut", "the file ends within the second block list", blocks, whole[:end + 16 + body - 1], lost=(2, 3))
    only = pack_bytes(blocks, lists=(4,))
    salvage("only", "one block list, the first, has all blocks", blocks, only[:-1])
    only = pack_bytes(blocks, lists=(2,))
    salvage("only-some", "one block list, the first; the blocks after it are in none", blocks, only[:-1], lost=(2, 3))
    end_of_blocks = struct.unpack_from("<Q", only, len(only) - 64)[0]
    salvage("only-cut", "the file ends after the blocks, as that of a writer that was killed", blocks, only[:end_of_blocks], lost=(2, 3))
    salvage("only-in-two", "two block lists, of which the second is damaged; its tag stands", blocks,
                whole[:end + 30] + bytes([whole[end + 30] ^ 1]) + whole[end + 31:-1], lost=(2, 3))
    first = whole.index(b"BSGAPblk")
    salvage("first", "the first block list is damaged; its tag stands", blocks, whole[:first + 30] + b"\xff" + whole[first + 31:-1], lost=(0, 1, 3))
    salvage("header", "the header is lost too", blocks, bytes(32) + whole[32:-64])
    salvage("tags", "the tag in the content of a block is no record", [Block([b"BSGAPblk" + bytes(32)])] + blocks,
            pack_bytes([Block([b"BSGAPblk" + bytes(32)])] + blocks, lists=(5,))[:-1])
    salvage("length", "a record that says that it is 4 GiB long", blocks[:1], pack_bytes(blocks[:1], lists=(1,))[:-1] + b"BSGAPblk\xff\xff\xff\xff" + bytes(40))
    none = pack_bytes(blocks[:1])[:-1]
    salvage("none", "a pack without a block list", blocks[:1], none, lost=(0,))
    good = Block([b"def"])
    for name, comment, wrong in (
            ("sum", "a list whose chunks do not add up to their block, and another list", Block([b"abc"], content=4)),
            ("codec", "a list with a block of codec 3 without a prefix, and another list", Block([b"abc"], codec=3)),
            ("depth", "a list with a block of depth 17, and another list", Block([b"abc"], depth=17)),
            ("no-chunks", "a list with a block without a chunk, and another list", Block([b"abc"], chunks=0))):
        salvage(name, comment, [wrong, good], listed_apart(wrong, good), lost=(0,))
    empty = struct.pack("<IIII", 1, 2, 0, 0) + rows_of([Block([b"abc", b""])], [32]) + b"\3\0\0\0\0\0" + digest(b"abc")[:8] + digest(b"")[:8]
    salvage("empty-chunk", "a list with a chunk of no bytes, and another list", [Block([b"abc"]), good], listed_apart(Block([b"abc"]), good,
                body=empty), lost=(0,))
    sketch = struct.pack("<IIII", 1, 1, 0, 8) + directory_of([Block([b"abc"])], [32], 8)[16:] + bytes(8)
    salvage("sketches", "a list with sketches, which has none, and another list", [Block([b"abc"]), good], listed_apart(Block([b"abc"]), good,
                body=sketch), lost=(0,))
    longer = directory_of([Block([b"abc"])], [32], 8) + b"\0"
    salvage("longer", "a list that is longer than its counts say, and another list", [Block([b"abc"]), good], listed_apart(Block([b"abc"]), good,
                body=longer), lost=(0,))
    outside = Block([b"abc"], offset=1 << 62)
    salvage("outside", "a list with a block beyond the file, and another list", [outside, Block([b"def"])],
            b"".join([header(b"P"), gap_record(directory_of([outside], [0], 8)), b"def",
                      gap_record(directory_of([Block([b"def"])], [32 + 16 + 16 + 32 + 11], 8))]), lost=(0,))


def _with_prefixes():
    block = Block([b"abc"])
    block.wrong = {"prefixes": 1}
    return block


def _too_long():
    block = Block([b"\0" * 8_388_607, b"\1\2"], 1)
    return block


# -- Runs ------------------------------------------------------------------------------------------------------------------

def filter_of(keys, blocks):
    words = [[0] * 8 for _ in range(blocks)]
    for key in keys if blocks else ():
        h = int.from_bytes(key, "big")
        for i in range(8):
            words[(h >> 32) * blocks >> 32][i] |= 1 << ((h & 0xFFFFFFFF) * SALTS[i] % (1 << 32) >> 27)
    return b"".join(struct.pack("<8I", *block) for block in words)


def absent(keys, bits, blocks):
    """Some keys that the filter says are not there."""
    found = []
    for i in range(1000):
        key = sha256(b"absent %d" % i)[:8]
        one = filter_of([key], blocks)
        if key not in keys and any(a & ~b for a, b in zip(one, bits)):
            found.append(key.hex())
    return found[:20]


def paged(data, page):
    """Each page is followed by its CRC."""
    return b"".join(data[i:i + page] + struct.pack("<I", zlib.crc32(data[i:i + page])) for i in range(0, len(data), page))


FILTER_PAGE, ENTRY_PAGE = 127 * 32, 255 * 16


def run(name, comment, listed, expect="refused", packs=(NAME,), replaced=(), gone=(), blocks=1, head=None, cut=None, sort=True, behind=b"", lacks=(),
        spoil=None, **wrong):
    """A run. `spoil` is given all its pages before their checksum is taken, and gives them back."""
    listed = sorted(listed) if sort else listed
    keys = [key for key, _, _ in listed]
    bits = filter_of([key for key in keys if key not in lacks], blocks)
    fields = {"packs": len(packs), "replaced": len(replaced), "entries": len(listed), "blocks": blocks, "gone": len(gone), **wrong}
    front = (header(b"R") if head is None else head) + struct.pack("<IIQII", *fields.values()) + bytes(8)
    front += b"".join(packs) + b"".join(replaced) + b"".join(gone)
    pages = paged(bits, FILTER_PAGE) + paged(b"".join(key + struct.pack("<II", pack, slot) for key, pack, slot in listed), ENTRY_PAGE)
    pages = pages if spoil is None else spoil(pages)
    data = front + sha256(front) + pages + sha256(pages) + behind
    vector("run-" + name, object="run", expect=expect, comment=comment, name_=NAME.hex(), pack=[each.hex() for each in packs],
           replaced=[each.hex() for each in replaced],
           gone=[each.hex() for each in gone],
           entry=["%s %d %d" % (key.hex(), pack, slot) for key, pack, slot in listed], absent=absent(keys, bits, blocks) if blocks and expect == "ok" else [],
           hex=hexed(data[:cut]))


def all_runs():
    some = [(sha256(b"%d" % i)[:8], i % 2, i) for i in range(20)]
    two = (NAME, bytes(16))
    run("empty", "no entries, no filter", [], "ok", blocks=0)
    run("one", "one entry", some[:1], "ok")
    run("twenty", "twenty entries in two packs, in place of a run", some, "ok", packs=two, replaced=(b"\xff" * 16,), blocks=2)
    run("no-filter", "a filter may be left out", some, "ok", packs=two, blocks=0)
    run("alike", "digests that begin alike", [(b"\x80" * 8, 0, i) for i in (5, 3, 9)] + some, "ok", packs=two, blocks=3)
    run("edges", "the lowest and the highest key", [(b"\0" * 8, 0, 0), (b"\xff" * 8, 0, 1), (b"\0" * 7 + b"\1", 0, 2)], "ok", blocks=5)
    run("wrong-name", "another name in the header", some, head=header(b"R", bytes(16)))
    run("sealed", "AES-256-GCM", some, head=header(b"R", sealing=1))
    run("cut", "the last byte is missing", some, cut=-1)
    run("behind", "something follows", some, behind=b"\0")
    run("too-many-entries", "e does not fit the file", some, entries=21)
    run("entries-2-60", "16e is 0 in 64 bits", [], entries=1 << 60)
    run("order", "entries that are not in order", sorted(some, reverse=True), packs=two, sort=False)
    run("filter-largest", "e / 16 + 8 blocks of filter", some, "ok", packs=two, blocks=9)
    run("filter-too-long", "one block of filter more than e / 16 + 8", some, packs=two, blocks=10)
    run("filter-lacks-key", "a filter without one of the entries", some, packs=two, blocks=2, lacks=(some[7][0],))
    run("filter-zero", "a filter without any", some, packs=two, blocks=2, lacks=[key for key, _, _ in some])
    run("pack-number", "an entry of a pack that the table does not have", [(b"\x11" * 8, 1, 0)])
    many = [(sha256(b"many %d" % i)[:8], 0, i) for i in range(2100)]
    run("pages", "filter and entries of several pages, the last of each shorter", many, "ok", blocks=138)
    run("pages-full", "filter and entries that fill their pages", many[:510], "ok", blocks=39)
    run("page-crc", "a page of the filter does not match its CRC", many, blocks=138, spoil=lambda pages: pages[:5] + bytes([pages[5] ^ 1]) + pages[6:])
    run("entries-crc", "a page of entries does not match its CRC", many, blocks=138, spoil=lambda pages: pages[:-9] + bytes([pages[-9] ^ 1]) + pages[-8:])
    run("gone", "two packs that are gone", some, "ok", packs=two, gone=(b"\x11" * 16, b"\x22" * 16), blocks=2)
    run("gone-and-replaced", "both tables", some, "ok", packs=two, replaced=(b"\xff" * 16,), gone=(b"\x11" * 16,), blocks=2)
    run("version-0", "written before 1.0", some, packs=two, head=header(b"R", version=0, sealing=1), blocks=2)


# -- Savesets --------------------------------------------------------------------------------------------------------------

SAVESET = {"host": "web", "started": msgpack.Timestamp(1764061445, 5), "finished": msgpack.Timestamp(1764061446, 0), "complete": True, "root": bytes(24),
           "level": 0, "entries": 1,
           "bytes": 13, "problems": {"count": 0}, "packs": {"count": 1, "names": bytes(16)}, "added": 130, "save": NAME}
SAVE = NAME.hex()


def saveset(name, comment, expect="refused", without=(), says=(), body=None, head=None, count=None, **keys):
    """`count` says that the names of packs are so many numbers, from 0 on."""
    fields = {key: value for key, value in {**SAVESET, **keys}.items() if key not in without}
    body = msgpack.packb(fields) if body is None else body
    front = (header(b"S") if head is None else head) + struct.pack("<I", len(body)) + body
    data = front + sha256(front)
    vector("saveset-" + name, object="saveset", expect=expect, comment=comment, says=list(says), hex=hexed(data) if count is None else
           counted(data, bytes(16), count))


def all_savesets():
    plain = ("host web", "started 1764061445.000000005", "save " + SAVE, "packs 1 " + bytes(16).hex())
    saveset("plain", "the keys that a writer must write", "ok", says=plain)
    saveset("least", "host and time alone", "ok", body=msgpack.packb({"host": "web", "started": msgpack.Timestamp(1764061445, 5)}), says=plain[:2])
    saveset("everything", "every key", "ok", subset="home", reason="the stream was cut", complete=False,
            cutter={"name": "p16", "average": 16384, "identity": bytes(8)},
            bases=["web@20251124T090405Z"], program="backshift 1.0", previous={"name": "web@20251124T090405Z", "sum": bytes(32)},
            tags=["before-upgrade", "z\u00fcrich"],
            checkpoint=3, says=plain + ("subset home", "previous web@20251124T090405Z " + bytes(32).hex(), "tag " + b"before-upgrade".hex(),
                                        "tag " + "z\u00fcrich".encode().hex(), "checkpoint 3"))
    saveset("roots", "roots", "ok", roots=[{"path": b"home", "entries": 1, "bytes": 13}], says=plain)
    saveset("unknown-key", "a key that is not known is ignored", "ok", colour="blue", says=plain)
    saveset("renamed", "renamed", "ok", renamed={"from": "old/home", "at": msgpack.Timestamp(1764061446, 0)}, says=plain + ("renamed old/home 1764061446",))
    saveset("renamed-from", "renamed from nothing", renamed={"at": msgpack.Timestamp(1764061446, 0)})
    saveset("renamed-str", "a name for a map", renamed="old")
    saveset("packs-none", "no packs", "ok", packs={"count": 0, "names": b""}, says=plain[:3] + ("packs 0",))
    saveset("packs-two", "two packs", "ok", packs={"count": 2, "names": bytes(16) + NAME}, says=plain[:3] + ("packs 2 %s %s" % (bytes(16).hex(), SAVE),))
    numbers = numbers_from(bytes(16), 65_537)
    for count, comment in ((256, "as many packs as a writer names in place where the repository is not sealed"), (257, "one more")):
        saveset("packs-%d" % count, comment, "ok", packs={"count": count, "names": b"".join(numbers[:count])},
                says=plain[:3] + ("packs %d %s" % (count, " ".join(number.hex() for number in numbers[:count])),))
    saveset("packs-65536", "as many packs as fit", "ok", packs={"count": 65_536, "names": b"".join(numbers[:-1])}, count=65_536,
            says=plain[:3] + ("packs-sum 65536 " + sha256(*numbers[:-1]).hex(),))
    saveset("packs-list", "names in chunks, as the content of a file", "ok", packs={"count": 257, "content": [bytes(24), 257 * 16]},
                says=plain[:3] + ("packs 257",))
    listed = {"id": digest(b"a list node"), "level": 1}
    saveset("packs-node", "names in chunks, as the list of a file", "ok", packs={"count": 70_000 * 256, "list": listed},
            says=plain[:3] + ("packs %d" % (70_000 * 256), "packs-list %s 1" % listed["id"].hex()))
    saveset("packs-node-level", "a list of 33 levels", packs={"count": 300, "list": {**listed, "level": 33}})
    saveset("packs-node-id", "a digest of 23 bytes", packs={"count": 300, "list": {**listed, "id": bytes(23)}})
    saveset("packs-node-no-id", "a list without a root", packs={"count": 300, "list": {"level": 0}})
    saveset("packs-node-both", "content and a list", packs={"count": 300, "list": listed, "content": [bytes(24), 300 * 16]})
    saveset("packs-node-names", "names and a list", packs={"count": 1, "list": listed, "names": NAME})
    saveset("packs-nowhere", "a count without names", packs={"count": 1})
    saveset("no-host", "without a host", without=("host",))
    saveset("no-started", "without a time", without=("started",))
    saveset("version-0", "written before 1.0", head=header(b"S", version=0, sealing=1))
    saveset("version-2", "a version that is not yet", head=header(b"S", version=2))
    saveset("host-slash", "a host with a slash", host="a/b")
    saveset("packs-count", "a count that does not fit the names", packs={"count": 2, "names": bytes(16)})
    saveset("packs-half", "half a name", packs={"count": 1, "names": bytes(15)})
    saveset("packs-order", "names that are not in order", packs={"count": 2, "names": NAME + bytes(16)})
    saveset("packs-twice", "a name twice", packs={"count": 2, "names": NAME + NAME})
    saveset("packs-too-long", "65,537 names in place", packs={"count": 65_537, "names": b"".join(numbers)}, count=65_537)
    saveset("packs-both", "names and content", packs={"count": 1, "names": NAME, "content": [bytes(24), 16]})
    saveset("packs-length", "content that is not so many names long", packs={"count": 2, "content": [bytes(24), 16]})
    saveset("packs-number", "a number for a map", packs=1)
    saveset("save-15", "an identity of 15 bytes", save=bytes(15))
    saveset("previous-sum", "a sum of 31 bytes", previous={"name": "web@20251124T090405Z", "sum": bytes(31)})
    saveset("previous-name", "no name", previous={"sum": bytes(32)})
    saveset("tags-101", "more than 100 tags", tags=["t"] * 101)
    saveset("tags-empty", "a tag without letters", tags=[""])
    saveset("tags-long", "a tag of 256 bytes", tags=["t" * 256])
    saveset("tags-control", "a tag with a control character", tags=["a\nb"])
    saveset("tags-comma", "a tag with a comma", tags=["a,b"])
    saveset("tags-number", "a number for a tag", tags=[1])


# -- Names of savesets -------------------------------------------------------------------------------------------------------

def all_times():
    text, save = "20251125T090405", NAME.hex()
    good = ["Z", ".123Z", ".123456789Z", "Z_1a2b3c4d", "Z~1", ".123Z~12", ".123456789Z~9", "Z_1a2b3c4d~3", "Z~9223372036854775807"]
    bad = ["", "z", ".Z", ".1Z", ".12Z", ".1234Z", ".12345678Z", ".1234567890Z", ",123Z", ".12aZ", "Z_", "Z_1a2b3c4", "Z_1a2b3c4d5", "Z_1A2B3C4D",
                "Z_1a2b3c4g", "_1a2b3c4dZ",
           ".123Z_1a2b3c4d", "Z-1a2b3c4d", "Z~", "Z~0", "Z~01", "Z~-1", "Z~1x", "Z~1~2", "Z~1_1a2b3c4d", "Z~10000000000000000000", "+00:00", "Zx", ".tmp"]
    names = ["%s%s yes" % (text, end) for end in good] + ["%s%s no" % (text, end) for end in bad]
    names += [name + " no" for name in ("2025-11-25T09:04:05Z", "20251125t090405Z", "251125T090405Z", "020251125T090405Z", "20251125T0904Z",
                "2025112ST090405Z", "latest", ".", "tmp")]
    places = [("1764061445.123456789", save, 0, text + end, "ok") for end in ("Z", ".123Z", ".123456789Z", "Z_" + save[:8])]
    places += [("1764061445.123456789", save, 7, text + end, "ok") for end in ("Z~7", ".123Z~7", ".123456789Z~7", "Z_" + save[:8] + "~7")]
    places += [("1764061445.000000000", "-", 0, text + end, "ok") for end in ("Z", ".000Z", ".000000000Z")]
    places += [("1764061445.999999999", "-", 0, text + end, "ok") for end in ("Z", ".999Z")]
    places += [("1764061445.123456789", save, 0, name, "refused") for name in ("20251125T090406Z", "20251124T090405Z", text + ".124Z",
                text + ".123456788Z", text + ".123000000Z", text + "Z_" + save[8:16],
               text + "Z~1", "20251125T090465Z", "20251325T090405Z")]
    places += [("1764061445.123456789", save, 7, name, "refused") for name in (text + "Z", text + "Z~6", text + "Z~70", text + ".123Z")]
    places += [("1764061445.999999999", "-", 0, name, "refused") for name in ("20251125T090406Z", "20251125T090406.000Z", text + "Z_00000000")]
    vector("times", object="times", expect="ok", comment="names of savesets, and which of them a saveset can have", name_=names,
                place=["%s %s %d %s %s" % place for place in places])


# -- Parity ------------------------------------------------------------------------------------------------------------------

ROW, SEGMENT, TABLE = 4096, 9216, 3968
POWERS, LOGARITHMS = [0] * 131070, [0] * 65536


def fill_tables():
    power = 1
    for i in range(65535):
        POWERS[i] = POWERS[i + 65535] = power
        LOGARITHMS[power] = i
        power <<= 1
        power ^= 0x1100B if power > 65535 else 0


fill_tables()


def product(one, other):
    return POWERS[LOGARITHMS[one] + LOGARITHMS[other]] if one and other else 0


def quotient(one, other):
    return POWERS[LOGARITHMS[one] + 65535 - LOGARITHMS[other]] if one else 0


def times(factor, row):
    """A row times a number: each of the two bytes of a product is the sum of what the two bytes of the word give."""
    half = len(row) // 2
    halves = [[product(factor, byte << shift) for byte in range(256)] for shift in (0, 8)]
    return b"".join(add(*(row[at:at + half].translate(bytes(each >> shift & 255 for each in table)) for at, table in zip((0, half), halves)))
                    for shift in (0, 8))


def add(one, other):
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def up(number, by):
    return -(-number // by)


def coded(rows, count):
    """As many parity rows of these rows."""
    points = 1
    while points < count:
        points *= 2
    below = 1
    for v in range(1, points):
        below = product(below, v)
    made = [bytes(len(rows[0]))] * count
    for j, row in enumerate(rows):
        weight = quotient(1, below)
        for v in range(points):
            weight = product(weight, points + j ^ v)
        for i in range(count):
            made[i] = add(made[i], times(quotient(weight, i ^ points + j), row)) if any(row) else made[i]
    return made


def parity_of(pack, percent, name=NAME, row=ROW, segment=SEGMENT, **head):
    """The rows of a parity object."""
    front = header(b"E", name, **head) + struct.pack("<QIIH14x", len(pack), row, segment, percent)
    front += sha256(front)
    pack += bytes(-len(pack) % ROW)
    rows, made = [pack[at:at + ROW] for at in range(0, len(pack), ROW)], []
    for first in range(0, len(rows), SEGMENT):
        part = rows[first:first + SEGMENT]
        sums = coded(part, max(2, up(len(part) * percent, 100)))
        crcs = b"".join(struct.pack("<I", zlib.crc32(each)) for each in part + sums)
        crcs += bytes(-len(crcs) % TABLE)
        tables = [crcs[at:at + TABLE] for at in range(0, len(crcs), TABLE)]
        first, last = ([front + struct.pack("<I", zlib.crc32(bytes(28) + each)) + bytes(28) + each for each in half]
                       for half in (tables, coded(tables, len(tables) + 1)))
        made += first + sums + last
    return made


def parity(what, comment, expect="ok", pack=None, percent=5, lost=(), spoil=lambda data: data, cut=None, **head):
    """lost are numbers of rows of the pack that a reader has to restore; spoil changes the object after it was made."""
    pack = b"".join(bytes([at + 1]) * ROW for at in range(2)) + b"\x07" * 100 if pack is None else pack
    data = spoil(b"".join(parity_of(pack, percent, **head)))
    vector("parity-" + what, object="parity", expect=expect, comment=comment, percent=percent, pack=hexed(pack), lost=" ".join(map(str, lost)),
           hex=hexed(data[:cut]))


def spoiled(*places):
    """Bytes at these places are turned round; places from the end are negative."""
    def spoil(data):
        data = bytearray(data)
        for at in places:
            data[at] ^= 0xFF
        return bytes(data)
    return spoil


def all_parity():
    # The object of a pack of three rows has five: a table row, two parity rows, two more table rows.
    parity("plain", "two rows and a short one; two of them are lost", lost=(0, 2))
    parity("one-byte", "a pack of one byte", pack=b"x", lost=(0,))
    parity("rows", "201 rows, of which as many are lost as there is parity for, 11",
           pack=b"".join(bytes([at % 251]) * ROW for at in range(200)) + bytes(range(256)) * 3, lost=(0, 2, 4, 6, 8, 100, 101, 102, 103, 104, 200))
    parity("two-tables", "the checksums take two table rows, which have to be computed from two others", pack=b"\x01" * ROW + bytes(990 * ROW) + b"\x02" * 5,
           percent=1, lost=(0, 1, 500, 990, 991), spoil=spoiled(5, ROW + 200, -5))
    parity("hundred-percent", "as much parity as data", percent=100, lost=(0, 1, 2))
    parity("head", "the head of the first table row is damaged", lost=(1,), spoil=spoiled(40))
    parity("last-head", "the head of the last table row is damaged", lost=(1,), spoil=spoiled(-ROW + 40))
    parity("table", "the checksums of the first table row are damaged", lost=(1,), spoil=spoiled(130))
    parity("table-row", "only the second table row is good", lost=(1,), spoil=spoiled(96, -5))
    parity("heads-elsewhere", "a table row without its head is good for its checksums", lost=(1,), spoil=spoiled(5, -ROW + 300, -5))
    parity("row", "a parity row is damaged; the other one is enough", lost=(1,), spoil=spoiled(ROW + 5))
    parity("unknown-reserved", "a reader ignores flags and reserved bytes", lost=(1,), flags=0xFF)
    parity("cut", "all but the first two rows is cut off", lost=(0,), cut=2 * ROW)
    parity("no-head", "all heads are damaged", "refused", spoil=spoiled(40, -ROW + 40, -2 * ROW + 40))
    parity("wrong-name", "of another pack", "refused", name=NAME[::-1])
    parity("version-2", "a version that is not yet", "refused", version=2)
    parity("sealed", "a sealing, which nothing reads yet", "refused", sealing=1)
    parity("row-512", "another length of rows", "refused", row=512)
    parity("segment", "another length of segments", "refused", segment=SEGMENT + 1)
    parity("no-share", "no parity", "refused", percent=0)
    parity("share-101", "more parity than there may be", "refused", percent=101)
    for what, comment, length in (("no-length", "of a pack of no bytes", 0), ("long", "of a pack of 2^63 bytes", 1 << 63)):
        front = header(b"E") + struct.pack("<QIIH14x", length, ROW, SEGMENT, 5)
        vector("parity-" + what, object="parity", expect="refused", comment=comment, percent=5, pack="", lost="", hex=hexed((front + sha256(front)) * 2))


# -- Tags --------------------------------------------------------------------------------------------------------------------

def tags(name, comment, expect="refused", without=(), says=(), head=None, **keys):
    """Tags with keys added, replaced and left out."""
    made = {"host": "web", "time": "20251125T090405Z", "number": 1, "made": msgpack.Timestamp(1764061445, 0)}
    body = msgpack.packb({key: value for key, value in {**made, **keys}.items() if key not in without})
    front = (header(b"T") if head is None else head) + struct.pack("<I", len(body)) + body
    vector("tags-" + name, object="tags", expect=expect, comment=comment, says=list(says), hex=hexed(front + sha256(front)))


def all_tags():
    when = msgpack.Timestamp(1764061446, 7)
    tags("plain", "the keys that are required, and when", "ok", says=["place web 20251125T090405Z 1", "tags own", "hold no", "data kept"])
    tags("everything", "every key", "ok", subset="home", time="20251125T090405.123Z~2", number=12, tags=["a", "z\u00fcrich"], note="ask Ann\nfirst", hold=True,
         data=False, data_expired=when, received=when, damaged=msgpack.Timestamp(1764061447, 0),
         says=["place web/home 20251125T090405.123Z~2 12", "tags 61 7ac3bc72696368", "note " + b"ask Ann\nfirst".hex(), "hold yes", "data 1764061446",
               "received 1764061446", "damaged 1764061447"])
    tags("source", "what was taken over where the saveset was copied from", "ok", number=3000, tags=["own"],
         source_tags=["a", "b"], source_note="n", source_hold=True,
         says=["place web 20251125T090405Z 3000", "tags 6f776e", "hold no", "source_tags 61 62", "source_note 6e", "source_hold yes"])
    tags("source-none", "nothing was taken over but that there is nothing", "ok", source_tags=[], says=["source_tags none", "source_hold no"])
    tags("source-tags-str", "a word where an array is expected", source_tags="t")
    tags("source-hold-number", "a number where true or false is expected", source_tags=[], source_hold=1)
    tags("none", "no tags in place of the saveset's own", "ok", tags=[], says=["tags none"])
    tags("data-without-time", "the time at which the data was expired is that of the tags", "ok", data=False, says=["data 1764061445"])
    tags("data-true", "the data is there, whatever time stands beside", "ok", data=True, data_expired=when, says=["data kept"])
    tags("hold-false", "no hold", "ok", hold=False, says=["hold no"])
    tags("unknown-key", "a key that is not known is ignored", "ok", colour="blue", says=["hold no"])
    tags("largest-number", "the largest number", "ok", number=10 ** 18 - 1, says=["place web 20251125T090405Z 999999999999999999"])
    tags("note-4096", "the longest note", "ok", note="n" * 4096, says=["note " + b"n".hex() * 4096])
    tags("no-host", "without a host", without=("host",))
    tags("no-time", "without a time", without=("time",))
    tags("no-number", "without a number", without=("number",))
    tags("number-0", "numbers begin with 1", number=0)
    tags("number-negative", "a number below zero", number=-1)
    tags("note-4097", "a note that is a byte too long", note="n" * 4097)
    tags("note-bytes", "a note that is not UTF-8", note=b"\xff")
    tags("tag-comma", "a tag with a comma", tags=["a,b"])
    tags("tags-101", "more than 100 tags", tags=["t"] * 101)
    tags("tags-str", "a word where an array is expected", tags="t")
    tags("hold-number", "a number where true or false is expected", hold=1)
    tags("data-nil", "nil where true or false is expected", data=None)
    tags("received-number", "a number where a time is expected", received=1764061446)
    tags("damaged-flag", "true where a time is expected", damaged=True)
    tags("saveset", "a saveset where tags are expected", head=header(b"S"))
    tags("version-2", "a version that is not yet", head=header(b"T", version=2))


# -- Where nodes end ---------------------------------------------------------------------------------------------------------

def siphash(key, data):
    """SipHash-2-4, from the paper."""
    mask = (1 << 64) - 1
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573]

    def turn(x, n):
        return (x << n | x >> (64 - n)) & mask

    def rounds(n):
        for _ in range(n):
            v[0] = (v[0] + v[1]) & mask
            v[1] = turn(v[1], 13) ^ v[0]
            v[0] = turn(v[0], 32)
            v[2] = (v[2] + v[3]) & mask
            v[3] = turn(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & mask
            v[3] = turn(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & mask
            v[1] = turn(v[1], 17) ^ v[2]
            v[2] = turn(v[2], 32)

    padded = data + bytes(7 - len(data) % 8) + bytes([len(data) % 256])
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


assert siphash(bytes(range(16)), bytes(range(15))) == 0xa129ca6149be45e5       # the example of the paper


def all_cuts():
    items = []
    for kind, level, length in (("leaf", 0, 150), ("inner", 1, 60), ("inner", 2, 60), ("list", 0, 30), ("list", 1, 31), ("leaf", 0, 40_000)):
        found = {"ends": [], "goes-on": []}
        for i in range(100_000):
            about = digest(b"%d" % i) if kind == "list" else b"some/path/%d" % i
            h = siphash(struct.pack("<QQ", level + (1 << 32 if kind == "list" else 0), 0), about)
            found["ends" if h < (length << 49) else "goes-on"].append(about)
            if min(map(len, found.values())) >= 4:
                break
        for what, abouts in found.items():
            items += ["%s %d %s %d %s" % (kind, level, about.hex(), length, what) for about in abouts[:4]]
    for size in (1, 4096, 1 << 40):
        h = siphash(struct.pack("<QQ", 1 << 32, 0), struct.pack("<Q", size))
        length = (h >> 49) + 1                 # the least length that ends
        items += ["list 0 %s %d %s" % (struct.pack("<Q", size).hex(), length + more, what)
                  for more, what in ((0, "ends"), (-1, "goes-on")) if length + more > 0]
    vector("cuts", object="cuts", expect="ok", comment="where nodes end", item=items)


# -- Trees and lists -------------------------------------------------------------------------------------------------------

def nodes_of(kind, level, items, of_list):
    """Cuts items (what each is about, its bytes, what a parent says of it) into nodes, as what their parents say of them."""
    key, nodes, node, count, about = struct.pack("<QQ", level + (1 << 32 if of_list else 0), 0), [], b"", 0, None
    for what, item, first in items:
        if not count:
            node, start, length = msgpack.packb({"node": kind, "level": level}), first, 0
        node, count, length = node + item, count + 1, length + (first if of_list else 0)
        if (count >= 2 or level == 0) and (len(node) >= 131072 or siphash(key, what) < len(item) << 49):
            nodes.append((node, length if of_list else start))
            count = 0
    return nodes + [(node, length if of_list else start)] if count else nodes


def root_of(items, of_list):
    level, nodes = 0, nodes_of("list" if of_list else "leaf", 0, items, of_list)
    while len(nodes) > 1:
        level += 1
        above = []
        for node, said in nodes:
            item = [digest(node), said] if of_list else [said, digest(node)]
            above.append((digest(node) if of_list else said, msgpack.packb(item), said))
        nodes = nodes_of("list" if of_list else "inner", level, above, of_list)
    return digest(nodes[0][0]).hex(), level


def all_trees():
    long = b"p" * 40000
    for name, comment, groups in (
            ("one", "one entry", [(1, b"a/")]),
            ("short", "short paths", [(3000, b"some/path/")]),
            ("long", "items of inner nodes that always end their node, were it not for the rule of two", [(12, long)]),
            ("mixed", "long paths among short ones", [(200, b"a/"), (3, b"b/" + long), (200, b"c/")])):
        paths = [prefix + b"%06d" % i for count, prefix in groups for i in range(count)]
        root, level = root_of([(path, msgpack.packb({"path": path, "type": "dir"}), path) for path in paths], False)
        vector("tree-" + name, object="tree", expect="ok", comment=comment, entries=["%d %s" % (count, hexed(prefix)) for count, prefix in groups], root=root,
               level=level)
    key, i = struct.pack("<QQ", 1 << 32, 0), 0
    while siphash(key, digest(b"%d" % i)) >= 30 << 49:
        i += 1
    ends = digest(b"%d" % i)
    for name, comment, said, parts in (
            ("alike", "one chunk many times, behind which each node of level 0 ends", {"alike": "700 %s 9000" % ends.hex()}, [(ends, 9000)] * 700),
            ("long", "many chunks", {"numbers": 5000}, [(digest(b"%d" % n), n + 1) for n in range(5000)])):
        root, level = root_of([(part, msgpack.packb([part, size]), size) for part, size in parts], True)
        vector("list-" + name, object="list", expect="ok", comment=comment, **said, root=root, level=level)


for old in os.listdir(HERE):
    if old.endswith(".txt") and old != "README.txt":
        os.remove(os.path.join(HERE, old))
all_small()
all_config()
all_settings()
all_checks()
all_intents()
all_condemned()
all_moved()
all_packs()
all_salvage()
all_runs()
all_savesets()
all_times()
all_tags()
all_parity()
all_cuts()
all_trees()
