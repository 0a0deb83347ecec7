#!/usr/bin/python3
"""A small writer of Backshift repositories, made from backshift-repository(5) and backshift-stream(5) alone.

    small_writer.py init REPOSITORY
    small_writer.py store REPOSITORY < STREAM          prints the name of the saveset
    small_writer.py settings REPOSITORY KEY=VALUE...   codec=zstd:9, requires=WORD,WORD, requires_write=WORD

The stream is one that has been cut: chunks, holes, references and lists. Unlike bs-store this program keeps all entries, and where every chunk
of the repository lies, in memory; it joins no runs and publishes no checkpoints.

Exit status: 0 done; 3 something is left out, each is named; 64 called wrongly; 65 damaged, or not for this program; 66 no repository;
73 there is something already.
"""
import datetime
import os
import re
import sys
import time

from small_intents import Intent
from small_packs import Chunks, Folder, Refusal, indexed_packs, publish_run, sha256
from small_trees import build_list, build_tree, pack

import msgpack

from backshift_values import (MAX_CHUNK, Damage, as_bytes, checked_digest, checked_map, checked_pairs, checked_path, field, needed, order,
                              pairs_of, plain, shown, unpack, words)

# The keys of an entry in the order of their table; the tree has none of those that are for the stream alone.
KEYS = "path type mode uid gid user group size mtime ctime btime dev ino nlink target rdev xattrs flags".split()
STREAM_ONLY = ("kind", "source", "content", "earlier")
MAX_ITEM, MAX_PROBLEMS = 7_340_032, 65_536
EPOCH = datetime.datetime(1970, 1, 1)


def say(text):
    print("small_writer.py: %s" % text, file=sys.stderr)


# -- Configuration ---------------------------------------------------------------------------------------------------------

def newest_settings(folder):
    found = [(folder.read_small("settings/" + name, b"G"), name) for name in folder.names("settings/")]
    for body, name in found:
        if needed(body, "number", int) < 1:
            raise Damage("settings/%s: number 0" % name)
        requirements(body)
    return max(found, key=lambda each: (each[0]["number"], each[1]))[0] if found else {}


def requirements(body):
    field(body, "codec", str)
    return words(body, "requires") + words(body, "requires_write")


def codec_of(configuration, settings):
    """What to compress with, in a repository to which this program may write. It announces itself, and knows no other word."""
    known = {"requires_write": ["intents"]}
    unknown = [word for body in (configuration, settings) for key in ("requires", "requires_write") for word in words(body, key)
               if word not in known.get(key, [])]
    if unknown or "sealing" in configuration or needed(needed(configuration, "cutter", dict), "name", str) != "p16":
        raise Refusal("it requires %s, which this program does not know" % (", ".join(map(ascii, unknown)) or "a key or another cutter"), 65)
    codec = settings.get("codec", configuration.get("codec", "zstd:3"))
    if codec not in ["none", "brotli", "lzma"] + ["zstd:%d" % level for level in range(1, 23)]:
        raise Refusal("its codec %s is not known" % ascii(codec), 65)
    return codec


def init(path):
    os.mkdir(path, 0o700)
    folder = Folder(path)
    folder.publish(b"Signature: 8a477f597d28d172789f06886806bc55\n", "", "CACHEDIR.TAG")
    folder.publish_small(b"C", {
        "created": now(), "cutter": {"name": "p16", "average": 16_384, "seed": b"backshift public cutter seed v1."},
        "block": 1 << 20, "pack": 32 << 20, "codec": "zstd:3"}, "", "backshift")


def change_settings(path, changes):
    folder, _, settings = open_repository(path)
    for change in changes:
        key, _, value = change.partition("=")
        if key not in ("codec", "requires", "requires_write"):
            raise Refusal("%s: is not in settings" % change, 64)
        settings[key] = value if key == "codec" else [word for word in value.split(",") if word]
    folder.publish_small(b"G", {**settings, "number": settings.get("number", 0) + 1, "made": now()}, "settings/")


def open_repository(path):
    """Its directory, configuration and settings."""
    if not os.path.isfile(os.path.join(path, "backshift")):
        raise Refusal("%s: no Backshift repository" % path, 66)
    folder = Folder(path)
    configuration, settings = folder.read_small("backshift", b"C"), newest_settings(folder)
    codec_of(configuration, settings)
    return folder, configuration, settings


def now():
    return msgpack.Timestamp.from_unix_nano(time.time_ns())


# -- The stream ------------------------------------------------------------------------------------------------------------

class Counted:
    """A file, and how much of it was read."""

    def __init__(self, file):
        self.file, self.total = file, 0

    def read(self, size):
        data = self.file.read(size)
        self.total += len(data)
        return data


def records(file):
    counted, ended = Counted(file), None
    unpacker = msgpack.Unpacker(counted, raw=False, unicode_errors="surrogateescape", timestamp=0, strict_map_key=False,
                                object_pairs_hook=checked_map, max_buffer_size=1 << 25)
    kind = None
    for record in unpacker:
        if type(record) is not dict or next(iter(record), None) != "kind" or type(record["kind"]) is not str or any(type(key) is not str for key in record):
            raise Damage("not a record")
        if kind == "end" or (kind is None) != (record["kind"] == "begin"):
            raise Damage("a stream has one begin, first, and one end, last")
        kind, ended = record["kind"], unpacker.tell()
        yield kind, record
    if kind != "end" or ended != counted.total:
        raise Damage("the stream is cut off, or something follows it")


class Recorder:
    """Takes a stream, and records it as a saveset."""

    def __init__(self, path):
        self.folder, self.configuration, self.settings = open_repository(path)
        self.entries, self.problems, self.count, self.marked = {}, [], 0, {}
        self.last = self.pairs = self.begin = self.base = self.previous = None

    def record(self, file):
        intent = Intent(self.folder)
        try:
            return self.record_all(file, intent)
        finally:
            intent.end()

    def record_all(self, file, intent):
        self.intent = intent
        for kind, record in records(file):
            if kind == "begin":
                self.start(record)
            elif kind == "entry":
                self.close_entry()
                self.open_entry(record)
            elif kind in ("chunk", "list", "hole"):
                self.add_content(kind, record)
            elif kind == "data":
                raise Damage("content that has not been cut")
            elif kind == "fork":
                path = checked_path(needed(record, "path", bytes))
                self.problem({"path": path, "text": "has a fork, which is not stored"})
            elif kind == "problem":
                self.count += 1
                self.problems.append(pack(record))
                say("%s: %s" % (shown(field(record, "path", bytes, b"")), ascii(needed(record, "text", str))))
                if field(record, "marks", bool, False) and self.last is not None:
                    self.marked.setdefault(self.last["path"], record["text"])
        self.close_entry()
        return self.finish()

    def problem(self, record):
        self.count += 1
        self.problems.append(pack({"kind": "problem", "path": record["path"], "stage": "small_writer.py", "text": record["text"]}))
        say("%s: %s" % (shown(record["path"]), record["text"]))

    def start(self, begin):
        if needed(begin, "version", int) != 1 or any(word != "list" for word in words(begin, "requires", 100)):
            raise Damage("the stream is of another version, or requires what this program does not know")
        host, subset = field(begin, "host", str), field(begin, "subset", str)
        for name, without in ((host, "@/"), (subset, "@")):
            if name is not None and not (1 <= len(name.encode()) <= 80 and plain(name, without)) or host in (None, "localhost"):
                raise Damage("host or subset is missing, or has a name that it may not have")
        if len(field(begin, "save", bytes, bytes(16))) != 16:
            raise Damage("save has another length than 16")
        self.begin = begin
        self.previous = self.latest()
        codec = codec_of(self.configuration, self.settings)
        self.chunks = Chunks(self.folder, codec, host, self.configuration.get("block", 1 << 20), self.configuration.get("pack", 32 << 20), say)

    def open_entry(self, entry):
        path, kind = checked_path(needed(entry, "path", bytes)), needed(entry, "type", str)
        if kind == "file" and not field(entry, "content", bool, False) and field(entry, "size", int) != 0:
            raise Damage("%s: has not been read" % shown(path))
        for key in ("target",) if kind in ("link", "symlink") else ():
            if b"\0" in needed(entry, key, bytes) or kind == "link" and not checked_path(as_bytes(entry[key])):
                raise Damage("%s: has an impossible target" % shown(path))
        self.last, self.pairs = {**entry, "path": path}, []
        self.entries.pop(path, None)              # of several entries with one path the last counts
        self.marked.pop(path, None)

    def close_entry(self):
        """Files an entry away, with its content as pairs, or None where it is left out."""
        if self.last is not None and self.pairs is not None:
            if self.last["type"] == "file":
                self.last["size"] = sum(length for _, length in self.pairs)
            self.entries[self.last["path"]] = self.last, self.pairs

    def add_content(self, kind, record):
        if self.last is None or self.last["type"] in ("dir", "symlink", "link"):
            raise Damage("content of nothing")
        size, lists = needed(record, "size", int), []
        if size < 1 or kind == "chunk" and size > MAX_CHUNK:
            raise Damage("content of an impossible size")
        if kind == "hole":
            lists = [(None, size)]
        elif kind == "list":
            lists = self.list_of(checked_digest(needed(record, "id", bytes)), needed(record, "level", int), size)
        else:
            content, digest = field(record, "bytes", bytes), field(record, "digest", bytes)
            if content is not None:
                if len(content) != size or digest not in (None, sha256(content)[:24]):
                    raise Damage("a chunk that is not what it says")
                digest = self.chunks.store(content)
            lists = [(digest, size)] if self.chunks.length(checked_digest(digest)) == size else None
        if lists is None and self.pairs is not None:
            self.problem({"path": self.last["path"], "text": "refers to content that the repository does not hold; left out"})
            self.pairs = None
        for digest, length in lists or ():
            if self.pairs is not None:
                if digest is None and self.pairs and self.pairs[-1][0] is None:
                    length += self.pairs.pop()[1]
                self.pairs.append((digest, length))

    def list_of(self, digest, level, size):
        """The pairs below a node of a list; None unless it, and all of them, are stored and are as long as was said."""
        try:
            if level > 32:
                raise Damage("a list of too many levels")
            head, *items = unpack(self.chunks.read(digest), "list")
            if head.get("node") != "list" or head.get("level") != level:
                raise Damage("not such a list")
            found = []
            for child, length in checked_pairs(items, MAX_CHUNK if level == 0 else 1 << 62):
                below = self.list_of(child, level - 1, length) if level else [(child, length)]
                if below is None or level == 0 and child is not None and self.chunks.length(child) != length:
                    return None
                found += below
            return found if sum(length for _, length in found) == size else None
        except (Damage, AttributeError, ValueError):
            return None

    # -- The tree --

    def finish(self):
        kept = self.links_joined(self.kept_entries())
        used, items, total = set(), [], 0

        def node(content):
            """Nodes resemble each other: all but the first are deltas against that."""
            if self.base is None and self.chunks.length(sha256(content)[:24]) is None:
                self.base = content
            digest = self.chunks.store(content, True) if self.base in (None, content) else self.chunks.store_delta(content, self.base)
            used.add(digest)
            return digest

        def content_of(pairs):
            used.update(digest for digest, _ in pairs if digest)
            if len(pairs) > 256:
                digest, level = build_list(pairs, node)
                return {"list": {"id": digest, "level": level}}
            return {"content": [part for pair in pairs for part in pair]} if pairs else {}

        for path in sorted(kept, key=order):
            entry, pairs = kept[path]
            item = self.encoded(entry, content_of(pairs))
            if len(item) > MAX_ITEM or len(entry) > 1000:
                self.problem({"path": path, "text": "takes more room than an entry may; left out"})
                continue
            total += entry["size"] if entry["type"] == "file" else 0
            items.append((path, item))
        begin, body = self.begin, {}
        if items:
            body["root"], body["level"] = build_tree(items, node)
        problems = {"count": self.count, **content_of([(self.chunks.store(part), len(part)) for part in joined(self.problems, MAX_PROBLEMS)])}
        self.chunks.finish()
        packs = self.packs_of(used, node)
        for name in {each.hex()[:2] for each in self.chunks.packs}:
            self.folder.sync("packs/%s/" % name)              # other writers may have been killed before they did
        unnamed = self.chunks.packs.keys() - indexed_packs(self.folder)
        if unnamed:                   # also those that a killed writer left
            publish_run(self.folder, {name: self.chunks.packs[name] for name in unnamed})
        started, save = field(begin, "started", msgpack.Timestamp, now()), field(begin, "save", bytes, os.urandom(16))
        published = self.publish_saveset({
            "host": begin["host"], **({"subset": begin["subset"]} if "subset" in begin else {}), "started": started, "finished": now(), "complete": True,
            **body, "entries": len(items), "bytes": total, "problems": problems, "packs": packs, "added": self.chunks.added,
            **{key: begin[key] for key in ("cutter", "bases") if key in begin}, "program": "small_writer.py", "save": save,
            **self.previous})
        if not self.intent.holds(self.chunks.holders(used)):
            os.unlink(self.folder.at(self.place() + published.rpartition("@")[2]))
            raise Refusal("what it relied on was deleted meanwhile; save again", 75)
        return published

    def kept_entries(self):
        """What the tree can have, in its order."""
        kept = {}
        for path in sorted(self.entries, key=order):
            entry, pairs = self.entries[path]
            above = [path[:at] for at, c in enumerate(path) if c == 47]
            if any(each in kept and kept[each][0]["type"] != "dir" for each in above):
                why = "lies below an entry that is not a directory"
            elif path == b"." and entry["type"] != "dir" or entry["type"] == "symlink" and not entry["target"]:
                why = "cannot be restored as what it is"
            elif entry["type"] in ("char", "block") and len(field(entry, "rdev", list, [])) != 2:
                why = "is a device without a number"
            else:
                kept[path] = entry, pairs
                continue
            self.problem({"path": path, "text": why + "; left out"})
        return kept

    def links_joined(self, kept):
        """Every inode has its content under the first of its names; the others are links to that."""
        names = {}
        for path in [path for path, (entry, _) in kept.items() if entry["type"] == "link"]:
            target = path
            for _ in range(16):
                if target in kept and kept[target][0]["type"] == "link":
                    target = as_bytes(kept[target][0]["target"])
            if target not in kept or kept[target][0]["type"] in ("link", "dir"):
                self.problem({"path": path, "text": "is a link to an entry that is not stored; left out"})
                names.setdefault(None, []).append(path)
            else:
                names.setdefault(target, []).append(path)
        for path in names.pop(None, ()):
            del kept[path]
        for target, links in names.items():
            real, pairs = kept[target]
            first = min([target, *links], key=order)
            if first != target:
                kept[first] = {**kept[first][0], **real, "path": first}, pairs
                if target in self.marked:
                    self.marked[first] = self.marked.pop(target)
            for path in {target, *links} - {first}:
                size = {"size": real["size"]} if "size" in real else {}
                kept[path] = {**kept[path][0], **size, "path": path, "type": "link", "target": first}, []
        return kept

    def encoded(self, entry, content):
        """An item of a leaf."""
        found = {}
        for key in KEYS:
            if key in entry:
                found[key] = known(key, entry)
        for key in entry:
            if key in ("list", "problem") or key.startswith("@"):
                self.problem({"path": entry["path"], "text": "has a key that belongs to the repository: %s" % ascii(key)})
            elif key not in KEYS and key not in STREAM_ONLY:
                found[key] = entry[key]
        found.update(content)
        if entry["path"] in self.marked:
            found["problem"] = self.marked[entry["path"]].encode()[:16_384].decode(errors="ignore")
        return pack(found)

    def packs_of(self, used, node):
        """The packs that the saveset needs, as it names them."""
        names = sorted(self.chunks.holders(used))
        if len(names) <= 256:
            return {"count": len(names), "names": b"".join(names)}
        parts, part = [], b""
        for name in names:
            part += name
            if name[-1] == 0 or len(part) == 4096 * 16:
                parts, part = parts + [part], b""
        pairs = [(self.chunks.store(each), len(each)) for each in parts + [part] if each]
        listed = build_list(pairs, node) if len(pairs) > 256 else None
        self.chunks.finish()
        if listed:
            return {"count": len(names), "list": {"id": listed[0], "level": listed[1]}}
        return {"count": len(names), "content": [each for pair in pairs for each in pair]}

    # -- The saveset --

    def place(self):
        begin = self.begin
        return "savesets/%s/%s" % (escaped(begin["host"]), "+%s/" % escaped(begin["subset"]) if "subset" in begin else "")

    def latest(self):
        """The name and checksum of the latest saveset of this host and subset; nothing where one of them cannot be read, or is from the future."""
        found = [(-1 << 99, None, None)]
        try:
            for name in os.listdir(self.folder.at(self.place())):
                if re.fullmatch(r"\d{8}T\d{6}((\.\d{3}|\.\d{9})?Z|Z_[0-9a-f]{8})", name):
                    body = self.folder.read_small(self.place() + name, b"S")
                    found.append((needed(body, "started", msgpack.Timestamp).to_unix_nano(), name, self.folder.read(self.place() + name, -32)))
        except (OSError, Damage):
            return {}
        when, name, checksum = max(found)
        known = name is not None and when < time.time_ns() + 86_400 * 10**9
        return {"previous": {"name": "%s@%s" % (self.owner(), name), "sum": checksum}} if known else {}

    def owner(self):
        return "/".join(self.begin[key] for key in ("host", "subset") if key in self.begin)

    def publish_saveset(self, body):
        started = body["started"]
        text = (EPOCH + datetime.timedelta(seconds=started.seconds)).isoformat().replace("-", "").replace(":", "")
        forms = (text + "Z", text + ".%03dZ" % (started.nanoseconds // 10**6), text + ".%09dZ" % started.nanoseconds, text + "Z_" + body["save"].hex()[:8])
        file = self.folder.publish_small(b"S", body, self.place(), *forms)
        if not os.path.samestat(os.stat(self.folder.path), os.fstat(self.folder.root)):
            raise Refusal("%s: is not the repository any more" % self.folder.path, 74)
        return "%s@%s" % (self.owner(), file)


LIMITS = {"mode": 0o7777, "uid": (1 << 32) - 1, "gid": (1 << 32) - 1, "dev": (1 << 64) - 1, "ino": (1 << 64) - 1, "flags": (1 << 32) - 1}


def known(key, entry):
    """The value of a key of the table, of its type, and bytes as bytes."""
    value = entry[key]
    if key in ("path", "target"):
        return needed(entry, key, bytes)
    if key == "xattrs":
        return {as_bytes(name): as_bytes(each) for name, each in needed(entry, key, dict).items()}
    kind = str if key in ("type", "user", "group") else msgpack.Timestamp if key.endswith("time") else list if key == "rdev" else int
    if type(value) is not kind or kind is int and not 0 <= value <= LIMITS.get(key, (1 << 63) - 1):
        raise Damage("%s: key %s has a value that it may not have" % (shown(entry["path"]), key))
    return value


def joined(parts, limit):
    """Joins parts, in order, up to a limit."""
    found = []
    for part in parts:
        if found and len(found[-1]) + len(part) <= limit:
            found[-1] += part
        elif len(part) <= MAX_CHUNK:
            found.append(part)
    return found


def escaped(name):
    return "".join(chr(b) if chr(b).isascii() and (chr(b).isalnum() or b in b"_-" or b == 46 and at) else "%%%02X" % b for at, b in enumerate(name.encode()))


def main(arguments):
    try:
        command, path, *more = [os.fsdecode(each) for each in arguments[1:]]
        if command == "init" and not more:
            init(path)
        elif command == "settings" and more:
            change_settings(path, more)
        elif command == "store" and not more:
            recorder = Recorder(path)
            print(recorder.record(sys.stdin.buffer))
            return 3 if recorder.count else 0
        else:
            raise ValueError
    except FileExistsError:
        say("%s: is there already" % path)
        return 73
    except Refusal as refusal:
        say("%s: %s" % (path, refusal.args[0]))
        return refusal.args[1]
    except (Damage, OverflowError, msgpack.exceptions.UnpackException) as damage:
        say("%s" % (str(damage) or "the stream is cut off"))
        return 65
    except ValueError as error:
        say(str(error) or __doc__.split("\n\n")[1].strip())
        return 64
    except OSError as error:
        say("%s: %s" % (path, error.strerror))
        return 74
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
