"""Packs, runs and small objects of a Backshift repository as a writer needs them, from backshift-repository(5). Used by small_writer.py."""
import collections
import fcntl
import hashlib
import lzma
import os
import struct
import sys
import zlib

import brotli
import msgpack
import zstandard

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
from backshift_values import DIGEST, MAX_CHUNK, Damage, as_bytes, field, unpack_map  # noqa: E402
from small_trees import pack  # noqa: E402

SALTS = (0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31)
FILTER_PAGE, ENTRY_PAGE = 127 * 32, 255 * 16
LIST_EVERY = 4 << 20              # bytes of blocks between two block lists
MAX_BLOCKS, MAX_CHUNKS = 65_536, 262_144
Block = collections.namedtuple("Block", "pack offset stored length crc codec depth prefixes")
Copy = collections.namedtuple("Copy", "block start length")         # of a chunk, within a block


class Refusal(Exception):
    """What was asked for cannot be done; the second argument is the exit status."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def digest_of(content):
    return sha256(content)[:DIGEST]


def header(kind, name, flags=0):
    return b"BACKSHFT" + kind + bytes([0, 1, flags]) + bytes(4) + name


class Folder:
    """The directory of a repository, opened once; everything is named relative to it. Directories are given with a slash at the end."""

    def __init__(self, path):
        self.path, self.root = path, os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        self.mode = os.stat(self.at("backshift")).st_mode & 0o660 if os.path.exists(self.at("backshift")) else 0o600
        self.directory_mode = self.mode | (self.mode & 0o440) >> 2 | (0o2000 if self.mode & 0o020 else 0)

    def at(self, name):
        """The path of a file, below no link."""
        path = "/proc/self/fd/%d/" % self.root
        for above in [name[:at] for at, c in enumerate(name) if c == "/"]:
            if os.path.islink(path + above):
                raise Damage("%s: is a symbolic link" % above)
        return path + name

    def read(self, name, begin=0, length=2 * ((1 << 24) + 68) + 4097):
        file = os.open(self.at(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return os.pread(file, length, max(begin + os.fstat(file).st_size if begin < 0 else begin, 0))
        finally:
            os.close(file)

    def names(self, folder, length=32):
        try:
            return [name for name in sorted(os.listdir(self.at(folder))) if len(name) == length and not name.strip("0123456789abcdef")]
        except FileNotFoundError:
            return []

    def make(self, folder):
        above = ""
        for part in folder.split("/")[:-1]:
            if not os.path.isdir(self.at(above + part + "/")):
                os.mkdir(self.at(above + part))
                os.chmod(self.at(above + part), self.directory_mode)
                self.sync(above)
            above += part + "/"

    def sync(self, folder):
        descriptor = os.open(self.at(folder), os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(descriptor)
        os.close(descriptor)

    def publish(self, data, folder, *names):
        """Puts an object into a folder, whole and durable, under the first of these names that is free."""
        self.make("tmp/")
        self.make(folder)
        temporary = "tmp/" + os.urandom(16).hex()
        with open(os.open(self.at(temporary), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            os.fchmod(file.fileno(), self.mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            try:
                for name in names:
                    try:
                        os.link(self.at(temporary), self.at(folder + name), follow_symlinks=False)
                    except FileExistsError:
                        continue
                    self.sync(folder)
                    return name
            finally:
                os.unlink(self.at(temporary))
        raise Refusal("%s%s: there is such a file already" % (folder, names[-1]), 73)

    def publish_small(self, kind, body, folder, *names, name=None):
        """NAME is the default. Savesets, settings and tags have two copies."""
        name, encoded = name or os.urandom(16), pack(body)
        front = header(kind, name) + struct.pack("<I", len(encoded)) + encoded
        copy = front + sha256(front)
        data = copy + bytes(-len(copy) % 4096) + copy if kind in (b"S", b"G", b"T") else copy
        return self.publish(data, folder, *names or (name.hex(),))

    def read_small(self, name, kind, own_name=None):
        data = self.read(name)
        start = (len(data) + 8191) // 8192 * 4096
        second = data[start:] if 68 <= len(data) - start > start - 4096 else b""
        try:
            return read_copy(data, name, kind, own_name)
        except Damage:
            if not second:
                raise
            return read_copy(second, name, kind, own_name)


def read_copy(data, name, kind, own_name):
    if data[:9] == b"BACKSHFT" + kind and data[10:11] == b"\0":
        raise Damage("%s: is of version 0, from before Backshift 1.0" % name)
    if data[:11] != header(kind, bytes(16))[:11]:
        raise Damage("%s: is of a type, sealing or version that is not expected here" % name)
    if own_name is not None and data[16:32] != own_name:
        raise Damage("%s: has another name in its header" % name)
    end = 36 + struct.unpack_from("<I", data, 32)[0] if len(data) >= 68 else 0
    if not 36 <= end <= min(len(data) - 32, 36 + (1 << 24)) or sha256(data[:end]) != data[end:end + 32]:
        raise Damage("%s: length or checksum is wrong" % name)
    return unpack_map(data[36:end], name)


def read_condemned(folder, name):
    """The reason and the packs of a condemned list."""
    body = folder.read_small("condemned/" + name, b"D", bytes.fromhex(name))
    field(body, "made", msgpack.Timestamp)
    reason, packs = field(body, "reason", str, ""), [as_bytes(each) for each in field(body, "packs", list, [])]
    if len(reason.encode()) > 255 or any(type(each) is not bytes or len(each) != 16 for each in packs):
        raise Damage("condemned list %s: a reason that is too long, or a name that is none" % name)
    return reason, [each.hex() for each in packs]


class Chunks:
    """The chunks of a repository: where they lie, their bytes, and new ones."""

    def __init__(self, folder, codec, host, block, pack, say):
        self.folder, self.codec, self.writer, self.block, self.limit, self.say = folder, codec, sha256(host.encode())[:8], block, pack, say
        self.copies = collections.defaultdict(list)
        self.packs = {}               # name -> the digests in it, in the order of their slots
        self.sound = {}               # block -> whether it matches its CRC
        self.added, self.published = 0, []
        self.waiting = {False: {}, True: {}}                                # digest -> content, of contents and of nodes
        self.files = {False: PackFile(0), True: PackFile(1)}
        condemned = self.condemned()
        for two in folder.names("packs/", 2):
            for name in folder.names("packs/%s/" % two):
                try:
                    self.read_directory("packs/%s/%s" % (two, name), bytes.fromhex(name), name in condemned)
                except (Damage, OSError, OverflowError, struct.error) as damage:
                    say("%s" % damage)

    def condemned(self):
        found = set()
        for name in self.folder.names("condemned/"):
            try:
                found.update(read_condemned(self.folder, name)[1])
            except Damage as damage:
                self.say("%s" % damage)
        return found

    def read_directory(self, path, name, condemned):
        trailer = self.folder.read(path, -64)
        start, length = struct.unpack_from("<QI", trailer)
        data = self.folder.read(path, start, min(length, 1 << 26))
        if not any(sha256(header(b"P", name, flags), data, trailer[:32]) == trailer[32:] for flags in (0, 1)):
            raise Damage("%s: cannot be read, and is not used" % path)
        b, c, p, _ = struct.unpack_from("<IIII", data)
        at = 16 + 32 * b
        lengths = [int.from_bytes(data[at + 3 * i:at + 3 * i + 3], "little") for i in range(c)]
        at += 3 * c
        digests = [data[at + DIGEST * i:at + DIGEST * (i + 1)] for i in range(c)]
        at += DIGEST * c
        prefixes = [data[at + DIGEST * i:at + DIGEST * (i + 1)] for i in range(p)]
        self.packs[name] = digests
        slot = 0
        for i in range(b):
            offset, stored, content, crc, count, codec, depth, needs, _ = struct.unpack_from("<QIIIIBBHI", data, 16 + 32 * i)
            block, prefixes = Block(name, offset, stored, content, crc, codec, depth, tuple(prefixes[:needs])), prefixes[needs:]
            if not condemned:
                self.add_block(block, digests[slot:slot + count], lengths[slot:slot + count])
            slot += count

    def add_block(self, block, digests, lengths):
        start = 0
        for digest, length in zip(digests, lengths):
            self.copies[digest].append(Copy(block, start, length))
            start += length

    def path(self, name):
        return "packs/%s/%s" % (name.hex()[:2], name.hex())

    def length(self, digest, below=17):
        """The length of a chunk that is stored, or None: the bytes of its block are what was written, and all its prefixes are stored."""
        for waiting in self.waiting.values():
            if digest in waiting:
                return len(waiting[digest])
        for copy in self.copies.get(digest, ()):
            if copy.block.depth < below and self.is_sound(copy.block):
                return copy.length
        return None

    def is_sound(self, block):
        if block not in self.sound:
            stored = self.folder.read(self.path(block.pack), block.offset, block.stored)
            self.sound[block] = zlib.crc32(stored) == block.crc and all(self.length(each, block.depth) for each in block.prefixes)
        return self.sound[block]

    def read(self, digest, below=17):
        """The bytes of a chunk, from a block less deep than this."""
        for copy in self.copies.get(digest, ()):
            if copy.block.depth < below:
                block = copy.block
                data = self.folder.read(self.path(block.pack), block.offset, block.stored)
                prefix = b"".join(self.read(each, block.depth) for each in block.prefixes)
                content = decompress(block.codec, data, block.length, prefix)[copy.start:copy.start + copy.length]
                if digest_of(content) == digest:
                    return content
        raise Damage("chunk %s cannot be read" % digest.hex())

    # -- New chunks --

    def store(self, content, node=False):
        digest, waiting = digest_of(content), self.waiting[node]
        if self.length(digest) is None:
            if waiting and sum(map(len, waiting.values())) + len(content) > self.block:
                self.flush(node)
            waiting[digest] = content
        return digest

    def flush(self, node):
        if self.waiting[node]:
            content = b"".join(self.waiting[node].values())
            self.write(node, list(self.waiting[node].values()), *compress(self.codec, content))
            self.waiting[node].clear()

    def store_delta(self, content, prefix):
        """Stores a node as a delta against a chunk that is stored and is none itself, if that is much smaller."""
        stored = zstd(3, content, prefix)
        if self.length(digest_of(content)) is not None or len(stored) > len(content) // 16 or prefix[:4] == b"\x37\xa4\x30\xec":
            return self.store(content, True)
        self.flush(True)              # the prefix may be waiting
        self.write(True, [content], stored, 3, (digest_of(prefix),))
        return digest_of(content)

    def write(self, node, contents, stored, codec, prefixes=()):
        file = self.files[node]
        if len(file.blocks) == MAX_BLOCKS or len(file.digests) + len(contents) > MAX_CHUNKS:
            file = self.close(node)
        block = Block(file.name, len(file.data), len(stored), sum(map(len, contents)), zlib.crc32(stored), codec, len(prefixes), prefixes)
        self.sound[block] = True
        self.add_block(block, map(digest_of, contents), map(len, contents))
        self.added += len(stored)
        file.add(block, stored, contents)
        if len(file.data) >= self.limit:
            self.close(node)

    def close(self, node):
        """Publishes the pack that is being made."""
        file = self.files[node]
        if file.blocks:
            self.folder.publish(file.whole(self.writer), os.path.dirname(self.path(file.name)) + "/", file.name.hex())
            self.packs[file.name] = file.digests
            self.published.append(file.name)
        self.files[node] = PackFile(int(node))
        return self.files[node]

    def finish(self):
        for node in (False, True):
            self.flush(node)
            self.close(node)

    def holders(self, digests):
        """The packs that hold these chunks, and those that hold what they need."""
        found, seen, left = set(), set(), list(digests)
        while left:
            digest = left.pop()
            if digest not in seen:
                seen.add(digest)
                for copy in self.copies[digest]:
                    found.add(copy.block.pack)
                    left += copy.block.prefixes
        return found


class PackFile:
    """A pack that is being made."""

    def __init__(self, flags, name=None):
        self.name = name or os.urandom(16)
        self.head = header(b"P", self.name, flags)
        self.data = bytearray(self.head)
        self.blocks, self.counts, self.lengths, self.digests, self.listed = [], [], [], [], (0, 0, 32)

    def add(self, block, stored, contents, digests=None):
        """`digests` are those of the contents in a sealed repository."""
        self.data += stored
        self.blocks.append(block)
        self.counts.append(len(contents))
        self.lengths += map(len, contents)
        self.digests += map(digest_of, contents) if digests is None else digests
        if len(self.data) - self.listed[2] >= LIST_EVERY:
            self.add_list()

    def add_list(self):
        """Lists the blocks that are not listed yet, in a gap."""
        blocks, chunks, _ = self.listed
        if blocks < len(self.blocks):
            body = self.tables(blocks, chunks, 8)
            front = b"BSGAPblk" + struct.pack("<I", len(body))
            self.data += front + struct.pack("<I", zlib.crc32(front + body)) + body
            self.listed = len(self.blocks), len(self.digests), len(self.data)

    def tables(self, first_block=0, first_chunk=0, cut=DIGEST):
        blocks = self.blocks[first_block:]
        prefixes = [prefix[:cut] for block in blocks for prefix in block.prefixes]
        rows = (struct.pack("<QIIIIBBHI", block.offset, block.stored, block.length, block.crc, count, block.codec, block.depth, len(block.prefixes), 0)
                for block, count in zip(blocks, self.counts[first_block:]))
        return struct.pack("<IIII", len(blocks), len(self.digests) - first_chunk, len(prefixes), 0) + b"".join(rows) \
            + b"".join(length.to_bytes(3, "little") for length in self.lengths[first_chunk:]) \
            + b"".join(digest[:cut] for digest in self.digests[first_chunk:]) + b"".join(prefixes)

    def whole(self, writer, wrong=None):
        """`wrong` is the offset in the directory of a count that is to be one too high."""
        self.add_list()
        directory = self.tables()
        if wrong is not None:
            directory = directory[:wrong] + struct.pack("<I", struct.unpack_from("<I", directory, wrong)[0] + 1) + directory[wrong + 4:]
        trailer = struct.pack("<QII8sQ", len(self.data), len(directory), 0, writer, 0)
        return bytes(self.data) + directory + trailer + sha256(self.head, directory, trailer)


def zstd(level, content, prefix=b""):
    dictionary = zstandard.ZstdCompressionDict(prefix, zstandard.DICT_TYPE_RAWCONTENT) if prefix else None
    return zstandard.ZstdCompressor(level=level, dict_data=dictionary).compress(content)


def compress(codec, content):
    """The stored bytes of a block, and the number of its codec."""
    if codec == "lzma":
        stored = lzma.compress(content, lzma.FORMAT_ALONE)
        stored, number = stored[:5] + struct.pack("<Q", len(content)) + stored[13:], 2         # liblzma says that it does not know the length
    elif codec == "brotli":
        stored, number = brotli.compress(content), 4
    elif codec != "none":
        stored, number = zstd(int(codec[5:]), content), 1
    return (content, 0) if codec == "none" or len(stored) >= len(content) else (stored, number)


def decompress(codec, data, length, prefix):
    if codec == 0:
        return data
    if codec == 2:
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(data, length)
    if codec == 4:
        return brotli.decompress(data)
    dictionary = zstandard.ZstdCompressionDict(prefix, zstandard.DICT_TYPE_RAWCONTENT) if prefix else None
    return zstandard.ZstdDecompressor(dict_data=dictionary).decompress(data, max_output_size=length)


# -- The index -------------------------------------------------------------------------------------------------------------

def filter_of(keys, blocks):
    words = [[0] * 8 for _ in range(blocks)]
    for key in keys:
        high, low = struct.unpack(">II", key)
        for i, salt in enumerate(SALTS):
            words[high * blocks >> 32][i] |= 1 << ((low * salt & 0xFFFFFFFF) >> 27)
    return b"".join(struct.pack("<8I", *block) for block in words)


def paged(data, page):
    """Each page is followed by its CRC."""
    return b"".join(data[at:at + page] + struct.pack("<I", zlib.crc32(data[at:at + page])) for at in range(0, len(data), page))


def indexed_packs(folder):
    """The packs that some run names."""
    runs, ignored, gone = {}, set(), set()
    for name in folder.names("index/"):
        head = folder.read("index/" + name, 0, 64)
        if head[:11] != header(b"R", bytes(16))[:11]:
            continue
        packs, replaced, _, _, lost = struct.unpack_from("<IIQII", head, 32)
        size = 16 * (packs + replaced + lost)
        tables = folder.read("index/" + name, 64, min(size, 1 << 26) + 32)
        if sha256(head, tables[:size]) == tables[size:]:
            names = [tables[at:at + 16] for at in range(0, size, 16)]
            runs[name] = names[:packs]
            ignored.update(each.hex() for each in names[packs:packs + replaced])
            gone.update(names[packs + replaced:])
    return {each for name, names in runs.items() if name not in ignored for each in names} - gone


def publish_run(folder, packs, gone=()):
    """A run of some packs, given as name -> digests, and of names of packs that are gone."""
    names = sorted(packs)
    entries = sorted((digest[:8], number, slot) for number, name in enumerate(names) for slot, digest in enumerate(packs[name]))
    name, blocks = os.urandom(16), len(entries) // 16 + 1
    head = header(b"R", name) + struct.pack("<IIQIIQ", len(names), 0, len(entries), blocks, len(gone), 0) + b"".join(names) + b"".join(sorted(gone))
    pages = paged(filter_of([key for key, _, _ in entries], blocks), FILTER_PAGE) \
        + paged(b"".join(key + struct.pack("<II", number, slot) for key, number, slot in entries), ENTRY_PAGE)
    folder.publish(head + sha256(head) + pages + sha256(pages), "index/", name.hex())
