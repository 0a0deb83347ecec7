#!/usr/bin/python3
"""check_nodes.py: trees and lists that break a rule of backshift-repository(5), "Entry tree", are refused by examples/backshift_repository.py, and such as
go to the limit of one are read. Prints a line for each that is not; then the status is 1."""
import contextlib
import sys

from nodes import Nodes
from small_trees import pack

from backshift_values import Damage

CHUNK = bytes(24)


def node(kind, level, *items):
    return b"".join(map(pack, [{"node": kind, "level": level}, *items]))


def file(path, **keys):
    return {"path": path, "type": "file", **keys}


def head(size):
    """An item that makes a leaf as long as this."""
    used = len(node("leaf", 0, file(b"a", note=bytes(70_000))))
    return file(b"a", note=bytes(70_000 + size - used))


def trees(nodes):
    """Whether it is to be read, what it is, its root and its level."""
    def leaf(*items):
        return nodes.store(node("leaf", 0, *items))

    def inner(level, *items):
        return nodes.store(node("inner", level, *([path, nodes.store(child)] for path, child in items)))
    a, b, c = (node("leaf", 0, file(path)) for path in (b"a", b"b", b"c"))
    long = file(b"b", note=bytes(7_340_032 - len(pack(file(b"b", note=bytes(70_000)))) + 70_000))
    yield True, "one entry", leaf(file(b"a")), 0
    yield True, "two leaves", inner(1, (b"a", a), (b"b", b)), 1
    yield True, "an item that begins in the last byte that it may", leaf(head(131_071), file(b"b")), 0
    yield False, "an item that begins after the first 131,072 bytes", leaf(head(131_072), file(b"b")), 0
    yield True, "the longest item of a leaf", leaf(file(b"a"), long), 0
    yield False, "an item of a leaf that is a byte longer", leaf(file(b"a"), {**long, "note": long["note"] + b"x"}), 0
    yield False, "no item", leaf(), 0
    yield False, "nothing at all", nodes.store(b""), 0
    yield False, "another kind of node", nodes.store(node("list", 0, [CHUNK, 1])), 0
    yield False, "another level", nodes.store(node("leaf", 1, file(b"a"))), 0
    yield False, "a leaf where a node of level 1 is to be", leaf(file(b"a")), 1
    yield False, "paths out of order", leaf(file(b"b"), file(b"a")), 0
    yield False, "a path twice", leaf(file(b"a"), file(b"a")), 0
    yield False, "a slash that sorts as a byte", leaf(file(b"a"), file(b"a-b"), file(b"a/b")), 0
    yield True, "a slash that sorts first", leaf(file(b"a"), file(b"a/b"), file(b"a-b")), 0
    yield False, "leaves out of order", inner(1, (b"b", b), (b"a", a)), 1
    yield False, "a leaf twice", inner(1, (b"a", a), (b"a", a)), 1
    yield False, "a leaf that begins with another path than is said", inner(1, (b"a", a), (b"b", c)), 1
    yield False, "a leaf that goes on after the next one begins", inner(1, (b"a", node("leaf", 0, file(b"a"), file(b"b"))), (b"b", b)), 1
    yield False, "an entry without a path", leaf({"type": "file"}), 0
    yield False, "a path with two dots", leaf(file(b"../a")), 0
    yield False, "a number for an entry", leaf(5), 0
    yield False, "an inner item that is no pair", nodes.store(node("inner", 1, [b"a"])), 1
    yield False, "a key twice", nodes.store(node("leaf", 0) + b"\x82" + pack("path") + pack(b"a") + pack("path") + pack(b"a")), 0
    yield False, "1,025 keys", leaf({**file(b"a"), **{"x-%d" % i: 0 for i in range(1023)}}), 0
    for good, nested in (True, 15), (False, 16), (False, 1000):
        item = b"\x83" + b"".join(map(pack, ("path", b"a", "type", "file", "note"))) + b"\x91" * nested + b"\x01"
        yield good, "an entry that nests %d deep" % (nested + 1), nodes.store(node("leaf", 0) + item), 0
    yield False, "half an item", nodes.store(node("leaf", 0, file(b"a"))[:-1]), 0
    yield False, "33 levels", leaf(file(b"a")), 33


def contents(nodes):
    """Whether it is to be read, what it is, and an entry."""
    def listed(level, *items):
        return {"id": nodes.store(node("list", level, *items)), "level": level}

    def two(first, second, lengths):
        """A list of two nodes."""
        below = [nodes.store(node("list", 0, *items)) for items in (first, second)]
        return file(b"a", list=listed(1, *map(list, zip(below, lengths))))
    yield True, "no content", file(b"a")
    yield True, "chunks and holes", file(b"a", content=[CHUNK, 1, None, 5, CHUNK, 8_388_608, None, (1 << 63) - 1])
    yield True, "65,536 pairs", file(b"a", content=[CHUNK, 1] * 65_536)
    yield False, "65,537 pairs", file(b"a", content=[CHUNK, 1] * 65_537)
    yield False, "two holes that touch", file(b"a", content=[None, 1, None, 1])
    yield False, "half a pair", file(b"a", content=[CHUNK])
    yield False, "a length of 0", file(b"a", content=[CHUNK, 0])
    yield False, "a hole of length 0", file(b"a", content=[None, 0])
    yield False, "a chunk of 8 MiB and a byte", file(b"a", content=[CHUNK, 8_388_609])
    yield False, "a length of 2^63", file(b"a", content=[None, 1 << 63])
    yield False, "a digest of 23 bytes", file(b"a", content=[CHUNK[1:], 1])
    yield False, "true for content", file(b"a", content=True)
    yield False, "content and a list", file(b"a", content=[CHUNK, 1], list=listed(0, [CHUNK, 1]))
    yield True, "a list", file(b"a", list=listed(0, [CHUNK, 1], [None, 7]))
    yield False, "a list without a level", file(b"a", list={"id": listed(0, [CHUNK, 1])["id"]})
    yield False, "a list with another level", file(b"a", list={**listed(0, [CHUNK, 1]), "level": 1})
    yield False, "a list with two holes that touch", file(b"a", list=listed(0, [None, 1], [None, 1]))
    yield True, "a list of two nodes", two([[CHUNK, 3], [None, 2]], [[CHUNK, 1]], (5, 1))
    yield False, "a list with two holes that touch in two nodes", two([[CHUNK, 3], [None, 2]], [[None, 1]], (5, 1))
    yield False, "a list node that is longer than is said", two([[CHUNK, 3]], [[CHUNK, 1]], (2, 1))
    yield False, "a hole in place of a list node", file(b"a", list=listed(1, [None, 5]))
    yield True, "a list node that stands for 10 MB", two([[CHUNK, 5_000_000]] * 2, [[CHUNK, 1]], (10_000_000, 1))
    yield False, "33 levels of lists", file(b"a", list={**listed(0, [CHUNK, 1]), "level": 33})


def main():
    nodes, wrong, count = Nodes(), 0, 0
    cases = [(good, what, lambda root=root, level=level: list(nodes.entries(root, level))) for good, what, root, level in trees(nodes)]
    cases += [(good, what, lambda entry=entry: list(nodes.content(entry))) for good, what, entry in contents(nodes)]
    for good, what, read in cases:
        taken, count = False, count + 1
        with contextlib.suppress(Damage):
            taken = read() is not None
        if taken != good:
            print("%s: is %s" % (what, "taken, and should be refused" if taken else "refused"))
            wrong += 1
    print("%d nodes and entries" % count)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
