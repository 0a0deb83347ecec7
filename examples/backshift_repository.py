"""A reader of Backshift repositories, written from backshift-repository(5) alone; restore.py uses it.

It needs Python 3.9 and Debian's python3-msgpack and python3-zstandard (python3-brotli for blocks of codec 4). Every digest is
verified, and no length is believed before it was compared with its bound. Memory: 64 MiB of blocks, and 60 bytes for every chunk
that no run of the index knows.
"""
import bisect
import collections
import datetime
import hashlib
import os
import re
import time

import msgpack

import backshift_objects
from backshift_objects import MAX_DEPTH, Pack, Run, read_configuration, read_saveset, read_settings, read_small, read_tags, sum_of
from backshift_sealing import Keys, root_key
from backshift_values import (DIGEST, Damage, Refused, Unexpected, as_bytes, checked_digest, checked_pairs, checked_path, field, needed, order, pairs_of, shown,
                              unpack, words)

MAX_NODE, MAX_ENTRY = 131_072, 7_340_032          # where the last item of a node begins; the length of a leaf's item
MAX_LEVEL = 32
CACHED = 64 << 20                 # bytes of blocks to keep
DECODED = 256 << 20               # bytes of blocks to decode for one chunk; a writer needs no more than a quarter of them
DIRECTORIES = 16                  # pack directories to keep; 15 MiB each at the most

# Files with other names are not ours, and are ignored.
NAME = re.compile(rb"[0-9a-f]{32}")
FOLDER = re.compile(rb"[0-9a-f]{2}")
HOST = re.compile(rb"([A-Za-z0-9_-]|%[0-9A-F]{2})([A-Za-z0-9._-]|%[0-9A-F]{2})*")
TIME = re.compile(rb"\d{8}T\d{6}((\.\d{3}|\.\d{9})?Z|Z_[0-9a-f]{8})(~[1-9]\d{0,18})?")
IN_HOST = re.compile(rb"%s|\+%s" % (TIME.pattern, HOST.pattern))


class Cache(collections.OrderedDict):
    """The values that were used last, up to a limit; `weigh` tells how much one of them counts."""

    def __init__(self, limit, weigh):
        super().__init__()
        self.room, self.weigh = limit, weigh

    def fetch(self, key, make):
        if key in self:
            self.move_to_end(key)
            return self[key]
        value = self[key] = make()
        self.room -= self.weigh(value)
        while self.room < 0 and len(self) > 1:
            self.room += self.weigh(self.popitem(last=False)[1])
        return value


class Repository:
    """The files below a directory. `say(text, status)` reports damage that does not end the reading."""

    def __init__(self, path, say, use_index=True):
        self.path, self.say, self.use_index = path, say, use_index
        configuration = os.path.join(path, b"backshift")
        if not os.path.lexists(configuration):
            raise Refused("%s: no Backshift repository" % shown(path), 66)
        backshift_objects.KEYS = None
        self.configuration = read_configuration(configuration)
        if "sealing" in self.configuration:
            backshift_objects.KEYS = self.unlock(configuration)
        self.settings = self.newest_settings()
        required = words(self.configuration, "requires") + words(self.settings, "requires")
        if required:                  # no word is known yet
            raise Unexpected("%s: requires %s, which this program does not know" % (shown(path), ", ".join(map(ascii, required))))
        self.opened, self.runs, self.gone = {}, [], set()
        self.strays, self.stray_packs = [], []         # entries as in a run, of the packs that no run names, and their names
        self.index_listed = self.packs_listed = -1.0   # when
        self.packs = Cache(DIRECTORIES, lambda pack: 1)
        self.salvaged, self.lost = {}, {}              # packs without a directory: those of which there are block lists, and the others
        self.runs_checked = False
        self.blocks, self.room = Cache(CACHED, len), DECODED
        self.unreadable = []          # names of the savesets that cannot be read

    def unlock(self, configuration):
        """The keys of a repository that is encrypted."""
        total = sum_of(configuration)
        slots = [read_small(os.path.join(self.path, b"keys", name), b"K", os.fsdecode(name)) for name in self.listed(b"keys")]
        try:
            return Keys(root_key(slots, total), total)
        except Damage as damage:
            raise type(damage)("%s: %s" % (shown(self.path), damage)) from None

    def names_in(self, *folder, names=NAME):
        """The names of ours in a folder, which must not be a link to one."""
        path = self.path
        for part in folder:
            path = os.path.join(path, part)
            if os.path.islink(path):
                raise Damage("%s: is a symbolic link, where a directory belongs" % shown(path))
        try:
            return sorted(name for name in os.listdir(path) if names.fullmatch(name))
        except FileNotFoundError:
            return []

    def listed(self, *folder, names=NAME):
        """The same; a folder that cannot be read is reported, and a file in its place is not ours."""
        try:
            return self.names_in(*folder, names=names)
        except NotADirectoryError:
            return []
        except (Damage, OSError) as trouble:
            self.say(trouble, 65)
            return []

    def newest_settings(self):
        """All settings must be read, since any may require something; those with the highest number count."""
        found = [(read_settings(os.path.join(self.path, b"settings", name), os.fsdecode(name)), name) for name in self.names_in(b"settings")]
        return max(found, key=lambda each: (each[0]["number"], each[1]))[0] if found else {}

    # -- Packs and the index --

    def open_runs(self):
        """Lists the index, unless it did so within the last second, and opens the runs that are new."""
        if not self.use_index or time.monotonic() < self.index_listed + 1:
            return
        self.index_listed = time.monotonic()
        for name in map(os.fsdecode, self.listed(b"index")):
            if name not in self.opened:
                try:
                    self.opened[name] = Run(os.path.join(self.path, b"index", os.fsencode(name)), name)
                except FileNotFoundError:
                    continue          # replaced since it was listed
                except (Damage, OSError) as trouble:      # the index only helps: what it does not tell, the packs do
                    self.ignore_run(name, trouble)
        self.choose_runs()

    def ignore_run(self, name, trouble):
        self.say(trouble)             # nothing is lost by it
        self.opened[name], self.packs_listed = None, -1.0
        self.choose_runs()

    def choose_runs(self):
        sound = {name: run for name, run in self.opened.items() if run}
        replaced = {name for run in sound.values() for name in run.replaced}
        self.runs = [(name, run) for name, run in sound.items() if name not in replaced]
        self.gone = {name for _, run in self.runs for name in run.gone}

    def pack(self, name):
        """The directory of a pack. One that is damaged is reported once, with what its block lists bring back."""
        if name in self.lost:
            raise self.lost[name]
        if name not in self.salvaged:
            folder = os.path.join(self.path, b"packs", name[:2].encode())
            path = os.path.join(folder, name.encode())
            try:
                if os.path.islink(folder) or os.path.islink(os.path.dirname(folder)):
                    raise Damage("pack %s: lies below a symbolic link" % name)
                pack = self.packs.fetch(name, lambda: Pack(path, name))
            except FileNotFoundError:
                raise
            except (Damage, OSError) as trouble:
                self.lost[name] = Damage("%s; nothing of this pack can be read" % trouble)
                self.say(self.lost[name])
                raise self.lost[name] from None
            if not pack.damage:
                return pack
            self.salvaged[name] = pack
            self.say("pack %s: %s; its block lists are used instead, which have %d chunks" % (name, pack.damage, pack.chunks))
        return self.salvaged[name]

    def read_strays(self):
        """Lists the packs, unless it did so within the last second, and adds the chunks of those that no run names."""
        if time.monotonic() < self.packs_listed + 1:
            return
        self.packs_listed = time.monotonic()
        known = {name for _, run in self.runs for name in run.packs if name not in self.gone}.union(self.stray_packs, self.salvaged, self.lost)
        found = []
        for folder in self.listed(b"packs", names=FOLDER):
            for name in map(os.fsdecode, self.listed(b"packs", folder)):
                if name in known:
                    continue
                try:
                    pack = self.pack(name)
                except (Damage, FileNotFoundError):
                    continue
                if name not in self.salvaged:
                    place = len(self.stray_packs).to_bytes(4, "little")
                    found += (pack.directories[0].digest(slot)[:8] + place + slot.to_bytes(4, "little") for slot in range(pack.chunks))
                    self.stray_packs.append(name)
        if found:
            self.strays = sorted(self.strays + found)

    def check_runs(self):
        """Ignores the runs that do not name every chunk of their packs."""
        self.runs_checked = True
        for name, run in list(self.runs):
            try:
                run.verify()
                for pack_name in set(run.packs) - self.gone:
                    try:
                        pack = self.pack(pack_name)
                    except (Damage, OSError):
                        continue
                    for slot in range(0 if pack.damage else pack.chunks):
                        if (pack_name, slot) not in map(run.place, entries_of(run, pack.directories[0].digest(slot))):
                            raise Damage("run %s: lacks chunks of pack %s" % (name, pack_name))
            except Damage as damage:
                self.ignore_run(name, damage)

    def places(self, digest):
        """Packs that may have a chunk, and its slot where it is known. Each step takes longer; after the first there is trouble with the index."""
        tried = set()
        for step in ("index", "packs that no run names", "all packs"):
            if step != "index" or self.index_listed < 0:
                self.open_runs()
            if step == "all packs" and not self.runs_checked:
                self.check_runs()
            if step != "index":
                self.read_strays()
            for place in self.known_places(digest):
                if place not in tried:
                    tried.add(place)
                    yield place

    def known_places(self, digest):
        for name, run in list(self.runs):
            try:
                yield from (place for place in map(run.place, entries_of(run, digest)) if place[0] not in self.gone)
            except Damage as damage:
                self.ignore_run(name, damage)
        for entry in entries_of(self.strays, digest):
            yield self.stray_packs[int.from_bytes(entry[8:12], "little")], int.from_bytes(entry[12:], "little")
        yield from ((name, None) for name in list(self.salvaged))

    def chunk(self, digest, below=MAX_DEPTH + 1):
        """The bytes of a chunk, verified, from a block less deep than a number; of a prefix only the first bytes of its digest may be known.
        If one of its copies is damaged, another may be sound."""
        if below > MAX_DEPTH:
            self.room = DECODED
        trouble = "in no pack"
        for name, place in self.places(digest):
            try:
                pack = self.pack(name)
                for directory, slot in pack.places(digest, place):
                    number = bisect.bisect_right(directory.firsts, slot) - 1
                    depth = directory.block(number)[6]
                    if depth >= below:
                        trouble = "not in a block less deep than %d" % below
                        continue
                    try:
                        block = self.blocks.fetch((name, directory.end, number), lambda: self.block(pack, directory, number, depth))
                    except (Damage, OSError) as error:
                        trouble = error
                        continue
                    *before, length = directory.lengths_of(directory.firsts[number], slot + 1)
                    content = block[sum(before):sum(before) + length]
                    if digest_of(content).startswith(digest):
                        return content
                    trouble = "does not match its digest"
            except FileNotFoundError:
                continue              # a run may name packs that were deleted
            except (Damage, OSError) as error:
                trouble = error
        raise Damage("chunk %s: %s" % (digest.hex(), trouble))

    def block(self, pack, directory, number, depth):
        content = pack.content(directory, number, lambda prefix: self.chunk(prefix, depth))
        self.room -= max(len(content), 32_768)
        if self.room < 0:
            raise Damage("needs more other chunks than it may")
        return content

    # -- Savesets --

    def savesets(self, status=65):
        """Name and body of each; the status is that of one that cannot be read."""
        found, standing, self.unreadable = [], {}, []
        for *owner, file in self.saveset_places():
            path = os.path.join(self.path, b"savesets", *owner, file)
            try:
                body = read_saveset(path, owner[0])
                host, subset, checkpoint = body["host"], body.get("subset"), body.get("checkpoint", 0)
                if owner != folders_of(host, subset):
                    raise Damage("%s: it is of another host or subset" % shown(path))
                text, save = os.fsdecode(file), field(body, "save", bytes)
                if text not in [form + ("~%d" % checkpoint if checkpoint else "") for form in time_texts(body["started"], save)]:
                    raise Damage("%s: it was not started then" % shown(path))
            except FileNotFoundError:
                continue              # a checkpoint that was replaced since it was listed
            except (Damage, OSError) as trouble:
                self.say(trouble, status)
                self.unreadable.append(saveset_name(*names_of(owner), time=os.fsdecode(file)))
            else:
                # Not the body: it may have 16 MiB.
                found.append((saveset_name(host, subset, time=text), path, owner[0], (host, subset, save), checkpoint))
                if save is not None:
                    standing[host, subset, save] = max(standing.get((host, subset, save), 0), checkpoint or float("inf"))
        for name, path, folder, save, checkpoint in sorted(found, key=lambda one: one[0]):
            # Of a save that was recorded while it went on the last one stands for all.
            if checkpoint == 0 or save not in standing or checkpoint == standing[save]:
                try:
                    body = read_saveset(path, folder)
                except (Damage, OSError) as trouble:
                    self.say(trouble, status)
                else:
                    yield name, body

    def saveset_places(self):
        """HOST and TIME, or HOST, +SUBSET and TIME, of every saveset."""
        for host in self.listed(b"savesets", names=HOST):
            for name in self.listed(b"savesets", host, names=IN_HOST):
                if not name.startswith(b"+"):
                    yield host, name
                else:
                    for file in self.listed(b"savesets", host, name, names=TIME):
                        yield host, name, file

    def saveset(self, wanted):
        """Name and body of the saveset whose name this is, or how its name, and no other, begins."""
        count, chosen, body = 0, None, None
        for name, one in self.savesets(0):
            if name == wanted:
                count, chosen, body = 1, name, one
                break
            if name.startswith(wanted):
                count, chosen, body = count + 1, name, one
        else:
            for name in self.unreadable:
                if name.startswith(wanted):
                    raise Refused("%s: may be %s, which cannot be read" % (wanted, name), 65)
        if count != 1:
            raise Refused("%s: %s" % (wanted, "more than one saveset begins so" if count else "no such saveset"), 66)
        if field(body, "complete", bool, False) is not True:
            self.say("%s is incomplete: %s" % (wanted, field(body, "reason", str, "no reason is given")))
        return chosen, body

    def data_expired(self, name, body):
        """When the data of a saveset was expired, if only its metadata is kept; None while all of it is there."""
        folder = [b"tags"] + folders_of(body["host"], body.get("subset"))
        text = os.fsencode(name[name.rindex("@") + 1:])
        numbers = [int(file[len(text) + 1:]) for file in self.listed(*folder, names=re.compile(re.escape(text) + rb"~[1-9]\d{0,17}"))]
        if not numbers:
            return None
        try:
            path = os.path.join(self.path, *folder, b"%s~%d" % (text, max(numbers)))
            tags = read_tags(path)
            if [tags["host"], tags.get("subset"), os.fsencode(tags["time"]), tags["number"]] != [body["host"], body.get("subset"), text, max(numbers)]:
                raise Damage("%s: they are of another saveset" % shown(path))
        except (Damage, OSError) as trouble:
            self.say(trouble)
            return None
        return None if tags.get("data", True) else tags.get("data_expired", tags.get("made"))

    # -- Trees --

    def node(self, digest, kind, level):
        """The items of a node."""
        what = "node %s" % digest.hex()
        items = unpack(self.chunk(digest), what, MAX_NODE, MAX_ENTRY if kind == "leaf" else None)
        head = next(items, None)
        if type(head) is not dict or head.get("node") != kind or type(head.get("level")) is not int or head["level"] != level:
            raise Damage("%s: is not a node %s of level %d" % (what, kind, level))
        first = next(items, None)
        if first is None:
            raise Damage("%s: has no items" % what)
        yield first
        yield from items

    def entries(self, digest, level, wanted=None, low=None, high=None):
        """The entries below a node, in order; of `wanted` paths only, if given. A damaged node costs what is below it.
        The first has the path `low`, if given, and all are before `high`."""
        before = None
        try:
            if level > MAX_LEVEL:
                raise Damage("a tree of too many levels")
            items = list(self.node(digest, "inner" if level else "leaf", level))
            if level:
                items = [(checked_path(as_bytes(path)), checked_digest(as_bytes(child))) for path, child in items]
            paths = [path for path, _ in items] if level else [checked_path(needed(entry, "path", bytes)) for entry in items]
            # So no node can stand in two places, and reading takes no longer than the length of what is read.
            places = [order(path) for path in paths] + ([] if high is None else [order(high)])
            if low is not None and paths[0] != low or any(one >= other for one, other in zip(places, places[1:])):
                raise Damage("node %s: is out of order" % digest.hex())
            for (path, item), following in zip(zip(paths, items), paths[1:] + [high]):
                if level and (wanted is None or wanted.meets(path, following)):
                    yield from self.entries(item[1], level - 1, wanted, path, following)
                elif not level and (wanted is None or wanted.has(path)):
                    yield path, item
        except (Damage, TypeError, ValueError, AttributeError) as trouble:
            self.say("entries from %s on, before %s, are lost: %s"
                    % ("the first" if low is None else shown(low), "the end" if high is None else shown(high), trouble), 65)

    def content(self, entry):
        """The content of an entry as pairs: digest, or None for a hole, and length."""
        if "list" in entry and "content" in entry:
            raise Damage("an entry with both content and list")
        if "list" not in entry:
            return pairs_of(field(entry, "content", list, []))
        listed = field(entry, "list", dict)
        return checked_pairs(self.list_items(checked_digest(needed(listed, "id", bytes)), needed(listed, "level", int)))

    def list_items(self, digest, level):
        if level > MAX_LEVEL:
            raise Damage("a list of too many levels")
        if not level:
            yield from checked_pairs(self.node(digest, "list", 0))
            return
        for child, length in checked_pairs(self.node(digest, "list", level), longest=1 << 63):
            got = 0
            for pair in self.list_items(checked_digest(child), level - 1):
                got += pair[1]
                yield pair
            if got != length:
                raise Damage("list node %s: its length is wrong" % child.hex())


def entries_of(entries, digest):
    """Those of a sorted sequence of entries that are of a digest, or of one that begins like it: 8 bytes of it, pack, slot."""
    at = bisect.bisect_left(entries, digest[:8])
    while at < len(entries) and (entry := entries[at])[:8] == digest[:8]:
        yield entry
        at += 1


def nanoseconds(entry, key):
    value = field(entry, key, msgpack.Timestamp)
    return None if value is None else value.to_unix_nano()


def folder_of(name):
    """A host or subset as it stands in the name of a folder."""
    return b"".join(b"%c" % b if re.fullmatch(rb"[A-Za-z0-9_-]", b"%c" % b) or b == 46 and at else b"%%%02X" % b for at, b in enumerate(name.encode()))


def name_of(folder):
    """The host or subset whose folder this is."""
    return os.fsdecode(re.sub(rb"%(..)", lambda found: bytes.fromhex(found.group(1).decode()), folder.lstrip(b"+")))


def folders_of(host, subset):
    """The folders of a host, or of a subset of it."""
    keys = backshift_objects.KEYS
    if keys is None:
        return [folder_of(host)] + ([] if subset is None else [b"+" + folder_of(subset)])
    return [keys.hidden(host.encode())] + ([] if subset is None else [b"+" + keys.hidden(subset.encode(), host.encode())])


def names_of(folders):
    """The host whose folder this is, or host and subset."""
    keys = backshift_objects.KEYS
    if keys is None:
        return [name_of(folder) for folder in folders]
    host = keys.shown(folders[0]) or b"?"
    return [os.fsdecode(host)] + [os.fsdecode(keys.shown(folder[1:], host) or b"?") for folder in folders[1:]]


def digest_of(content):
    keys = backshift_objects.KEYS
    return hashlib.sha256(content).digest()[:DIGEST] if keys is None else keys.digest(content)


def saveset_name(host, subset=None, *, time):
    return "%s%s@%s" % (host, "" if subset is None else "/" + subset, time)


def time_texts(time, save):
    """The forms of a time that may stand in a saveset's name: truncated to the second, or with three or nine digits of it, or with the identity of the save."""
    try:
        text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=time.seconds)).isoformat().replace("-", "").replace(":", "")
    except OverflowError:
        raise Damage("a time for which there is no name") from None
    return (text + "Z", text + ".%03dZ" % (time.nanoseconds // 10**6), text + ".%09dZ" % time.nanoseconds) + ((text + "Z_" + save.hex()[:8],) if save else ())
