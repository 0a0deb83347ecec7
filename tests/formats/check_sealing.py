#!/usr/bin/python3
"""Read the vectors of tests/vectors/sealing with the reader of the examples, which was written from the same page: check_sealing.py VECTORS

A line for each that is read otherwise than it says; then the status is 1."""
import base64
import hashlib
import os
import sys
import tempfile

from small_seals import key_of_pem
import backshift_objects
from backshift_sealing import AESGCM, Keys, checked_key, hide, host_of_folder, key_in_slot, key_of
from backshift_values import Damage, Refused

import msgpack


class Vector(dict):
    def __init__(self, path):
        with open(path, encoding="ascii") as file:
            pairs = [line.rstrip("\n").partition(":")[::2] for line in file]
        super().__init__((key, value.strip()) for key, value in pairs)
        self.called, self.lengths = os.path.basename(path)[:-4], [value.split() for key, value in pairs if key == "lengths"]

    def bytes(self, key):
        return bytes.fromhex(self[key])

    @property
    def keys_of(self):
        return Keys(self.bytes("root"), self.bytes("sum"))


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
    expect(found.pair.public == vector.bytes("public"), "another public key")


def session(vector):
    found, block = vector.keys_of, vector.bytes("block")
    by_purpose = found.session_keys(vector.bytes("session"), block)
    if by_purpose is None:
        raise Damage("no session")
    expect(found.pair.decapsulate(block[:1_120]) == vector.bytes("secret"), "another secret")
    expect(found.identity(block[1_120:1_136]) == vector.bytes("identity"), "another identity")
    for purpose in ("packs", "savesets"):
        expect(by_purpose[purpose] == vector.bytes(purpose), "another key " + purpose)


def host_key(vector):
    key = key_of_pem(vector.bytes("hex").decode(), vector.called)
    if key["configuration"] != vector.bytes("sum"):
        raise Refused("other")
    for field, value in key.items():
        if field != "later":
            expect(vector[field] == (value if isinstance(value, str) else value.hex()), "another " + field)
    subset = vector["hidden"].split("/")[2].lstrip("+").encode()
    expect(hide(key["subsets"], b"home", key["host"].encode()) == subset, "another subset")
    expect(host_of_folder(key["folder"].encode()) == base64.urlsafe_b64decode(vector["hidden"].split("/")[1] + "==")[:16], "another folder")


READERS = {"sealed-object": sealed_object, "sealed-small": sealed_small, "name": name, "slot": slot, "key-text": key_text, "keys": keys,
           "session": session, "host-key": host_key}
NOT_READ = {"refused", "ignored", "closed", "other"}


def check(vector):
    try:
        READERS[vector["object"]](vector)
    except (Damage, Refused) as refused:
        return None if vector["expect"] in NOT_READ else "refused: %s" % refused
    except AssertionError as other:
        return "is read, and should be %s" % vector["expect"] if vector["expect"] in NOT_READ else str(other)
    return "is read, and should be %s" % vector["expect"] if vector["expect"] in NOT_READ else None


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
