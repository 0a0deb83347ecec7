"""A vector as a file, and what all vectors of this folder have."""
import hashlib
import os
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../formats"))
from small_seals import header  # noqa: E402
from backshift_sealing import Keys  # noqa: E402

ROOT, TOTAL = bytes(range(32)), hashlib.sha256(b"the configuration").digest()
NAME, SALT = bytes(range(16)), b"salt of 16 bytes"
KEYS = Keys(ROOT, TOTAL)
KNOWN = {"root": ROOT.hex(), "sum": TOTAL.hex()}


def vector(stem, **lines):
    with open(os.path.join(HERE, stem + ".txt"), "w", encoding="ascii") as file:
        for key, value in lines.items():
            for each in value if isinstance(value, list) else [value]:
                print("%s: %s" % (key, each), file=file)


def sealed_object(name, comment, data, expect="ok", kind=b"P", plain=None, flags=0):
    """`plain` is what follows the header of the object as it would be without sealing."""
    said = {} if plain is None else {"plain": "%d %s" % (32 + len(plain), hashlib.sha256(header(kind, NAME, sealing=0, flags=flags) + plain).hexdigest())}
    vector("object-" + name, object="sealed-object", expect=expect, comment=comment, **KNOWN, type=kind.decode(), name=NAME.hex(),
           **said, hex=data.hex())


def small(name, comment, stored, expect="ok", kind=b"S", body=b"", head=None, **more):
    front = (header(kind, NAME) if head is None else head) + struct.pack("<I", len(stored)) + stored
    copy = front + hashlib.sha256(front).digest()
    data = copy + bytes(-len(copy) % 4096) + copy if kind in (b"S", b"T", b"G", b"M") else copy
    vector("small-" + name, object="sealed-small", expect=expect, comment=comment, **KNOWN, type=kind.decode(), name=NAME.hex(),
           **more, body=body.hex(), hex=data.hex())
