"""The objects of a Backshift repository, one class or function for each type of file; written from backshift-repository(5) alone.

No length is believed before it was compared with its bound. backshift_repository.py puts the objects together.
"""
import errno
import hashlib
import lzma
import mmap
import os
import stat
import struct
import zlib

import msgpack
import zstandard
try:
    import brotli
except ImportError:               # only blocks of codec 4 need it
    brotli = None

from backshift_sealing import host_of_folder
from backshift_values import DIGEST, MAX_CHUNK, Damage, Unexpected, field, needed, pairs_of, plain, shown, unpack_map, words

MAX_STORED = 16_777_216           # of a block, and of the body of a small object
MAX_NAMES = 1_048_576             # bytes of names of packs in a saveset
MAX_DEPTH = 16
MAX_LISTS = 67_108_864            # bytes of block lists in one file; a writer has no more than 8 MiB of them
FILTER_PAGE, ENTRY_PAGE = 127 * 32, 255 * 16


CODEC_ERRORS = (zstandard.ZstdError, lzma.LZMAError) + ((brotli.error,) if brotli else ())

# The keys of the repository, if that is encrypted; its configuration and slots are not.
KEYS = None
NOT_SEALED = (b"C", b"K")


# -- Files -----------------------------------------------------------------------------------------------------------------

def open_object(path):
    """Opens a file of the repository. Links are not followed, and opening a fifo does not block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):         # a symbolic link, a socket
            raise Damage("%s: is not a regular file" % shown(path)) from None
        raise
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise Damage("%s: is not a regular file" % shown(path))


def open_plain(path, kind, name, what):
    """Opens a pack or run. One that is encrypted is decrypted into a file in memory."""
    file = open_object(path)
    if KEYS is None:
        return file
    with file:
        data = file.read()
    if len(data) >= 32 and data[:8] == b"BACKSHFT" and data[9] == 0:
        raise Unexpected("%s: is not encrypted, and everything in this repository is" % what)
    copy = os.fdopen(os.memfd_create("plain"), "w+b")
    copy.write(KEYS.plain_object(data, kind, name, what))
    copy.flush()
    return copy


def header_of(kind, name, flags=0):
    return b"BACKSHFT" + kind + bytes([0, 1, flags]) + bytes(4) + bytes.fromhex(name)


def check_header(header, kind, what, name=None, sealed=False):
    """Refuses an object of another type, sealing or version, or, if a name is given, of another name. Reserved bytes are ignored."""
    if len(header) < 32 or header[:8] != b"BACKSHFT":
        raise Damage("%s: not an object of a Backshift repository" % what)
    sealing, version = header[9], header[10]
    if header[8:9] != kind:
        raise Unexpected("%s: is of another type, %s" % (what, ascii(header[8:9])))
    if version == 0:
        raise Unexpected("%s: is of version 0, from before Backshift 1.0; this program reads version 1" % what)
    if version != 1:
        raise Unexpected("%s: is of version %d; this program reads version 1" % (what, version))
    if sealing != sealed:
        raise Unexpected("%s: is %sencrypted, unlike its repository" % (what, "" if sealing else "not "))
    if name is not None and header[16:32].hex() != name:
        raise Unexpected("%s: has another name in its header, and is in the place of another object" % what)


# -- Small objects ---------------------------------------------------------------------------------------------------------

def read_small(path, kind, name=None, folder=b""):
    """The map in a configuration, settings or a saveset: from the first of its two copies, or else from the second. `folder` is that of its host."""
    what = shown(path)
    with open_object(path) as file:
        data = file.read(2 * (36 + MAX_STORED + 32) + 4096 + 1)
    try:
        return read_copy(data, kind, what, name, folder)
    except Damage as damage:
        sectors = (len(data) + 8191) // 8192
        length = len(data) - 4096 * sectors
        if length < 68 or length <= 4096 * (sectors - 1):
            raise
        try:
            return read_copy(data[-length:], kind, what, name, folder)
        except Damage:
            raise damage from None


def read_copy(data, kind, what, name, folder):
    sealed = KEYS is not None and kind not in NOT_SEALED
    check_header(data[:32], kind, what, name, sealed)
    length = struct.unpack_from("<I", data, 32)[0] if len(data) >= 36 else -1
    if not 0 <= length <= min(MAX_STORED, len(data) - 68) or hashlib.sha256(data[:36 + length]).digest() != data[36 + length:68 + length]:
        raise Damage("%s: length or checksum is wrong" % what)
    body = data[36:36 + length]
    return unpack_map(KEYS.small_body(data[:32], body, what, host_of_folder(folder)) if sealed else body, what)


def sum_of(path):
    """The SHA-256 at the end of the first copy of a small object, or of the second if that is damaged."""
    with open_object(path) as file:
        data = file.read(2 * (36 + MAX_STORED + 32) + 4096 + 1)
    for start in (0, 4096 * ((len(data) + 8191) // 8192)):
        length = struct.unpack_from("<I", data, start + 32)[0] if len(data) >= start + 68 else MAX_STORED + 1
        if data[start + 36 + length:start + 68 + length] == hashlib.sha256(data[start:start + 36 + length]).digest():
            return data[start + 36 + length:start + 68 + length]
    raise Damage("%s: its checksum is wrong" % shown(path))


def read_configuration(path):
    body = read_small(path, b"C")
    try:
        if "sealing" in body and needed(needed(body, "sealing", dict), "name", str) != "aes256gcm":
            raise Unexpected("is encrypted in a way that is not known here")
        cutter = needed(body, "cutter", dict)
        if needed(cutter, "name", str) != "p16":
            raise Unexpected("the cutter %s is not known" % ascii(cutter["name"]))
        if needed(cutter, "average", int) not in [1 << i for i in range(12, 21)] or len(needed(cutter, "seed", bytes)) != 32:
            raise Damage("impossible cutter")
        if not 65_536 <= field(body, "block", int, 65_536) <= MAX_CHUNK or not 1 << 20 <= field(body, "pack", int, 1 << 20) <= 1 << 30:
            raise Damage("impossible length of blocks or packs")
        check_requirements(body)
    except Damage as damage:
        raise type(damage)("%s: %s" % (shown(path), damage)) from None
    return body


def read_settings(path, name):
    body = read_small(path, b"G", name)
    try:
        if needed(body, "number", int) < 1:
            raise Damage("number 0")
        check_requirements(body)
    except Damage as damage:
        raise Damage("%s: %s" % (shown(path), damage)) from None
    return body


def check_requirements(body):
    field(body, "codec", str)
    if field(body, "parity", int, 0) > 100:
        raise Damage("more parity than there may be")
    words(body, "requires")
    words(body, "requires_write")


def read_saveset(path, folder=b""):
    """The body of a saveset, in the folder of a host. What a reader relies on is checked here; the tree is checked as it is read."""
    body = read_small(path, b"S", folder=folder)
    try:
        for key, kind, without in (("host", needed, "@/"), ("subset", field, "@")):
            name = kind(body, key, str)
            if name is not None and not (1 <= len(name.encode()) <= 80 and plain(name, without)):
                raise Damage("key %s: no name of a host or subset" % key)
        needed(body, "started", msgpack.Timestamp)
        if field(body, "checkpoint", int, 1) < 1 or field(body, "level", int, 0) > 32:
            raise Damage("impossible number of a checkpoint or level")
        if len(field(body, "save", bytes, bytes(16))) != 16 or len(field(body, "root", bytes, bytes(DIGEST))) != DIGEST:
            raise Damage("save or root of another length")
        previous = field(body, "previous", dict)
        if previous is not None and (len(needed(previous, "name", str).encode()) > 255 or len(needed(previous, "sum", bytes)) != 32):
            raise Damage("key previous: not a name and a sum")
        if any(tag == "" or not plain(tag, ",") for tag in words(body, "tags", 100)):
            raise Damage("key tags: a tag that is none")
        renamed = field(body, "renamed", dict)
        if renamed is not None and len(needed(renamed, "from", str).encode()) > 255:
            raise Damage("key renamed: from a name that is too long")
        field(field(body, "problems", dict, {}), "count", int)
        check_packs(field(body, "packs", dict, {"count": 0}))
    except Damage as damage:
        raise Damage("%s: %s" % (shown(path), damage)) from None
    return body


def read_tags(path):
    """What was said of a saveset after it was published."""
    body = read_small(path, b"T")
    try:
        if not needed(body, "host", str) or not needed(body, "time", str) or not 1 <= needed(body, "number", int) < 10**18:
            raise Damage("not of a saveset, or without a number")
        field(body, "subset", str)
        for key in ("tags", "source_tags"):
            if any(tag == "" or not plain(tag, ",") for tag in words(body, key, 100)):
                raise Damage("key %s: a tag that is none" % key)
        for key in ("note", "source_note"):
            if len(as_text(body, key).encode()) > 4096:
                raise Damage("key %s: is too long" % key)
        for key in ("hold", "data", "source_hold"):
            field(body, key, bool)
        for key in ("made", "data_expired", "received", "damaged"):
            field(body, key, msgpack.Timestamp)
    except Damage as damage:
        raise Damage("%s: %s" % (shown(path), damage)) from None
    return body


def as_text(body, key):
    """A text with any characters, also those that no name has."""
    text = body.get(key, "")
    if type(text) is not str:
        raise Damage("key %s: not a text" % key)
    return text


def check_packs(packs):
    """The packs that a saveset needs: their names in place, or as the content of a file. To restore it they are not needed."""
    count, names, pairs, listed = needed(packs, "count", int), field(packs, "names", bytes), field(packs, "content", list), field(packs, "list", dict)
    if len([key for key in ("names", "content", "list") if key in packs]) > 1 or count and packs.keys() == {"count"}:
        raise Damage("key packs: names in more than one place, or in none")
    if names is not None:
        each = [names[at:at + 16] for at in range(0, len(names), 16)]
        if len(names) != 16 * count or len(names) > MAX_NAMES or each != sorted(set(each)):
            raise Damage("key packs: not as many names, or out of order")
    if pairs is not None and sum(length for _, length in pairs_of(pairs)) != 16 * count:
        raise Damage("key packs: not as many names")
    if listed is not None and (len(needed(listed, "id", bytes)) != DIGEST or needed(listed, "level", int) > 32):
        raise Damage("key packs: impossible list")


# -- Packs -----------------------------------------------------------------------------------------------------------------

class Directory:
    """The directory of a pack; or the body of a block list, which is like one but for its digests, of which it has 8 bytes."""

    def __init__(self, data, end, cut=DIGEST):
        """`end` is where all its blocks have ended."""
        size, self.blocks, self.chunks, prefixes = self.measure(data, cut)
        if len(data) < size:
            raise Damage("directory is cut off")
        self.data, self.end, self.cut = data[:size], end, cut
        self.lengths = 16 + 32 * self.blocks
        self.digests = self.lengths + 3 * self.chunks
        self.prefixes = self.digests + cut * self.chunks
        self.firsts, self.first_prefixes, slot, prefix = [], [], 0, 0
        for number in range(self.blocks):
            offset, stored, content, _, chunks, codec, depth, count, _ = self.block(number)
            if offset < 32 or offset + stored > end or stored > MAX_STORED or content > MAX_CHUNK or depth > MAX_DEPTH \
                    or chunks < 1 or slot + chunks > self.chunks or prefix + count > prefixes:
                raise Damage("impossible block %d" % number)
            if codec <= 4 and (codec == 3) != (count > 0):
                raise Damage("block %d of codec %d has %d prefixes" % (number, codec, count))
            lengths = self.lengths_of(slot, slot + chunks)
            if 0 in lengths or sum(lengths) != content:
                raise Damage("block %d is not as long as its chunks" % number)
            self.firsts.append(slot)
            self.first_prefixes.append(prefix)
            slot, prefix = slot + chunks, prefix + count
        if slot != self.chunks or prefix != prefixes:
            raise Damage("the counts of its blocks do not add up")

    @staticmethod
    def measure(data, cut=DIGEST):
        """The length without sketches, and the counts; checks that data, which may be the beginning alone, can be a directory."""
        if len(data) < 16:
            raise Damage("directory is cut off")
        b, c, p, s = struct.unpack_from("<IIII", data)
        if b > 65_536 or c > 262_144 or p > 262_144 or s > (64 if cut == DIGEST else 0):
            raise Damage("impossible counts")
        return 16 + 32 * b + (3 + cut) * c + cut * p, b, c, p

    def block(self, number):
        """Offset, stored length, length, CRC, chunks, codec, depth, prefixes, 0."""
        return struct.unpack_from("<QIIIIBBHI", self.data, 16 + 32 * number)

    def digest(self, slot):
        return self.data[self.digests + self.cut * slot:self.digests + self.cut * (slot + 1)]

    def slots(self, digest):
        """The slots of all chunks that may have this digest; here or there only its first bytes are known."""
        at = self.data.find(digest[:self.cut], self.digests, self.prefixes)
        while at >= 0:
            if (at - self.digests) % self.cut == 0:
                yield (at - self.digests) // self.cut
            at = self.data.find(digest[:self.cut], at + 1, self.prefixes)

    def lengths_of(self, first, end):
        data = self.data[self.lengths + 3 * first:self.lengths + 3 * end]
        return [low | middle << 8 | high << 16 for low, middle, high in zip(data[::3], data[1::3], data[2::3])]

    def prefixes_of(self, number):
        at = self.prefixes + self.cut * self.first_prefixes[number]
        return [self.data[at + self.cut * i:at + self.cut * (i + 1)] for i in range(self.block(number)[7])]


class Pack:
    """A pack that was opened from its end: its directory, or, where that is damaged, what its block lists say in place of it."""

    def __init__(self, path, name):
        self.path, self.name, self.damage = path, name, None
        with open_plain(path, b"P", name, "pack " + name) as file:
            size = os.fstat(file.fileno()).st_size
            header = os.pread(file.fileno(), 32, 0)
            try:
                self.directories = [self.directory(file, size, name)]
            except Damage as damage:
                if header[:8] == b"BACKSHFT":
                    check_header(header, b"P", "pack " + name, name)     # another kind of object is not damaged
                self.damage = damage
                self.directories = block_lists(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) if size else []
        self.chunks = sum(directory.chunks for directory in self.directories)
        if self.damage and not self.directories:
            raise Damage("pack %s: %s" % (name, self.damage))

    @staticmethod
    def directory(file, size, name):
        trailer = os.pread(file.fileno(), 64, max(size - 64, 0))
        start, length = struct.unpack_from("<QI", trailer) if size >= 32 + 16 + 64 else (0, 0)
        if start < 32 or length < 16 or start + length + 64 != size:
            raise Damage("impossible trailer, or cut off")
        counts = os.pread(file.fileno(), 16, start)
        size, _, chunks, _ = Directory.measure(counts)
        if size + chunks * struct.unpack_from("<I", counts, 12)[0] != length:
            raise Damage("directory is not as long as its counts say")
        data = os.pread(file.fileno(), length, start)

        def matches(header):
            return hashlib.sha256(header + data + trailer[:32]).digest() == trailer[32:]
        # The header is known but for its flags, and for bytes that are reserved; those are worth a look only when all else fails.
        if not any(matches(header_of(b"P", name, flags)) for flags in (0, 1)):
            header = os.pread(file.fileno(), 32, 0)
            check_header(header, b"P", "pack " + name, name)
            if not matches(header):
                raise Damage("directory does not match its checksum")
        return Directory(data, start)

    def places(self, digest, slot=None):
        """Where a chunk may be, as directory and slot. What an index says of the slot holds for a directory, not for block lists of which one may be lost."""
        for directory in self.directories:
            if slot is None or self.damage:
                yield from ((directory, found) for found in directory.slots(digest))
            elif slot < directory.chunks and digest.startswith(directory.digest(slot)[:len(digest)]):
                yield directory, slot

    def content(self, directory, number, read_chunk):
        """The content of a block; read_chunk gives that of a prefix."""
        offset, stored, length, _, _, codec, _, _, _ = directory.block(number)
        what = "%s: block at %d" % (shown(self.path), offset)
        with open_plain(self.path, b"P", self.name, what) as file:
            data = os.pread(file.fileno(), stored, offset)
        if len(data) != stored:
            raise Damage("%s is cut off" % what)
        prefix = b"".join(map(read_chunk, directory.prefixes_of(number)))
        if len(prefix) > MAX_CHUNK:
            raise Damage("%s: its prefixes are too long" % what)
        try:
            content = decompress(codec, data, length, prefix)
        except CODEC_ERRORS as error:
            raise Damage("%s: %s" % (what, error)) from None
        if len(content) != length:
            raise Damage("%s: its content has the wrong length" % what)
        return content


def block_lists(data):
    """The block lists in a file that was a pack. What looks like one in the content of a block may be found too: digests decide."""
    found, room, at = [], MAX_LISTS, data.find(b"BSGAPblk", 32)
    while at >= 0 and room > 0:
        length, crc = struct.unpack_from("<II", data, at + 8) if at + 16 <= len(data) else (MAX_CHUNK + 1, 0)
        after = at + 1
        if length <= MAX_CHUNK and at + 16 + length <= len(data):
            body = data[at + 16:at + 16 + length]
            if zlib.crc32(body, zlib.crc32(data[at:at + 12])) == crc:
                try:
                    if Directory.measure(body, 8)[0] != length:
                        raise Damage("not as long as its counts say")
                    found.append(Directory(body, at, 8))
                    room, after = room - length, at + 16 + length
                except Damage:        # other lists may still help
                    pass
        at = data.find(b"BSGAPblk", after)
    return found


def decompress(codec, data, length, prefix):
    if codec == 0:
        return data
    if codec in (1, 3):
        # The frame may claim any length, and that much would be allocated: so look first. All ones means that it does not say.
        claimed = zstandard.get_frame_parameters(data).content_size
        if claimed not in (length, zstandard.CONTENTSIZE_UNKNOWN):
            return b""
        dictionary = zstandard.ZstdCompressionDict(prefix, zstandard.DICT_TYPE_RAWCONTENT) if codec == 3 else None
        return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(data, max_output_size=length, allow_extra_data=False)
    if codec == 2:
        # The properties may ask for a dictionary of 4 GiB; 64 MiB is what the page allows.
        decoder = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=65 << 20)
        return decoder.decompress(data, max_length=length + 1)
    if codec == 4:
        return unbrotli(data, length)
    raise Damage("codec %d is unknown" % codec)


def unbrotli(data, length):
    if brotli is None:
        raise Damage("codec 4 needs the module brotli")
    # The module sets no bound to what one call returns, and 3 bytes can stand for 16 MiB: so few bytes go in at a time, and at the end one, since nothing may
    # come after the stream.
    decoder, parts, room, at = brotli.Decompressor(), [], length, 0
    while at < len(data):
        step = 16 if at + 32 < len(data) else 1
        if decoder.is_finished():
            return b""
        parts.append(decoder.process(data[at:at + step]))
        room, at = room - len(parts[-1]), at + step
        if room < 0:
            return b""
    return b"".join(parts) if decoder.is_finished() else b""


# -- Index -----------------------------------------------------------------------------------------------------------------

class Run:
    """A run of the index, mapped into memory: a sequence of entries of 16 bytes, in order. A page is verified when it is used.
    The filter would only save time; this reader leaves it alone."""

    def __init__(self, path, name):
        self.what = "run %s" % name
        with open_plain(path, b"R", name, self.what) as file:
            size = os.fstat(file.fileno()).st_size
            if size < 128:
                raise Damage("%s: cut off" % self.what)
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        check_header(self.data[:32], b"R", self.what, name)
        packs, replaced, self.entries, filters, gone = struct.unpack_from("<IIQII", self.data, 32)
        head = 64 + 16 * (packs + replaced + gone)
        self.pages = head + 32
        self.start = self.pages + 32 * filters + 4 * -(-32 * filters // FILTER_PAGE)
        self.end = self.start + 16 * self.entries + 4 * -(-16 * self.entries // ENTRY_PAGE)
        if packs > 1 << 20 or replaced > 65_536 or self.entries > 1 << 28 or filters > self.entries // 16 + 8 or gone > 1 << 20 \
                or self.end + 32 != size or hashlib.sha256(self.data[:head]).digest() != self.data[head:self.pages]:
            raise Damage("%s: length or checksum is wrong" % self.what)
        names = [self.data[at:at + 16].hex() for at in range(64, head, 16)]
        self.packs, self.replaced, self.gone = names[:packs], names[packs:packs + replaced], names[packs + replaced:]
        self.verified = bytearray(-(-16 * self.entries // ENTRY_PAGE))

    def __len__(self):
        return self.entries

    def __getitem__(self, number):
        page, at = divmod(16 * number, ENTRY_PAGE)
        start = self.start + (ENTRY_PAGE + 4) * page
        if not self.verified[page]:
            self.verify_page(start, min(ENTRY_PAGE, 16 * self.entries - ENTRY_PAGE * page))
            self.verified[page] = 1
        return self.data[start + at:start + at + 16]

    def verify_page(self, start, length):
        if zlib.crc32(self.data[start:start + length]) != struct.unpack_from("<I", self.data, start + length)[0]:
            raise Damage("%s: a page does not match its checksum" % self.what)

    def verify(self):
        """Reads all of it. What is wrong in one way or another may lack entries."""
        if hashlib.sha256(memoryview(self.data)[self.pages:self.end]).digest() != self.data[self.end:]:
            raise Damage("%s: does not match its checksum" % self.what)
        for start in range(self.pages, self.start, FILTER_PAGE + 4):
            self.verify_page(start, min(FILTER_PAGE, self.start - start - 4))
        before = b""
        for entry in map(self.__getitem__, range(self.entries)):
            key = entry[:8] + entry[11:7:-1] + entry[15:11:-1]     # pack and slot are little-endian
            if key <= before:
                raise Damage("%s: entries are out of order" % self.what)
            before = key
            self.place(entry)

    def place(self, entry):
        """The pack and slot of an entry."""
        pack, slot = struct.unpack_from("<II", entry, 8)
        if pack >= len(self.packs):
            raise Damage("%s: an entry of a pack that it does not name" % self.what)
        return self.packs[pack], slot
