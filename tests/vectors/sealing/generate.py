#!/usr/bin/python3
"""Write the vectors of this folder. Made from backshift-repository(5), "Encryption".

Needs Debian's python3-msgpack, python3-cryptography and python3-argon2."""
import base64
import os
import struct

import msgpack
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vector import HERE, KEYS, KNOWN, NAME, ROOT, SALT, TOTAL, sealed_object, small, vector
from key_files import all_collecting_keys, all_host_keys
from sessions import all_authorities, all_keys, all_session_objects, all_sessions
from small_seals import closed as closed_with, header, padme, sealed as sealed_with, seal_of
from backshift_sealing import LETTERS, PREFIX, PURPOSES, WITH_AUTHORITY, Keys, polymod


# -- Packs and runs --------------------------------------------------------------------------------------------------------

def sealed(content, kind=b"P", name=NAME, keys=KEYS, flags=0):
    return sealed_with(header(kind, name, flags=flags), content, keys.by_purpose[PURPOSES[kind]], SALT)


def all_objects():
    text = bytes(i * 7 % 251 for i in range(60_000))
    for length in (0, 1, 500, 16_264 - 8, 16_264 - 7, 16_300, 33_000):
        sealed_object("of-%d" % length, "a pack with %d bytes after its header" % length, sealed(text[:length]), plain=text[:length])
    good = sealed(text[:500])
    sealed_object("run", "a run", sealed(text[:500], b"R"), kind=b"R", plain=text[:500])
    sealed_object("nodes", "a pack with a flag", sealed(text[:500], flags=1), plain=text[:500], flags=1)
    sealed_object("first-seal", "the first seal is damaged", good[:40] + b"\xff" + good[41:], plain=text[:500])
    sealed_object("second-seal", "the second seal is damaged", good[:-10] + b"\0x" + good[-8:], plain=text[:500])
    sealed_object("second-seal-wrong", "the second seal is that of another object",
                  good[:-64] + seal_of(header(b"P", bytes(16)), KEYS.by_purpose["packs"], SALT)[1], plain=text[:500])
    sealed_object("both-seals", "both seals are damaged", good[:32] + b"\xff" + good[33:-64] + b"\xff" + good[-63:], "refused")
    sealed_object("tag", "a bit of the only segment is wrong, so its length is not known either", good[:100] + bytes([good[100] ^ 1]) + good[101:],
                  plain=bytes(len(good) - 96 - 64 - 16))
    sealed_object("other-key", "sealed with another root key", sealed(text[:500], keys=Keys(bytes(32), TOTAL)), "refused")
    sealed_object("other-configuration", "the keys of another configuration", sealed(text[:500], keys=Keys(ROOT, bytes(32))), "refused")
    sealed_object("other-name", "another pack in its place", sealed(text[:500], name=bytes(16)), "refused")
    sealed_object("other-type", "a run in its place", sealed(text[:500], b"R"), "refused")
    sealed_object("not-sealed", "a pack that is not encrypted", header(b"P", NAME, sealing=0) + text[:500], "refused")
    sealed_object("empty", "an empty file", b"", plain=None, expect="short")
    sealed_object("header-only", "nothing but a header", good[:32], expect="short")
    sealed_object("cut-to-a-seal", "the header and the first seal", good[:96], expect="short")
    two = sealed(text[:33_000])
    middle = SEGMENT_CONTENT(two)
    sealed_object("second-segment", "a bit of the second segment is wrong", two[:20_000] + bytes([two[20_000] ^ 1]) + two[20_001:],
                  plain=text[:16_272] + bytes(16_368) + text[32_640:33_000])
    four = sealed(text)
    sealed_object("swapped", "two segments are exchanged", four[:16_384] + four[32_768:49_152] + four[16_384:32_768] + four[49_152:],
                  plain=text[:16_272] + bytes(2 * 16_368) + text[49_008:])
    sealed_object("cut", "cut off in the second segment", two[:20_000], plain=text[:16_272] + bytes(20_000 - 64 - 16_384 - 16), expect="ok")
    sealed_object("grown", "something follows the second seal", two + bytes(64), plain=text[:16_272] + text[16_272:32_640] + bytes(middle), expect="ok")


def SEGMENT_CONTENT(data):
    """Content of the last segment when 64 bytes have been added to the file."""
    return len(data) + 64 - 64 - 2 * 16_384 - 16


# -- Small objects ---------------------------------------------------------------------------------------------------------

def closed(body, kind=b"S", name=NAME, keys=KEYS, content=None):
    by = keys.by_purpose["authority"] if kind in WITH_AUTHORITY else None
    return closed_with(header(kind, name), body, keys.by_purpose[PURPOSES[kind]], SALT, by=by, content=content)


def all_small():
    body = msgpack.packb({"host": "h"})
    for kind, what in ((b"S", "a saveset"), (b"T", "tags"), (b"G", "settings"), (b"D", "a condemned list"), (b"I", "an intent"), (b"V", "a record of checks"),
                       (b"M", "a record of moved packs")):
        small(what.replace(" ", "-"), what, closed(body, kind), kind=kind, body=body)
    long = msgpack.packb({"": bytes(5000)})
    small("long", "a body of 5,000 bytes", closed(long), body=long)
    small("empty", "an empty body", closed(b""))
    stored = closed(body)
    small("commitment", "the commitment is wrong", b"\0" + stored[1:], "refused")
    small("salt", "the salt is wrong", stored[:20] + b"\0" + stored[21:], "refused")
    small("tag", "the tag is wrong", stored[:-1] + bytes([stored[-1] ^ 1]), "refused")
    small("content", "a bit of the content is wrong", stored[:70] + bytes([stored[70] ^ 1]) + stored[71:], "refused")
    small("length", "the length is longer than the content", closed(body, content=struct.pack("<I", 253) + bytes(252)), "refused")
    small("too-short", "no room for a tag", stored[:70], "refused")
    small("no-body", "nothing but a seal", stored[:64], "refused")
    small("other-name", "sealed under another name", closed(body, name=bytes(16)), "refused")
    small("other-type", "tags sealed as a saveset", closed(body, b"T"), "refused")
    small("other-key", "sealed with another root key", closed(body, keys=Keys(bytes(32), TOTAL)), "refused")
    small("flags", "the header was changed after it was sealed", stored, "refused", head=header(b"S", NAME, flags=1))
    small("not-sealed", "a saveset that is not encrypted", body, "refused", head=header(b"S", NAME, sealing=0))
    small("sealing-2", "another sealing", stored, "refused", head=header(b"S", NAME, sealing=2))


# -- Names -----------------------------------------------------------------------------------------------------------------

def name(called, comment, path, hidden, expect="ok"):
    vector("name-" + called, object="name", expect=expect, comment=comment, **KNOWN, path=path, hidden=hidden)


def all_names():
    web, time = KEYS.hidden(b"web").decode(), "20261123T090405Z"
    name("host", "a host", "savesets/web/" + time, "savesets/%s/%s" % (web, time))
    name("subset", "a subset", "savesets/web/+home/" + time, "savesets/%s/+%s/%s" % (web, KEYS.hidden(b"home", b"web").decode(), time))
    name("subset-elsewhere", "the same subset of another host", "savesets/db/+home/" + time,
         "savesets/%s/+%s/%s" % (KEYS.hidden(b"db").decode(), KEYS.hidden(b"home", b"db").decode(), time))
    name("escaped", "a name with other bytes", "tags/%C3%A9%20x/" + time + "~1", "tags/%s/%s~1" % (KEYS.hidden("\u00e9 x".encode()).decode(), time))
    name("longest-short", "47 bytes", "savesets/%s/%s" % ("h" * 47, time), "savesets/%s/%s" % (KEYS.hidden(b"h" * 47).decode(), time))
    name("shortest-long", "48 bytes", "savesets/%s/%s" % ("h" * 48, time), "savesets/%s/%s" % (KEYS.hidden(b"h" * 48).decode(), time))
    name("longest", "80 bytes", "expired/%s/%s" % ("h" * 80, time), "expired/%s/%s" % (KEYS.hidden(b"h" * 80).decode(), time))
    for called, host, subset in (("long-host", "h" * 80, "home"), ("long", "web", "s" * 80)):
        name("subset-" + called, "a subset with a name of 80 bytes, or of a host with one", "savesets/%s/+%s/%s" % (host, subset, time),
             "savesets/%s/+%s/%s" % (KEYS.hidden(host.encode()).decode(), KEYS.hidden(subset.encode(), host.encode()).decode(), time))
    name("changed", "a letter was changed", "", "savesets/%s/%s" % (web[:30] + ("A" if web[30] != "A" else "B") + web[31:], time), "ignored")
    name("other-key", "hidden with another key", "", "savesets/%s/%s" % (Keys(bytes(32), TOTAL).hidden(b"web").decode(), time), "ignored")
    name("plain", "a name in the clear", "", "savesets/web/" + time, "ignored")
    name("subset-moved", "the subset of another host", "", "savesets/%s/+%s/%s" % (web, KEYS.hidden(b"home", b"db").decode(), time), "ignored")
    name("padding", "base64 with padding", "", "savesets/%s==/%s" % (web, time), "ignored")


# -- Slots and text --------------------------------------------------------------------------------------------------------

ARMOR = "\n-----BEGIN AGE ENCRYPTED FILE-----\n%s\n-----END AGE ENCRYPTED FILE-----\n"


def age_slot(called, comment, expect="ok", content=None, without=(), keys=KEYS, **values):
    """`content` is what the age file has, which age(1) has decrypted: nothing here depends on that."""
    body = {"kind": "age", "file": ARMOR % base64.b64encode(b"age-encryption.org/v1\n...").decode(), "to": "age1a\nage1b",
            "proof": keys.by_purpose["proof"][:16], "made": msgpack.Timestamp(1764061445, 0)}
    body = {key: value for key, value in {**body, **values}.items() if key not in without}
    vector("age-" + called, object="age-slot", expect=expect, comment=comment, root=ROOT.hex(), sum=TOTAL.hex(),
           content=((text_of(ROOT) + "\n") if content is None else content).encode().hex(), hex=msgpack.packb(body).hex())


def all_age_slots():
    age_slot("plain", "as it should be")
    age_slot("no-to", "without its recipients", without=("to",))
    age_slot("comment", "with a comment and an empty line before the key", content="# a key\n\n" + text_of(ROOT).upper() + "\n")
    age_slot("longest", "of as many bytes as there may be", file=ARMOR % ("A" * (32_768 - len(ARMOR) + 2)))
    age_slot("too-long", "one byte more", "refused", file=ARMOR % ("A" * (32_768 - len(ARMOR) + 3)))
    age_slot("to-too-long", "too many recipients", "refused", to="a" * 32_769)
    age_slot("not-armored", "an age file that is not armored", "refused", file="age-encryption.org/v1\n")
    age_slot("no-line-feed", "no line feed before it, so it cannot be cut out by lines", "refused", file=(ARMOR % "AAAA")[1:])
    age_slot("escape", "armor with something else in it", "refused", file=ARMOR % "AAAA\033[2J")
    age_slot("nothing", "armor around nothing", "refused", file=ARMOR[:36] + ARMOR[-34:])
    age_slot("file-bin", "its file is not text", "refused", file=b"\n")
    age_slot("other-key", "the key of another repository in the age file", "refused", content=text_of(bytes(32)) + "\n")
    age_slot("other-proof", "another proof than that of the key", "refused", keys=Keys(bytes(32), TOTAL))
    age_slot("content", "something else in the age file", "refused", content="hello\n")
    age_slot("empty", "nothing in the age file", "refused", content="")
    age_slot("mistyped", "a key in it that was copied wrong", "refused", content=text_of(ROOT)[:-1] + "\n")
    for key in ("file", "proof"):
        age_slot("no-" + key, "without its " + key, "refused", without=(key,))


def slot(called, comment, expect="ok", passphrase=b"secret", without=(), total=TOTAL, **keys):
    salt, number = b"a salt of slots.", b"nonce of 12."
    derived = hash_secret_raw(b"secret", salt, 1, 8192, 1, 64, Type.ID)
    body = {"kind": "argon2id", "salt": salt, "memory": 8192, "passes": 1, "check": derived[32:], "nonce": number,
            "key": AESGCM(derived[:32]).encrypt(number, ROOT, total), "proof": KEYS.by_purpose["proof"][:16],
            "made": msgpack.Timestamp(1764061445, 0)}
    body = {key: value for key, value in {**body, **keys}.items() if key not in without}
    vector("slot-" + called, object="slot", expect=expect, comment=comment, **KNOWN, passphrase=passphrase.hex(),
           hex=msgpack.packb(body).hex())


def all_slots():
    slot("plain", "as it should be")
    slot("note", "with a note", note="laptop")
    slot("wrong-passphrase", "another passphrase", "closed", passphrase=b"Secret")
    slot("check", "the check is wrong", "closed", check=bytes(32))
    slot("configuration", "made for another configuration", "refused", total=bytes(32))
    slot("key", "the key was changed", "refused", key=bytes(48))
    slot("kind", "another kind", "ignored", kind="card")
    slot("memory-least", "too little memory", "refused", memory=8191)
    slot("memory-most", "more memory than it may ask for", "refused", memory=1_048_577)
    slot("passes-0", "no passes", "refused", passes=0)
    slot("passes-65", "more passes than it may ask for", "refused", passes=65)
    slot("salt-15", "a salt that is too short", "refused", salt=bytes(15))
    slot("key-47", "a key that is too short", "refused", key=bytes(47))
    for key in ("kind", "salt", "memory", "passes", "check", "nonce", "key", "proof"):
        slot("no-" + key, "without its " + key, "refused", without=(key,))


def text_of(key, prefix=PREFIX, total=1):
    number = int.from_bytes(key, "big") << 4
    values = [number >> shift & 31 for shift in range(255, -1, -5)]
    front = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = polymod(front + values + [0] * 6) ^ total
    return prefix + "1" + "".join(LETTERS[value] for value in values + [check >> shift & 31 for shift in range(25, -1, -5)])


def all_texts():
    def text(called, comment, said, expect="ok"):
        vector("text-" + called, object="key-text", expect=expect, comment=comment, root=ROOT.hex(), text=said)
    good = text_of(ROOT)
    text("upper", "in upper case", good.upper())
    text("lower", "in lower case", good)
    text("spaces", "with spaces", good[:30] + " " + good[30:50] + "  " + good[50:])
    text("changed", "a letter is another one", good[:40] + ("q" if good[40] != "q" else "p") + good[41:], "refused")
    text("exchanged", "two letters are exchanged", good[:40] + good[41] + good[40] + good[42:] if good[40] != good[41] else good[:-1], "refused")
    text("short", "a letter is missing", good[:-1], "refused")
    text("bech32m", "the checksum of Bech32m", text_of(ROOT, total=0x2bc830a3), "refused")
    text("prefix", "another prefix", text_of(ROOT, "age-secret-key-"), "refused")


def all_lengths():
    vector("padme", object="padme", expect="ok", comment="lengths and what PADME makes of them",
           lengths=["%d %d" % (length, padme(length)) for length in (2, 3, 9, 100, 256, 257, 1000, 65_537, 1 << 20, (1 << 20) + 1, 33_554_433, 10**12 + 7)])


if __name__ == "__main__":
    for each in os.listdir(HERE):
        if each.endswith(".txt") and each != "README.txt":
            os.remove(os.path.join(HERE, each))
    all_objects()
    all_small()
    all_names()
    all_slots()
    all_age_slots()
    all_texts()
    all_lengths()
    all_keys()
    all_sessions()
    all_session_objects()
    all_authorities()
    all_host_keys()
    all_collecting_keys()
