#!/usr/bin/python3
"""Read the vectors of tests/vectors/sealing with the reader of the examples, which was written from the same page: check_sealing.py VECTORS

Objects are read once more with the collecting key, as they say, but for packs, which it must not open.
A line for each that is read otherwise than it says; then the status is 1."""
import base64
import hashlib
import os
import sys
import tempfile

from small_seals import CollectingKeys, collecting_key, collecting_key_of, host_key_of
import backshift_objects
from backshift_sealing import AESGCM, Keys, checked_key, hide, host_of_folder, key_in_slot, key_of
from backshift_values import Damage, Refused

import msgpack


class Vector(dict):
    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            pairs = [line.rstrip("\n").partition(":")[::2] for line in file]
        super().__init__((key, value.strip()) for key, value in pairs)
        self.called, self.lengths, self.collects = os.path.basename(path)[:-4], [value.split() for key, value in pairs if key == "lengths"], False

    def bytes(self, key):
        return bytes.fromhex(self[key])

    @property
    def keys_of(self):
        keys = Keys(self.bytes("root"), self.bytes("sum"))
        return CollectingKeys(collecting_key(keys, self.bytes("sum"))) if self.collects else keys


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def sealed_object(vector):
    data = vector.bytes("hex")
    backshift_objects.KEYS = vector.keys_of
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        with backshift_objects.open_plain(file.name.encode(), vector["type"].encode(), vector["name"], vector.called) as plain:
            plain.seek(0)
            content = plain.read()
    if vector["expect"] == "short":
        expect(len(content) <= 32, "%d bytes instead of none" % len(content))
    else:
        expect(vector.get("plain") == "%d %s" % (len(content), hashlib.sha256(content).hexdigest()), "other bytes, %d of them" % len(content))


def sealed_small(vector):
    """The body need not be a map, so it is looked at before that."""
    data, found = vector.bytes("hex"), []
    folder = vector["hidden"].split("/")[1].encode() if "hidden" in vector else b""
    backshift_objects.KEYS = vector.keys_of
    unpack, backshift_objects.unpack_map = backshift_objects.unpack_map, lambda body, what: found.append(body)
    try:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            backshift_objects.read_small(file.name.encode(), vector["type"].encode(), vector["name"], folder)
    finally:
        backshift_objects.unpack_map = unpack
    expect(found == [vector.bytes("body")], "another body")


def name(vector):
    keys, (first, host, *rest) = vector.keys_of, vector["hidden"].split("/")
    shown = keys.shown(host.encode())
    if shown is None:
        raise Damage("not ours")
    parts = [first, escaped(shown)]
    for part in rest:
        below = keys.shown(part[1:].encode(), shown) if part.startswith("+") else part.encode()
        if below is None:
            raise Damage("not ours")
        parts.append("+" + escaped(below) if part.startswith("+") else part)
    expect("/".join(parts) == vector["path"], "is " + "/".join(parts))


def escaped(text):
    return "".join(chr(b) if chr(b).isalnum() and b < 128 or b in b"._-" else "%%%02X" % b for b in text)


def slot(vector):
    body, total = msgpack.unpackb(vector.bytes("hex")), vector.bytes("sum")
    try:
        key = key_in_slot(body, vector.bytes("passphrase"), total)
    except KeyError as missing:
        raise Damage("without %s" % missing) from None
    if key is None:
        raise Refused("closed")
    expect(key == vector.bytes("root") and checked_key(key, [body], total) == key, "another key")


def key_text(vector):
    key = key_of(vector["text"])
    if key is None:
        raise Damage("no key")
    expect(key == vector.bytes("root"), "another key")


def keys(vector):
    found = vector.keys_of
    for purpose, key in found.by_purpose.items():
        expect(vector.bytes(purpose) == key, "another key " + purpose)
    expect(found.pair("packs").public == vector.bytes("public"), "another public key")
    expect(found.pair("savesets").public == vector.bytes("public_savesets"), "another public key of savesets")


def session(vector):
    found, block, purpose = vector.keys_of, vector.bytes("block"), vector["purpose"]
    key = found.session_key(purpose, vector.bytes("session"), block)
    if key is None:
        raise Damage("no session")
    expect(found.pair(purpose).decapsulate(block[:1_120]) == vector.bytes("secret"), "another secret")
    expect(found.identity(purpose, block[1_120:1_136]) == vector.bytes("identity"), "another identity")
    expect(key == vector.bytes("key"), "another key")


def key_file(vector, key):
    """What host keys and collecting keys have in common: each field of the map is a line."""
    if key["configuration"] != vector.bytes("sum"):
        raise Refused("other")
    for field, value in key.items():
        if field != "later":
            expect(vector[field] == (value if isinstance(value, str) else value.hex()), "another " + field)


def host_key(vector):
    key = host_key_of(vector.bytes("hex").decode(), vector.called)
    key_file(vector, key)
    subset = vector["hidden"].split("/")[2].lstrip("+").encode()
    expect(hide(key["subsets"], b"home", key["host"].encode()) == subset, "another subset")
    expect(host_of_folder(key["folder"].encode()) == base64.urlsafe_b64decode(vector["hidden"].split("/")[1] + "==")[:16], "another folder")


def collecting_key_file(vector):
    key = collecting_key_of(vector.bytes("hex").decode(), vector.called)
    key_file(vector, key)
    host, subset = vector["hidden"].encode().split(b"/")[1:3]
    keys = CollectingKeys(key)
    expect((keys.shown(host), keys.shown(subset[1:], b"web")) == (b"web", b"home"), "another path")
    made = collecting_key(Keys(vector.bytes("root"), vector.bytes("sum")), vector.bytes("sum"))
    expect({field: key[field] for field in made} == made, "not the key that the root key makes")


READERS = {"sealed-object": sealed_object, "sealed-small": sealed_small, "name": name, "slot": slot, "key-text": key_text, "keys": keys,
           "session": session, "host-key": host_key, "collecting-key": collecting_key_file}
NOT_READ = {"refused", "ignored", "closed", "other"}


def check(vector):
    trouble = check_once(vector, vector["expect"])
    if trouble is None and vector["object"] in ("sealed-object", "sealed-small"):
        vector.collects = True
        trouble = check_once(vector, "refused" if vector["type"] == "P" and vector["expect"] == "ok" else vector["expect"])
        return trouble and "with the collecting key: " + trouble
    return trouble


def check_once(vector, expected):
    try:
        READERS[vector["object"]](vector)
    except (Damage, Refused) as refused:
        return None if expected in NOT_READ else "refused: %s" % refused
    except AssertionError as other:
        return "is read, and should be %s" % expected if expected in NOT_READ else str(other)
    return "is read, and should be %s" % expected if expected in NOT_READ else None


def main(folder):
    expect(AESGCM is not None, "no module cryptography")
    wrong, count = 0, 0
    for file in sorted(os.listdir(folder)):
        vector = Vector(os.path.join(folder, file)) if file.endswith(".txt") and file != "README.txt" else {}
        if vector.get("object") in READERS:
            trouble, count = check(vector), count + 1
            if trouble is not None:
                wrong += 1
                print("%s: %s" % (vector.called, trouble))
    print("%d vectors, %d wrong" % (count, wrong))
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
