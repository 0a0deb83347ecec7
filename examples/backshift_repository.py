"""A reader of Backshift repositories, written from backshift-repository(5) alone; restore.py uses it.

It needs Python 3.9 and Debian's python3-msgpack and python3-zstandard. Every digest is verified, and no length is believed
before it was compared with its bound. Memory: 64 MiB of blocks, and 150 bytes for every chunk that no run of the index knows.
"""
import bisect
import collections
import datetime
import hashlib
import lzma
import mmap
import os
import re
import stat
import struct

import msgpack
import zstandard

from backshift_values import DIGEST, Damage, Refused, as_bytes, checked_digest, checked_path, field, order, shown, unpack

MAX_CHUNK = 8_388_608             # also of a block's content, and of its prefixes together
MAX_STORED = 16_777_216           # of a block, and of the body of a small object
MAX_LEVEL = 32
MAX_DEPTH = 16
CACHED = 64 << 20                 # bytes of blocks to keep
DIRECTORIES = 16                  # pack directories to keep; 7 MiB each at the most

# Whatever has another name is not ours, and is passed over.
NAME = re.compile(rb"[0-9a-f]{32}")
FOLDER = re.compile(rb"[0-9a-f]{2}")
OWNER = re.compile(rb"\+?[A-Za-z0-9_%-][A-Za-z0-9._~%-]*")
TIME = re.compile(rb"\d{8}T\d{6}(\.\d{3}|\.\d{9})?Z(~[1-9]\d*)?")


# -- Objects ---------------------------------------------------------------------------------------------------------------

def check_header(header, kind, what):
    if len(header) < 32 or header[:8] != b"BACKSHFT":
        raise Damage("%s: not an object of a Backshift repository" % what)
    if header[8:9] != kind or header[9] != 1:
        raise Damage("%s: type %r, version %d" % (what, header[8:9], header[9]))
    if header[10] != 0:
        raise Refused("%s is encrypted; this program has no key and cannot read it" % what, 65)
    return header[16:32].hex()


def open_object(path):
    """Opens a file of the repository: no link is followed, and nobody waits for a fifo."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
        file.close()
    except IsADirectoryError:
        pass
    raise Damage("%s: is no regular file" % shown(path))


def read_small(path, kind):
    """The map in a configuration or saveset."""
    what = shown(path)
    with open_object(path) as file:
        data = file.read(36 + MAX_STORED + 33)
    check_header(data[:32], kind, what)
    length = struct.unpack_from("<I", data, 32)[0] if len(data) >= 36 else -1
    if len(data) != 36 + length + 32 or hashlib.sha256(data[:-32]).digest() != data[-32:]:
        raise Damage("%s: length or checksum is wrong" % what)
    values = list(unpack(data[36:-32], what))
    if len(values) != 1 or type(values[0]) is not dict:
        raise Damage("%s: the body is not one map" % what)
    return values[0]


class Pack:
    """The directory of a pack."""

    def __init__(self, path, name):
        self.path = path
        what = "pack %s" % name
        with open_object(path) as file:
            size = os.fstat(file.fileno()).st_size
            header = file.read(32)
            found = check_header(header, b"P", what)
            file.seek(max(size - 64, 32))
            trailer = file.read(64)
            if len(trailer) != 64 or found != name:
                raise Damage("%s: cut off, or not the pack of this name" % what)
            self.start, length, b, c, p, zero = struct.unpack_from("<QIIIIQ", trailer)
            if b > 65_536 or c > 262_144 or p > 262_144 or length != 32 * b + 27 * c + 24 * p or zero \
                    or self.start < 32 or self.start + length + 64 != size:
                raise Damage("%s: impossible trailer" % what)
            file.seek(self.start)
            self.data = file.read(length)
        if hashlib.sha256(header + self.data + trailer[:32]).digest() != trailer[32:]:
            raise Damage("%s: directory does not match its checksum" % what)
        self.chunks = c
        self.lengths, self.digests, self.prefixes = 32 * b, 32 * b + 3 * c, 32 * b + 27 * c
        self.firsts, self.first_prefixes, slot, prefix = [], [], 0, 0
        for number in range(b):
            offset, stored, content, _, chunks, _, depth, prefixes, _ = self.block(number)
            if offset < 32 or offset + stored > self.start or stored > MAX_STORED or content > MAX_CHUNK \
                    or chunks < 1 or depth > MAX_DEPTH:
                raise Damage("%s: impossible block %d" % (what, number))
            self.firsts.append(slot)
            self.first_prefixes.append(prefix)
            slot, prefix = slot + chunks, prefix + prefixes
        if slot != c or prefix != p:
            raise Damage("%s: the counts of its blocks do not add up" % what)

    def block(self, number):
        """Offset, stored length, length, CRC, chunks, codec, depth, prefixes, 0."""
        return struct.unpack_from("<QIIIIBBHI", self.data, 32 * number)

    def digest(self, slot):
        return self.data[self.digests + DIGEST * slot:self.digests + DIGEST * (slot + 1)]

    def lengths_of(self, first, end):
        return [int.from_bytes(self.data[self.lengths + 3 * i:self.lengths + 3 * i + 3], "little") for i in range(first, end)]

    def prefixes_of(self, number):
        at = self.prefixes + DIGEST * self.first_prefixes[number]
        return [self.data[at + DIGEST * i:at + DIGEST * (i + 1)] for i in range(self.block(number)[7])]

    def content(self, number, read_chunk):
        """The content of a block; read_chunk gives that of a prefix."""
        offset, stored, length, _, chunks, codec, _, _, _ = self.block(number)
        what = "%s: block %d" % (shown(self.path), number)
        lengths = self.lengths_of(self.firsts[number], self.firsts[number] + chunks)
        if sum(lengths) != length or 0 in lengths:
            raise Damage("%s: the lengths of its chunks do not add up" % what)
        with open_object(self.path) as file:
            data = os.pread(file.fileno(), stored, offset)
        if len(data) != stored:
            raise Damage("%s is cut off" % what)
        prefix = b"".join(map(read_chunk, self.prefixes_of(number)))
        if len(prefix) > MAX_CHUNK:
            raise Damage("%s: its prefixes are too long" % what)
        try:
            content = decompress(codec, data, length, prefix)
        except (zstandard.ZstdError, lzma.LZMAError) as error:
            raise Damage("%s: %s" % (what, error)) from None
        if len(content) != length:
            raise Damage("%s: its content has the wrong length" % what)
        return content


def decompress(codec, data, length, prefix):
    if codec == 0:
        return data
    if codec in (1, 3):
        # The frame may claim any length, and that much would be allocated: so look first. All ones means that it does not say.
        claimed = zstandard.get_frame_parameters(data).content_size
        if claimed not in (length, zstandard.CONTENTSIZE_UNKNOWN):
            return b""
        dictionary = zstandard.ZstdCompressionDict(prefix, zstandard.DICT_TYPE_RAWCONTENT) if codec == 3 and prefix else None
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(data, max_output_size=length, allow_extra_data=False)
    if codec == 2:
        # The properties may ask for a dictionary of 4 GiB; 64 MiB is what the page allows.
        decoder = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=65 << 20)
        return decoder.decompress(data, max_length=length + 1)
    raise Damage("codec %d is unknown" % codec)


class Run:
    """A run of the index, mapped into memory."""

    def __init__(self, path, name):
        what = "run %s" % name
        with open_object(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size < 128:
                raise Damage("%s: cut off" % what)
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        check_header(self.data[:32], b"R", what)
        packs, replaced, self.entries, filters = struct.unpack_from("<IIQI", self.data, 32)
        head = 64 + 16 * packs + 16 * replaced + 32 * filters
        self.start = head + 32
        end = self.start + 16 * self.entries
        if end + 32 != size or hashlib.sha256(memoryview(self.data)[:head]).digest() != self.data[head:self.start] \
                or hashlib.sha256(memoryview(self.data)[self.start:end]).digest() != self.data[end:]:
            raise Damage("%s: length or checksum is wrong" % what)
        names = [self.data[at:at + 16].hex() for at in range(64, 64 + 16 * (packs + replaced), 16)]
        self.packs, self.replaced = names[:packs], names[packs:]

    def find(self, digest):
        """The places, (pack, slot), of all chunks whose digests begin alike. The filter would only save time, so we leave it."""
        def key(i):
            return self.data[self.start + 16 * i:self.start + 16 * i + 8]
        low, high = 0, self.entries
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if key(middle) < digest[:8] else (low, middle)
        while low < self.entries and key(low) == digest[:8]:
            pack, slot = struct.unpack_from("<II", self.data, self.start + 16 * low + 8)
            if pack < len(self.packs):
                yield self.packs[pack], slot
            low += 1


class Cache(collections.OrderedDict):
    """What was used last, up to a limit; `weigh` tells what one value counts."""

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
    """The files below a directory. `say(text, status)` is told of damage that does not end the reading."""

    def __init__(self, path, say, use_index=True):
        self.path, self.say = path, say
        if not os.path.isfile(os.path.join(path, b"backshift")):
            raise Refused("%s: no Backshift repository" % shown(path), 66)
        if "sealing" in read_small(os.path.join(path, b"backshift"), b"C"):
            raise Refused("%s is encrypted; this program has no key and cannot read it" % shown(path), 65)
        self.runs = self.open_runs() if use_index else []
        self.strays = None        # digest -> (pack, slot), of the packs that no run names; read only when needed
        self.packs = Cache(DIRECTORIES, lambda pack: 1)
        self.blocks = Cache(CACHED, len)

    def listed(self, *folder, names=NAME):
        """The names of ours in a folder, which is no link to one."""
        path = self.path
        try:
            for part in folder:
                path = os.path.join(path, part)
                if os.path.islink(path):
                    raise Damage("%s: is a symbolic link, where a directory belongs" % shown(path))
            return sorted(name for name in os.listdir(path) if names.fullmatch(name))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except (Damage, OSError) as trouble:
            self.say(trouble, 65)
            return []

    def open_runs(self):
        runs = {}
        for name in self.listed(b"index"):
            try:
                runs[os.fsdecode(name)] = Run(os.path.join(self.path, b"index", name), shown(name))
            except Damage as damage:      # the index only helps: what it does not tell, the packs do
                self.say(damage, 65)
        replaced = {name for run in runs.values() for name in run.replaced}
        return [run for name, run in runs.items() if name not in replaced]

    def pack(self, name):
        folder = os.path.join(self.path, b"packs", name[:2].encode())
        path = os.path.join(folder, name.encode())
        if os.path.islink(folder) or os.path.islink(os.path.dirname(folder)):
            raise Damage("%s: lies below a symbolic link" % shown(path))
        return self.packs.fetch(name, lambda: Pack(path, name))

    def read_strays(self):
        self.strays = {}
        known = {name for run in self.runs for name in run.packs}
        for folder in self.listed(b"packs", names=FOLDER):
            for name in map(os.fsdecode, self.listed(b"packs", folder)):
                if name in known:
                    continue
                try:
                    pack = self.pack(name)
                    self.strays.update((pack.digest(slot), (name, slot)) for slot in range(pack.chunks))
                except (Damage, OSError) as trouble:
                    self.say(trouble, 65)

    def places(self, digest):
        for run in self.runs:
            yield from run.find(digest)
        if self.strays is None:
            self.read_strays()
        if digest in self.strays:
            yield self.strays[digest]

    def chunk(self, digest, below=MAX_DEPTH + 1):
        """The bytes of a chunk, verified, from a block less deep than a number. If one of its copies is damaged, another may be sound."""
        trouble = "in no pack"
        for name, slot in self.places(digest):
            try:
                pack = self.pack(name)
                if slot >= pack.chunks or pack.digest(slot) != digest:
                    continue          # another chunk whose digest begins alike
                number = bisect.bisect_right(pack.firsts, slot) - 1
                depth = pack.block(number)[6]
                if depth >= below:
                    trouble = "not in a block less deep than %d" % below
                    continue
                block = self.blocks.fetch((name, number), lambda: pack.content(number, lambda d: self.chunk(d, depth)))
                *before, length = pack.lengths_of(pack.firsts[number], slot + 1)
                content = block[sum(before):sum(before) + length]
                if hashlib.sha256(content).digest()[:DIGEST] == digest:
                    return content
                trouble = "does not match its digest"
            except FileNotFoundError:
                continue              # a run may name packs that were deleted
            except (Damage, OSError) as error:
                trouble = error
        raise Damage("chunk %s: %s" % (digest.hex(), trouble))

    # -- Savesets --

    def savesets(self):
        """Name and body of each. Host and subset are those inside it; its place tells how many digits of its time its name has."""
        found, standing = [], {}
        for *owner, file in self.saveset_places():
            path = os.path.join(self.path, b"savesets", *owner, file)
            try:
                body = read_small(path, b"S")
                host, subset, time = field(body, "host", str, "?"), field(body, "subset", str), os.fsdecode(file)
                checkpoint = field(body, "checkpoint", int, 0)
                if owner != [folder_of(host)] + ([] if subset is None else [b"+" + folder_of(subset)]):
                    raise Damage("%s: it is of another host or subset" % shown(path))
                if time not in [text + ("~%d" % checkpoint if checkpoint else "") for text in time_texts(body.get("started"))]:
                    raise Damage("%s: it was not started then" % shown(path))
                save = field(body, "save", bytes)
            except (Damage, OSError) as trouble:
                self.say(trouble, 65)
            else:
                # Not the body: it may have 16 MiB.
                found.append(("%s%s@%s" % (host, "/" + subset if subset else "", time), path, save, checkpoint))
                standing[save] = max(standing.get(save, 0), checkpoint or float("inf"))
        for name, path, save, checkpoint in sorted(found, key=lambda one: one[0]):
            # Of a save that was recorded while it went on the last one stands for all.
            if checkpoint == 0 or save is None or checkpoint == standing[save]:
                yield name, read_small(path, b"S")

    def saveset_places(self):
        """HOST and TIME, or HOST, +SUBSET and TIME, of every saveset."""
        for host in self.listed(b"savesets", names=OWNER):
            for name in self.listed(b"savesets", host, names=OWNER):
                if TIME.fullmatch(name):
                    yield host, name
                elif name.startswith(b"+"):
                    for time in self.listed(b"savesets", host, name, names=TIME):
                        yield host, name, time

    def saveset(self, wanted):
        count, body = 0, None
        for name, one in self.savesets():
            if name == wanted:
                count, body = 1, one
                break
            if name.startswith(wanted):
                count, body = count + 1, one
        if count != 1:
            raise Refused("%s: %s" % (wanted, "more than one saveset begins so" if count else "no such saveset"), 66)
        if field(body, "complete", bool, False) is not True:
            self.say("%s is incomplete: %s" % (wanted, field(body, "reason", str, "no reason is given")))
        return body

    # -- Trees --

    def node(self, digest, kind, level):
        """The items of a node."""
        what = "node %s" % digest.hex()
        items = unpack(self.chunk(digest), what)
        head = next(items, None)
        if type(head) is not dict or head.get("node") != kind or head.get("level") != level:
            raise Damage("%s is not a node %s of level %d" % (what, kind, level))
        return items

    def entries(self, digest, level, wanted=None, low=b"", high=None):
        """The entries below a node, in order; of `wanted` paths only, if given. A damaged node costs what is below it."""
        try:
            items = list(self.node(digest, "inner" if level else "leaf", level))
            if level:
                items = [(checked_path(as_bytes(path)), checked_digest(child)) for path, child in items]
                places = [order(low), *(order(path) for path, _ in items)] + ([] if high is None else [order(high)])
                # So no node can stand in two places, and reading takes no longer than what is read is long.
                if not items or low and items[0][0] != low or any(one >= other for one, other in zip(places[1:], places[2:])):
                    raise Damage("node %s is out of order" % digest.hex())
                for (path, child), following in zip(items, items[1:] + [(high, None)]):
                    if wanted is None or wanted.meets(path, following[0]):
                        yield from self.entries(child, level - 1, wanted, path, following[0])
                return
            for entry in items:
                path = checked_path(field(entry, "path", bytes))
                if order(path) < order(low) or high is not None and order(path) >= order(high):
                    raise Damage("%s: not in its place in node %s" % (shown(path), digest.hex()))
                low = path + b"\0"        # the next must be larger
                if wanted is None or wanted.has(path):
                    yield path, entry
        except (Damage, TypeError, ValueError, AttributeError) as trouble:
            self.say("entries from %s on, before %s, are lost: %s"
                    % (shown(low) or "the first", shown(high) if high else "the end", trouble), 65)

    def content(self, entry):
        """The content of an entry as pairs: digest, or None for a hole, and length."""
        flat, listed = field(entry, "content", list, []), field(entry, "list", dict)
        if listed is not None:
            if flat:
                raise Damage("an entry with both content and list")
            yield from self.list_items(checked_digest(listed.get("id")), field(listed, "level", int, 0))
        yield from checked_pairs(zip(flat[::2], flat[1::2] + [None]))

    def list_items(self, digest, level):
        if level > MAX_LEVEL:
            raise Damage("a list of too many levels")
        for child, length in checked_pairs(self.node(digest, "list", level)):
            if not level:
                yield child, length
            else:
                got = 0
                for pair in self.list_items(checked_digest(child), level - 1):
                    got += pair[1]
                    yield pair
                if got != length:
                    raise Damage("list node %s: its length is wrong" % child.hex())


def checked_pairs(pairs):
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2 or type(pair[1]) is not int or pair[1] < 1:
            raise Damage("content that is not pairs of digest and length")
        yield None if pair[0] is None else checked_digest(as_bytes(pair[0])), pair[1]


def nanoseconds(entry, key):
    value = field(entry, key, msgpack.Timestamp)
    return None if value is None else value.to_unix_nano()


def folder_of(name):
    """A host or subset as it stands in the name of a folder."""
    name = name.encode("utf-8", "surrogateescape")
    return b"".join(b"%c" % b if re.fullmatch(rb"[A-Za-z0-9_-]", b"%c" % b) or b == 46 and at else b"%%%02X" % b for at, b in enumerate(name))


def time_texts(time):
    """The forms of a time that may stand in a saveset's name: to the second, or with three or nine digits of it."""
    if type(time) is not msgpack.Timestamp:
        raise Damage("a saveset that does not say when it started")
    text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=time.seconds)).strftime("%Y%m%dT%H%M%S")
    return text + "Z", text + ".%03dZ" % (time.nanoseconds // 10**6), text + ".%09dZ" % time.nanoseconds
