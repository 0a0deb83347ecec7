#!/usr/bin/python3
"""check_vectors.py [VECTOR...]: gives the vectors of tests/vectors/repository to examples/backshift_repository.py, and where that has no reader for
them to small_writer.py's modules. Prints a line for each that is not taken or refused as it says; then the status is 1.
"""
import contextlib
import glob
import hashlib
import mmap
import os
import struct
import sys
import tempfile

from msgpack import Timestamp

import small_parity
from nodes import Nodes
from small_moved import read_moved
from small_packs import Folder, Refusal, digest_of, filter_of, header, read_condemned
from small_trees import build_list, build_tree, ends, pack
from small_writer import codec_of

from backshift_objects import FILTER_PAGE, Pack, Run, block_lists, read_saveset, read_small, read_tags
from backshift_repository import TIME, Repository, entries_of
from backshift_values import Damage, field, needed, order, pairs_of, words

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, "../vectors/repository")


def fail(text, *details):
    raise AssertionError(text % details)


def unhexed(text):
    """Words of hexadecimal digits; 00*5 is a byte five times, and 00fe+3 are the numbers 00fe, 00ff and 0100."""
    return b"".join(map(unhexed_word, text.split()))


def unhexed_word(word):
    first, _, count = word.partition("+")
    if count:
        return b"".join((int(first, 16) + i).to_bytes(len(first) // 2, "big") for i in range(int(count)))
    return bytes.fromhex(word.partition("*")[0]) * int(word.partition("*")[2] or 1)


class Vector:
    def __init__(self, path):
        self.name, self.lines = os.path.basename(path)[:-4], {}
        with open(path, encoding="ascii") as file:
            for line in file:
                key, _, value = line.rstrip("\n").partition(": ")
                self.lines.setdefault(key, []).append(value)
        self.object, self.expect = self.one("object"), self.one("expect")

    def one(self, key):
        return self.all(key)[0]

    def all(self, key):
        return self.lines.get(key, [])

    def bytes(self):
        return unhexed(self.one("hex"))

    def write(self, *names):
        """The vector as a file, at a path of these names."""
        os.makedirs(os.path.join(*names[:-1]), exist_ok=True)
        with open(os.path.join(*names), "wb") as file:
            file.write(self.bytes())
        return os.path.join(*map(os.fsencode, names))


PLAIN = Vector(os.path.join(VECTORS, "config-plain.txt"))


@contextlib.contextmanager
def repository():
    """A directory with a configuration, and what was reported of it."""
    with tempfile.TemporaryDirectory() as folder:
        PLAIN.write(folder, "backshift")
        yield folder


def opened(folder, said=None, use_index=True):
    return Repository(os.fsencode(folder), lambda text, status=0: said.append(str(text)) if said is not None else None, use_index)


def refused(vector, action):
    """Runs an action that reads the vector. None if it was refused, and should be; an error if one of the two is not so."""
    try:
        found = action()
    except Damage as damage:
        if vector.expect != "refused":
            fail("is refused: %s", damage)
        return None
    if vector.expect == "refused":
        fail("is taken, and should be refused")
    return found


def may_write(configuration, settings):
    try:
        return bool(codec_of(configuration, settings))
    except Refusal:
        return False


# -- One function for each object ------------------------------------------------------------------------------------------

def check_small(vector, folder):
    path = vector.write(folder, "object")
    body = refused(vector, lambda: read_small(path, vector.one("type").encode()))
    if body is not None and pack(body) != unhexed(vector.one("body")):
        fail("has another body: %s", body)


def check_config(vector, folder):
    vector.write(folder, "backshift")
    found = refused(vector, lambda: opened(folder))
    if found is not None and may_write(found.configuration, {}) != (vector.expect == "ok"):
        fail("is not %s for a writer", vector.expect)


def check_settings(vector, folder):
    vector.write(folder, "settings", vector.bytes()[16:32].hex())
    found = refused(vector, lambda: opened(folder))
    if found is None:
        return
    if may_write(found.configuration, found.settings) != (vector.expect == "ok"):
        fail("is not %s for a writer", vector.expect)
    for line in vector.all("says"):
        key, _, value = line.partition(" ")
        if str(found.settings[key]) != value:
            fail("%s is %s, not %s", key, found.settings[key], value)


def read_intent(path):
    """By the table of the page; the readers have no use for intents."""
    body = read_small(path, b"I")
    honours = body.get("honours", [])
    texts = [body.get(key, "") for key in ("kind", "host", "machine", "boot")]
    if not all(isinstance(text, str) and len(text.encode()) <= 1024 for text in texts) or not body.get("kind"):
        raise Damage("a text is not one")
    if not isinstance(body.get("number"), int) or not 0 < body["number"] < 1 << 63:
        raise Damage("its number is not one")
    if not isinstance(honours, list) or not all(isinstance(name, bytes) and len(name) == 16 for name in honours):
        raise Damage("a name is not one")
    return body


def check_checks(vector, folder):
    path = vector.write(folder, "record")
    body = refused(vector, lambda: read_checks(path))
    if body is None:
        return
    said = ["number %d" % body["number"]] + ["check %d %s" % (check["at"].seconds, " ".join(
        str(check.get(key, 0)) for key in ("parts", "part", "packs", "bytes", "damage"))) for check in body["checks"]]
    if said != vector.all("says"):
        fail("says %s", said)


def read_checks(path):
    """A record of checks; only programs that check or report read it."""
    body = read_small(path, b"V")
    checks = needed(body, "checks", list)
    if needed(body, "number", int) < 1 or not 1 <= len(checks) <= 1000:
        raise Damage("no number, no check, or too many")
    for check in checks:
        if type(check) is not dict:
            raise Damage("a check that is none")
        needed(check, "at", Timestamp)
        parts, part = field(check, "parts", int, 0), field(check, "part", int, 0)
        if min(field(check, key, int, 0) for key in ("packs", "bytes", "damage")) < 0 or not min(parts, 1) <= part <= parts <= 10**9:
            raise Damage("less than nothing, or a part that there is not")
    return body


def check_intent(vector, folder):
    path = vector.write(folder, "intent")
    body = refused(vector, lambda: read_intent(path))
    if body is None:
        return
    known = body["kind"] if body["kind"] in ("save", "read", "collect") else "save"
    said = ["number %d" % body["number"], "kind " + known.capitalize()]
    for key in ("host", "process", "machine", "boot"):
        said += ["%s %s" % (key, body[key])] if key in body else []
    said += ["honours " + name.hex() for name in body.get("honours", [])]
    if sorted(said) != sorted(line for line in vector.all("says") if not line.startswith("since ")):
        fail("says %s", said)


def check_condemned(vector, folder):
    name = vector.one("name")
    vector.write(folder, "condemned", name)
    found = refused(vector, lambda: read_condemned(Folder(folder), name))
    if found is not None and ["reason " + found[0], " ".join(["packs"] + found[1])] != vector.all("says"):
        fail("says something else: %s", found)


def check_moved(vector, folder):
    name = vector.one("name")
    path = vector.write(folder, "moved", name)
    found = refused(vector, lambda: read_moved(path, name))
    if found is None:
        return
    made, moved = found
    said = [] if made is None else ["made %d" % made.seconds]
    for line in vector.all("says"):
        key, *words_ = line.split()
        if key == "moved-count":
            said.append("moved-count %d" % len(moved))
            moved = {}
        elif key == "moved-sum":
            names = sorted(moved.pop(words_[0]))
            said.append("moved-sum %s %d %s" % (words_[0], len(names), hashlib.sha256(bytes.fromhex("".join(names))).hexdigest()))
    said += [" ".join(["moved", pack_, *sorted(names)]) for pack_, names in moved.items()]
    if sorted(said) != sorted(vector.all("says")):
        fail("says %s", said)


def check_pack(vector, folder):
    name = vector.one("name")
    path = vector.write(folder, "packs", name[:2], name)

    def read():
        pack_ = Pack(path, name)
        if pack_.damage:              # then the block lists count, which is another question
            raise pack_.damage
        return pack_
    found = refused(vector, read)
    if found is None:
        return
    reader, count = opened(folder), 0
    for line in vector.all("chunk"):
        slot, digest, content = line.split(" ", 2)
        digest, slots = bytes.fromhex(digest), range(int(slot.split("-")[0]), int(slot.split("-")[-1]) + 1)
        count += len(slots)
        if any(found.directories[0].digest(each) != digest for each in slots):
            fail("slot %s has another digest", slot)
        try:
            read = reader.chunk(digest)
        except Damage as damage:
            if content not in ("damaged", "either"):
                fail("chunk %s: %s", slot, damage)
        else:
            if content == "damaged" or content != "either" and read != unhexed(content):
                fail("chunk %s is read, and is %s", slot, content)
    if found.chunks != count:
        fail("has %d chunks", found.chunks)


def check_salvage(vector, folder):
    name = vector.one("name")
    path = vector.write(folder, "packs", name[:2], name)
    with open(path, "r+b") as file:
        lists = block_lists(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        with contextlib.suppress(Damage):
            if not Pack(path, name).damage:       # the directory stands, and must not help
                file.write(bytes(32))
                file.seek(-1, os.SEEK_END)
                file.write(b"\0")
    wanted, said = [unhexed(line) for line in vector.all("chunk")], []
    reader = opened(folder, said)
    for content in wanted:
        if reader.chunk(digest_of(content)) != content:
            fail("a chunk that begins %s is another one", content[:20])
    found = set()
    for each in lists:
        for slot in range(each.chunks):
            with contextlib.suppress(Damage):
                found.add(reader.chunk(each.digest(slot)))
    if found != set(wanted):
        fail("%d chunks are found, not %d", len(found), len(wanted))
    if wanted and not any("pack " + name in line for line in said):
        fail("the pack is not named: %s", said)


def check_run(vector, folder):
    path, entries = vector.write(folder, "index", vector.one("name")), [line.split() for line in vector.all("entry")]

    def read():
        run = Run(path, vector.one("name"))
        run.verify()
        # The reader makes no use of the filter.
        filters = int.from_bytes(run.data[48:52], "little")
        bits = b"".join(run.data[at:min(at + FILTER_PAGE + 4, run.start) - 4] for at in range(run.pages, run.start, FILTER_PAGE + 4))
        if filters and any(not covers(bits, bytes.fromhex(key), filters) for key, _, _ in entries):
            raise Damage("the filter lacks an entry")
        if any(covers(bits, bytes.fromhex(key), filters) or list(entries_of(run, bytes.fromhex(key))) for key in vector.all("absent")):
            fail("a key that is not there is there")
        return run
    run = refused(vector, read)
    if run is None:
        return
    for key, found in (("pack", run.packs), ("replaced", run.replaced), ("gone", run.gone)):
        if found != vector.all(key):
            fail("has other names under %s: %s", key, found)
    if len(run) != len(entries):
        fail("has %d entries", len(run))
    for key, number, slot in entries:
        if (run.packs[int(number)], int(slot)) not in map(run.place, entries_of(run, bytes.fromhex(key))):
            fail("%s is not found", key)


def covers(bits, key, blocks):
    """Whether a filter has the bits of a key."""
    return not any(mine & ~there for mine, there in zip(filter_of([key], blocks), bits))


def check_saveset(vector, folder):
    path = vector.write(folder, "saveset")
    body = refused(vector, lambda: read_saveset(path))
    if body is None:
        return
    packs, previous = body.get("packs"), body.get("previous")
    names = packs["names"].hex() if packs and "names" in packs else ""
    says = {"host " + body["host"], "started %d.%09d" % (body["started"].seconds, body["started"].nanoseconds)}
    says.update("%s %s" % (key, body[key]) for key in ("subset", "checkpoint") if key in body)
    says.update("tag " + tag.encode().hex() for tag in words(body, "tags"))
    if "save" in body:
        says.add("save " + body["save"].hex())
    if any(line.startswith("packs-sum ") for line in vector.all("says")):
        says.add("packs-sum %d %s" % (packs["count"], hashlib.sha256(packs["names"]).hexdigest()))
    elif packs:
        says.add(" ".join(["packs %d" % packs["count"]] + [names[at:at + 32] for at in range(0, len(names), 32)]))
        if "content" in packs and sum(length for _, length in pairs_of(packs["content"])) != 16 * packs["count"]:
            fail("packs is not as long as its count says")
    if packs and "list" in packs:
        says.add("packs-list %s %d" % (packs["list"]["id"].hex(), packs["list"]["level"]))
    if "renamed" in body:
        says.add("renamed %s %d" % (body["renamed"]["from"], body["renamed"]["at"].seconds))
    if previous:
        says.add("previous %s %s" % (previous["name"], previous["sum"].hex()))
    if says != set(vector.all("says")):
        fail("says something else: %s", says ^ set(vector.all("says")))


def check_times(vector, folder):
    for line in vector.all("name"):
        name, what = line.split()
        if bool(TIME.fullmatch(name.encode())) != (what == "yes"):
            fail("the name %s: %s", name, what)
    for line in vector.all("place"):
        started, save, checkpoint, name, what = line.split()
        seconds, nanoseconds = map(int, started.split("."))
        body = {"host": "web", "started": Timestamp(seconds, nanoseconds), **({} if save == "-" else {"save": bytes.fromhex(save)}),
                **({} if checkpoint == "0" else {"checkpoint": int(checkpoint)})}
        os.makedirs(os.path.join(folder, "savesets/web"), exist_ok=True)
        path, front = os.path.join(folder, "savesets/web", name), header(b"S", bytes(16)) + struct.pack("<I", len(pack(body))) + pack(body)
        with open(path, "wb") as file:
            file.write(front + hashlib.sha256(front).digest())
        said = []
        found = [each for each, _ in opened(folder, said).savesets()]
        if (found, len(said)) != ((["web@" + name], 0) if what == "ok" else ([], 1)):
            fail("in the place %s: %s %s", line, found, said)
        os.remove(path)


def check_tags(vector, folder):
    path = vector.write(folder, "tags")
    body = refused(vector, lambda: read_tags(path))
    if body is None:
        return
    tags = body.get("tags")
    says = {
        "place %s%s %s %d" % (body["host"], "/" + body["subset"] if "subset" in body else "", body["time"], body["number"]),
        "tags own" if tags is None else "tags " + (" ".join(tag.encode().hex() for tag in tags) or "none"),
        "hold " + ("yes" if body.get("hold") else "no"),
        "data " + ("kept" if body.get("data", True) else "%d" % body.get("data_expired", body.get("made")).seconds),
    }
    if "note" in body:
        says.add("note " + body["note"].encode().hex())
    if "received" in body:
        says.add("received %d" % body["received"].seconds)
    if "source_tags" in body:
        says.add("source_tags " + (" ".join(tag.encode().hex() for tag in body["source_tags"]) or "none"))
        says.add("source_hold " + ("yes" if body.get("source_hold") else "no"))
    if "source_note" in body:
        says.add("source_note " + body["source_note"].encode().hex())
    if "damaged" in body:
        says.add("damaged %d" % body["damaged"].seconds)
    if not says >= set(vector.all("says")):
        fail("does not say: %s", set(vector.all("says")) - says)


def check_parity(vector, _):
    pack = unhexed(vector.one("pack"))
    lost = [int(number) for number in vector.one("lost").split()]
    damaged = bytearray(pack)
    for number in lost:
        damaged[number * small_parity.ROW] ^= 1
    try:
        found, healed = small_parity.heal(bytes(damaged), vector.bytes(), bytes(range(16)))
    except small_parity.Damage as error:
        if vector.expect == "ok":
            fail("%s", error)
        return
    if vector.expect == "refused":
        fail("was taken")
    if found != pack or healed != lost:
        fail("healed %s, not %s", healed, lost)


def check_cuts(vector, _):
    for line in vector.all("item"):
        kind, level, about, length, what = line.split()
        if ends(kind, int(level), bytes.fromhex(about), int(length)) != (what == "ends"):
            fail("%s", line)


def check_root(vector, found):
    if (found[0].hex(), found[1]) != (vector.one("root"), int(vector.one("level"))):
        fail("has the root %s of level %d", found[0].hex(), found[1])


def check_tree(vector, _):
    groups, nodes = [line.split() for line in vector.all("entries")], Nodes()
    paths = [unhexed(" ".join(prefix)) + b"%06d" % i for count, *prefix in groups for i in range(int(count))]
    paths.sort(key=order)
    root, level = build_tree([(path, pack({"path": path, "type": "dir"})) for path in paths], nodes.store)
    check_root(vector, (root, level))
    if [path for path, _ in nodes.entries(root, level)] != paths:
        fail("other entries are read than were written")


def check_list(vector, _):
    if vector.all("alike"):
        count, digest, length = vector.one("alike").split()
        pairs = [(bytes.fromhex(digest), int(length))] * int(count)
    else:
        pairs = [(digest_of(b"%d" % i), i + 1) for i in range(int(vector.one("numbers")))]
    nodes = Nodes()
    root, level = build_list(pairs, nodes.store)
    check_root(vector, (root, level))
    if list(nodes.content({"list": {"id": root, "level": level}})) != pairs:
        fail("other pairs are read than were written")


CHECKS = {"small": check_small, "config": check_config, "settings": check_settings, "checks": check_checks, "intent": check_intent,
          "condemned": check_condemned, "moved": check_moved, "pack": check_pack, "salvage": check_salvage, "run": check_run, "saveset": check_saveset,
          "tags": check_tags, "parity": check_parity, "times": check_times,
          "cuts": check_cuts, "tree": check_tree, "list": check_list}


def main():
    vectors = [Vector(path) for path in sys.argv[1:] or sorted(glob.glob(os.path.join(VECTORS, "*.txt"))) if os.path.basename(path) != "README.txt"]
    wrong, counts = 0, dict.fromkeys(CHECKS, 0)
    for vector in vectors:
        counts[vector.object] += 1
        with repository() as folder:
            try:
                CHECKS[vector.object](vector, folder)
            except (AssertionError, Damage) as error:
                print("%s: %s" % (vector.name, error))
                wrong += 1
    print(", ".join("%d %s" % (count, kind) for kind, count in counts.items()))
    return 1 if wrong or not sys.argv[1:] and 0 in counts.values() else 0


if __name__ == "__main__":
    sys.exit(main())
