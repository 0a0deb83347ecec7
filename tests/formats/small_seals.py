"""Seals, sessions, host keys and collecting keys of a sealed repository as a writer needs them, from backshift-repository(5), "Encryption". What no writer may
make can be made with it too: the vectors of tests/vectors/sealing and host_writer.py do."""
import base64
import hashlib
import os
import re
import struct
import sys
import textwrap

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
from backshift_sealing import (AESGCM, BLOCK, SEAL, SEGMENT, TAG, Keys, authority, host_of_folder, key_of, key_of_session,  # noqa: E402
                               nonce, object_keys, session_of)
from backshift_values import Damage, needed, unpack_map  # noqa: E402
from backshift_xwing import PUBLIC, encapsulate  # noqa: E402

NO_SESSION = bytes(16)
CHECK = 16
HOST_LABEL, COLLECTING_LABEL = "BACKSHIFT HOST KEY", "BACKSHIFT COLLECTING KEY"
HOST_LENGTHS = {"configuration": 32, "public": PUBLIC, "identity": 32, "public_savesets": PUBLIC, "identity_savesets": 32, "subsets": 32, "work": 32,
                "chunks": 32, "cutter": 32}
COLLECTING = ("savesets", "collecting", "names", "index", "work", "authority")
COLLECTING_LENGTHS = dict.fromkeys(("configuration", *COLLECTING), 32)
SESSION_FIELDS = {"packs": ("public", "identity"), "savesets": ("public_savesets", "identity_savesets")}       # of a host key


def padme(length):
    exponent = length.bit_length() - 1
    mask = (1 << max(0, exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


# -- Sessions --------------------------------------------------------------------------------------------------------------

class Session:
    """One run of a writer with a host key, for packs or for savesets: the key that it forgets, and the block from which others find it."""

    def __init__(self, purpose, public, host, identity, randomness):
        ciphertext, self.secret = encapsulate(public, randomness)
        self.id, self.block = session_of(ciphertext, host), ciphertext + host + bytes(16)
        self.key = key_of_session(identity, self.secret, self.id, purpose)


def session_of_key(key, purpose, randomness=None, host=None):
    """A session as a host key makes it, or, of a host that lies, one that says that it is of another `host`."""
    public, identity = (key[field] for field in SESSION_FIELDS[purpose])
    return Session(purpose, public, host or host_of_folder(key["folder"].encode()), identity, randomness or os.urandom(64))


# -- Host keys and collecting keys -----------------------------------------------------------------------------------------

def root_key_in(lines):
    """The root key, of a text that may explain it."""
    found = [line for line in lines if line.strip() and not line.startswith("#")]
    root = key_of(found[0]) if found else None
    if root is None:
        raise Damage("no root key")
    return root


def host_key(keys, configuration, host):
    """The host key that the root key makes for a host."""
    folder = keys.hidden(host.encode())
    tells = host_of_folder(folder)
    return {"host": host, "folder": folder.decode(), "configuration": configuration,
            "public": keys.pair("packs").public, "identity": keys.identity("packs", tells),
            "public_savesets": keys.pair("savesets").public, "identity_savesets": keys.identity("savesets", tells),
            "subsets": keys.name_key(host.encode()), **{purpose: keys.by_purpose[purpose] for purpose in ("work", "chunks", "cutter")}}


def collecting_key(keys, configuration):
    """The collecting key that the root key makes."""
    return {"configuration": configuration, **{purpose: keys.by_purpose[purpose] for purpose in COLLECTING}}


def pem(data, label=HOST_LABEL, check=None):
    """The text of a host key or a collecting key; `check` in the place of the right one."""
    data += hashlib.sha256(data).digest()[:CHECK] if check is None else check
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(textwrap.wrap(base64.b64encode(data).decode(), 64)), label)


def map_of_pem(text, label, lengths, what):
    """The map in a key, with fields of these lengths."""
    found = re.search("-----BEGIN %s-----\\s*([A-Za-z0-9+/=\\s]*?)-----END %s-----" % (label, label), text)
    if not found:
        raise Damage("%s: no such key: %s" % (what, label))
    data = base64.b64decode("".join(found.group(1).split()), validate=True)
    if hashlib.sha256(data[:-CHECK]).digest()[:CHECK] != data[-CHECK:]:
        raise Damage("%s: a key that was copied wrong" % what)
    key = unpack_map(data[:-CHECK], what)
    if any(len(needed(key, name, bytes)) != length for name, length in lengths.items()):
        raise Damage("%s: a key with something in it that is too long or too short" % what)
    return key


def host_key_of(text, what):
    key = map_of_pem(text, HOST_LABEL, HOST_LENGTHS, what)
    if not 1 <= len(needed(key, "host", str).encode()) <= 80 or host_of_folder(needed(key, "folder", str).encode()) is None:
        raise Damage("%s: a host key with something in it that is too long or too short" % what)
    return key


def collecting_key_of(text, what):
    return map_of_pem(text, COLLECTING_LABEL, COLLECTING_LENGTHS, what)


class CollectingKeys(Keys):
    """The keys that a program with a collecting key has: with them all can be opened but packs."""

    def __init__(self, key):
        self.by_purpose, self.pairs, self.sessions = {purpose: key[purpose] for purpose in COLLECTING}, {}, {}

    def cipher(self, header, seal, block):
        return None if header[8:9] == b"P" else super().cipher(header, seal, block)


# -- Objects ---------------------------------------------------------------------------------------------------------------

def header(kind, name, sealing=1, flags=0):
    return b"BACKSHFT" + kind + bytes([sealing, 1, flags]) + bytes(4) + name


def seal_of(head, key, salt, session=NO_SESSION):
    """The cipher of an object, and its seal, with authority 0."""
    rest = salt + session + bytes(16)
    encryption, commitment = object_keys(key, head, bytes(16) + rest)
    return AESGCM(encryption), commitment + rest


def closed(head, body, key, salt, session=NO_SESSION, block=b"", by=None, content=None):
    """What is stored as the body of a small object. `by` is the key of authority; `content` takes the place of what is encrypted."""
    cipher, seal = seal_of(head, key, salt, session)
    if content is None:
        content = struct.pack("<I", len(body)) + body
        content = content.ljust(padme(max(256, len(content))), b"\0")
    stored = cipher.encrypt(nonce(0, True), content, head)
    return (seal if by is None else seal[:48] + authority(by, head, seal + stored)) + block + stored


def sealed(head, plain, key, salt, session=NO_SESSION, block=b""):
    """A whole pack or run; `plain` is what would follow its header."""
    cipher, seal = seal_of(head, key, salt, session)
    size = SEAL + len(block)
    start = length = 32 + size
    left = len(plain) + 8
    while left > 0:                   # segments end where SEGMENT says, and hold less by a tag each
        room = SEGMENT - length % SEGMENT - TAG
        length += min(room, left) + TAG
        left -= room
    length = padme(length + size)
    while length - size - max(start, (length - size - 1) // SEGMENT * SEGMENT) < 24:
        length = padme(length + 1)
    end = length - size
    count = (end - 1) // SEGMENT + 1
    content = plain + bytes(end - start - TAG * count - len(plain) - 8) + struct.pack("<Q", len(plain))
    data, at = bytearray(head + seal + block), 0
    for number in range(count):
        room = min((number + 1) * SEGMENT, end) - len(data) - TAG
        data += cipher.encrypt(nonce(number, number == count - 1), content[at:at + room], None)
        at += room
    assert len(data) == end and len(block) in (0, BLOCK)
    return bytes(data + block + seal)
