#!/usr/bin/python3
"""A host with a host key, honest or not, made from backshift-repository(5) alone. KEY is the file of its host key; what was published is printed.

    host_writer.py make REPOSITORY HOST < ROOT-KEY > KEY   make a host key: of the root key as text
    host_writer.py save KEY REPOSITORY FILE...             a saveset of these files, each of which is one chunk
        --folder=FOLDER --host=NAME                        in the folder of another host, and with its name
        --claim                                            by sessions that say that they are of that host
        --subset=NAME                                      of a subset
        --unstored                                         none of which is stored: the saveset only names their chunks
        --packs=PACK,...                                   that says that it needs these packs, too
        --wrong=COUNT                                      with one more in it than there is: entries, bytes, level or packs of the saveset, or blocks or
                                                           chunks of its packs
    host_writer.py poison KEY REPOSITORY CHUNK...          a pack with a directory that says that it has these chunks, and with other bytes in their place
        --nodes                                            that says that it holds nodes
        --times=N                                          N times each, in a pack whose name comes before most others
    host_writer.py chain KEY REPOSITORY LENGTH             a saveset of one file, the chunk of which is the first of a chain of deltas, each against the next
    host_writer.py condemn KEY REPOSITORY PACK...          a condemned list with the names of these packs, without authority
    host_writer.py require KEY REPOSITORY WORD...          settings that require words, without authority

CHUNK is a file of which the content is the chunk, or DIGEST:LENGTH, in hexadecimal digits and decimal ones.

Exit status: 0 done; 64 called wrongly; 65 a host key that is none, or of another repository; 73 there is something already.
"""
import argparse
import hashlib
import os
import re
import struct
import sys
import time
import zlib

import msgpack

from small_packs import Block, Folder, PackFile, Refusal
from small_seals import NO_SESSION, closed, header, host_key, host_key_of, pem, root_key_in, sealed, session_of_key
from small_trees import build_tree, pack

from backshift_objects import sum_of
from backshift_repository import time_texts
from backshift_sealing import Keys, hide, host_of_folder, mac
from backshift_values import MAX_CHUNK, Damage


# Where they stand in a directory.
DIRECTORY_COUNTS = {"blocks": 0, "chunks": 4}


class Host:
    """A run of a writer with a host key. `claimed` is the folder of the host that its sessions say they are of."""

    def __init__(self, key_file, path, claimed=None, wrong=None):
        with open(key_file, encoding="ascii") as file:
            self.key = host_key_of(file.read(), key_file)
        if sum_of(os.path.join(path, "backshift").encode()) != self.key["configuration"]:
            raise Damage("%s: is the key for another repository" % key_file)
        self.folder, self.wrong = Folder(path), wrong
        host = None if claimed is None else host_of_folder(claimed.encode())
        self.packs, self.savesets = (session_of_key(self.key, purpose, host=host) for purpose in ("packs", "savesets"))

    def digest(self, content):
        return mac(self.key["chunks"], content)[:24]

    # -- Packs --

    def publish_pack(self, chunks, node=False, first=False):
        """A pack; chunks are digest and content, which need not belong to each other. `first`: its name comes before most others. Returns its name."""
        file = PackFile(int(node), bytes(2) + os.urandom(14) if first else None)
        for digest, content in chunks:
            if len(content) > MAX_CHUNK:
                raise Refusal("a chunk that is longer than any", 64)
            file.add(Block(file.name, len(file.data), len(content), len(content), zlib.crc32(content), 0, 0, ()), content, [content], [digest])
        return self.publish_file(file, node)

    def publish_chain(self, length):
        """Packs with a chain of deltas, all of which say that they are of depth 1. Returns their names, and the digest of the first."""
        digests, names, at_once = [os.urandom(24) for _ in range(length + 1)], [], 50000
        for start in range(0, length, at_once):
            file = PackFile(0)
            for i in range(start, min(length, start + at_once)):
                file.add(Block(file.name, len(file.data), 1, 1, zlib.crc32(b"x"), 3, 1, (digests[i + 1],)), b"x", [b"x"], [digests[i]])
            names.append(self.publish_file(file, False))
        return names, digests[0]

    def publish_file(self, file, node):
        plain = file.whole(hashlib.sha256(self.key["host"].encode()).digest()[:8], DIRECTORY_COUNTS.get(self.wrong))
        data = sealed(header(b"P", file.name, flags=int(node)), plain[32:], self.packs.key, os.urandom(16), self.packs.id, self.packs.block)
        self.folder.publish(data, "packs/%s/" % file.name.hex()[:2], file.name.hex())
        return file.name

    # -- Small objects --

    def publish_small(self, kind, body, folder, *names):
        """Savesets get their session; what all writers read is encrypted with the key that all have, and no host can give it authority."""
        name, saveset = os.urandom(16), kind == b"S"
        head = header(kind, name)
        stored = closed(head, pack(body), self.savesets.key if saveset else self.key["work"], os.urandom(16),
                        self.savesets.id if saveset else NO_SESSION, self.savesets.block if saveset else b"")
        front = head + struct.pack("<I", len(stored)) + stored
        copy = front + hashlib.sha256(front).digest()
        data = copy + bytes(-len(copy) % 4096) + copy if kind in (b"S", b"G") else copy
        return folder + self.folder.publish(data, folder, *names or (name.hex(),))

    def save(self, files, folder, host, subset, unstored=False, others=()):
        contents = {os.path.basename(name).encode(): read(name) for name in files}
        chunks = [(self.digest(content), content) for content in contents.values()]
        items = []
        for name, content in sorted(contents.items()):
            entry = {"path": name, "type": "file", "mode": 0o600, "size": len(content)}
            items.append((name, pack({**entry, "content": [self.digest(content), len(content)]} if content else entry)))

        stored = [] if unstored else [each for each in chunks if each[1]]
        packs = [*others, *([self.publish_pack(stored)] if stored else [])]
        return self.record(items, packs, sum(map(len, contents.values())), folder, host, subset)

    def save_chain(self, length):
        packs, first = self.publish_chain(length)
        item = pack({"path": b"f", "type": "file", "mode": 0o600, "size": 1, "content": [first, 1]})
        return self.record([(b"f", item)], packs, 1, self.key["folder"], self.key["host"], None)

    def record(self, items, packs, size, folder, host, subset):
        started, nodes = time.time_ns(), []

        def store(node):
            nodes.append((self.digest(node), node))
            return nodes[-1][0]

        root, level = build_tree(items, store)
        packs = sorted([*packs, self.publish_pack(nodes, True)])
        body = {"host": host, **({} if subset is None else {"subset": subset}), "started": timestamp(started), "finished": timestamp(time.time_ns()),
                "complete": True, "root": root, "level": level, "entries": len(items), "bytes": size, "problems": {"count": 0},
                "packs": {"count": len(packs), "names": b"".join(packs)}, "program": "host_writer.py", "save": os.urandom(16)}
        if self.wrong in ("entries", "bytes", "level"):
            body[self.wrong] += 1
        elif self.wrong == "packs":
            body["packs"]["count"] += 1
        below = "" if subset is None else "+%s/" % hide(self.key["subsets"], subset.encode(), self.key["host"].encode()).decode()
        return self.publish_small(b"S", body, "savesets/%s/%s" % (folder, below), *time_texts(timestamp(started), None))


def timestamp(nanoseconds):
    return msgpack.Timestamp.from_unix_nano(nanoseconds)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def chunk_of(host, text):
    """Digest, and as many bytes that are not those of the chunk."""
    found = re.fullmatch("([0-9a-f]{48}):([0-9]+)", text)
    digest, length = (bytes.fromhex(found.group(1)), int(found.group(2))) if found else (host.digest(read(text)), os.path.getsize(text))
    return digest, (b"these are other bytes " * (length // 22 + 1))[:length]


def make(path, name):
    total = sum_of(os.path.join(path, "backshift").encode())
    return pem(msgpack.packb(host_key(Keys(root_key_in(sys.stdin), total), total, name)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    of_key = commands.add_parser("make")
    of_key.add_argument("repository")
    of_key.add_argument("host")
    for command in ("save", "poison", "chain", "condemn", "require"):
        one = commands.add_parser(command)
        one.add_argument("key")
        one.add_argument("repository")
        one.add_argument("given", nargs="+")
        if command == "save":
            for option in ("--folder", "--host", "--subset", "--packs"):
                one.add_argument(option)
            one.add_argument("--claim", action="store_true")
            one.add_argument("--unstored", action="store_true")
            one.add_argument("--wrong", choices=("entries", "bytes", "level", "packs", *DIRECTORY_COUNTS))
        elif command == "poison":
            one.add_argument("--nodes", action="store_true")
            one.add_argument("--times", type=int, default=1)
    given = parser.parse_args()
    try:
        if given.command == "make":
            print(make(given.repository, given.host), end="")
            return 0
        host = Host(given.key, given.repository, given.folder if given.command == "save" and given.claim else None,
                    given.wrong if given.command == "save" else None)
        if given.command == "save":
            print(host.save(given.given, given.folder or host.key["folder"], given.host or host.key["host"], given.subset,
                            given.unstored, [bytes.fromhex(name) for name in (given.packs or "").split(",") if name]))
        elif given.command == "poison":
            print(host.publish_pack([chunk_of(host, chunk) for chunk in given.given] * given.times, given.nodes, given.times > 1).hex())
        elif given.command == "chain":
            print(host.save_chain(int(given.given[0])))
        elif given.command == "condemn":
            body = {"made": timestamp(time.time_ns()), "reason": "unneeded", "packs": [bytes.fromhex(name) for name in given.given]}
            print(host.publish_small(b"D", body, "condemned/"))
        else:
            print(host.publish_small(b"G", {"number": 1 << 40, "requires": given.given, "made": timestamp(time.time_ns())}, "settings/"))
    except Damage as damage:
        print("host_writer.py: %s" % damage, file=sys.stderr)
        return 65
    except Refusal as refusal:
        print("host_writer.py: %s" % refusal.args[0], file=sys.stderr)
        return refusal.args[1]
    return 0


if __name__ == "__main__":
    sys.exit(main())
