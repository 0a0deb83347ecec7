"""Where the nodes of trees and lists end, from backshift-repository(5), "Entry tree"."""
import struct

import msgpack

MASK = (1 << 64) - 1
MAX_NODE, MAX_LEVEL = 131_072, 32


def pack(value):
    return msgpack.packb(value, unicode_errors="surrogateescape")


def siphash(key, message):
    """SipHash-2-4 as its paper has it."""
    k0, k1 = struct.unpack("<QQ", key)
    a, b, c, d = k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573
    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) & 255])
    for word in [*struct.unpack("<%dQ" % (len(padded) // 8), padded), None]:
        if word is None:
            c ^= 255
        else:
            d ^= word
        for _ in range(4 if word is None else 2):
            a, c = (a + b) & MASK, (c + d) & MASK
            b, d = (b << 13 & MASK | b >> 51) ^ a, (d << 16 & MASK | d >> 48) ^ c
            a = a << 32 & MASK | a >> 32
            a, c = (a + d) & MASK, (c + b) & MASK
            b, d = (b << 17 & MASK | b >> 47) ^ c, (d << 21 & MASK | d >> 43) ^ a
            c = c << 32 & MASK | c >> 32
        if word is not None:
            a ^= word
    return a ^ b ^ c ^ d


def ends(kind, level, about, length):
    """Whether a node ends after an item by what the item is."""
    return siphash(struct.pack("<QQ", level + (1 << 32 if kind == "list" else 0), 0), about) < length << 49


def nodes_of(kind, level, items):
    """Cuts items into nodes. An item is what it is about, its bytes, and what it tells the level above: a path, or a length."""
    head = pack({"node": kind, "level": level})
    node, told = head, []
    for about, item, tells in items:
        node += item
        told.append(tells)
        if (level == 0 or len(told) > 1) and (ends(kind, level, about, len(item)) or len(node) >= MAX_NODE):
            yield node, told
            node, told = head, []
    if told:
        yield node, told


def build(kind, items, store):
    """Gives each node of a tree or list to `store`, which returns its digest; returns the digest of the root, and its level."""
    level = 0
    while level <= MAX_LEVEL:
        above = []
        for node, told in nodes_of(kind, level, items):
            digest = store(node)
            if kind == "list":
                above.append((digest, pack([digest, sum(told)]), sum(told)))
            else:
                above.append((told[0], pack([told[0], digest]), told[0]))
        if len(above) == 1:
            return digest, level
        kind, items, level = "list" if kind == "list" else "inner", above, level + 1
    raise OverflowError("a tree of more than %d levels" % MAX_LEVEL)


def build_tree(items, store):
    """`items` are pairs of path and encoded entry, in order."""
    return build("leaf", [(path, item, path) for path, item in items], store)


def build_list(pairs, store):
    """`pairs` are digest, or None for a hole, and length."""
    return build("list", [(struct.pack("<Q", length) if digest is None else digest, pack([digest, length]), length) for digest, length in pairs], store)
