"""The vectors of host keys and collecting keys."""
import hashlib

import msgpack

from sessions import DB, TIME, WEB, hidden
from vector import KEYS, KNOWN, TOTAL, vector
from small_seals import COLLECTING_LABEL, COLLECTING_LENGTHS, HOST_LABEL, HOST_LENGTHS, collecting_key, host_key, pem

SUBSET = "savesets/%s/+home/" + TIME
ANOTHER = hashlib.sha256(b"another").digest()


class KeyFiles:
    """Vectors of one kind of key."""

    def __init__(self, kind, key, lengths, label, other_label):
        self.kind, self.key, self.lengths, self.label, self.other_label = kind, key, lengths, label, other_label

    def pem(self, data, check=None):
        return pem(data, self.label, check)

    def with_(self, **fields):
        return self.pem(msgpack.packb({**self.key, **fields}))

    def stored(self, called, comment, data, expect="ok", key=None):
        """A file with this text; if it is ok, with the fields of its key, or of the one that is given, and a path that is hidden with it."""
        said, key = {}, key or self.key
        if expect == "ok":
            path = SUBSET % key.get("host", "web")
            said = {**{name: value if isinstance(value, str) else value.hex() for name, value in key.items()}, "path": path, "hidden": hidden(path)}
        vector("%s-%s" % (self.kind, called), object=self.kind, expect=expect, comment=comment, **KNOWN, **said, hex=data.encode().hex())

    def all_that_are_good(self, whose):
        good = msgpack.packb(self.key)
        self.stored("plain", "as it should be", self.pem(good))
        self.stored("later", "with a key that is not known", self.with_(later=[1, {"x": b"y"}]))
        self.stored("order", "its keys in another order", self.pem(msgpack.packb(dict(sorted(self.key.items(), reverse=True)))))
        self.stored("lines", "with other ends of lines", self.pem(good).replace("\n", "\r\n"))
        self.stored("explained", "with a text before it", "The key of %s.\n\n%s" % (whose, self.pem(good)))
        self.stored("other-repository", "for another repository", self.with_(configuration=ANOTHER), "other")

    def all_that_are_broken(self, last):
        """`last` is the last field of the map."""
        good = msgpack.packb(self.key)
        for name in self.key:
            self.stored("no-" + name, "without its " + name, self.pem(msgpack.packb({key: value for key, value in self.key.items() if key != name})), "refused")
        for name, length in self.lengths.items():
            self.stored(name + "-short", "a byte of its %s is missing" % name, self.with_(**{name: self.key[name][:length - 1]}), "refused")
            self.stored(name + "-long", "its %s has a byte too many" % name, self.with_(**{name: self.key[name] + b"\0"}), "refused")
        self.stored("trailing", "something follows the map", self.pem(good + b"\xc0"), "refused")
        self.stored("changed", "a byte of its %s key is another one" % last, self.pem(good[:-1] + bytes([good[-1] ^ 1]),
                    check=hashlib.sha256(good).digest()[:16]), "refused")
        self.stored("check", "its check is another one", self.pem(good, check=bytes(16)), "refused")
        self.stored("no-check", "without its check", self.pem(good, check=b""), "refused")
        self.stored("cut", "a map that is cut off", self.pem(good[:-1]), "refused")
        self.stored("array", "not a map", self.pem(msgpack.packb([self.key])), "refused")
        self.stored("nothing", "nothing in it", self.pem(b""), "refused")
        self.stored("base64", "a character that is not of base64", self.pem(good).replace("\n", "\n*", 1), "refused")
        self.stored("label", "the label of something else", pem(good, "BACKSHIFT ROOT KEY"), "refused")
        self.stored("other-label", "the label of the other kind of key", pem(good, self.other_label), "refused")
        self.stored("no-end", "without its last line", self.pem(good).rpartition("-----END")[0], "refused")
        self.stored("bare", "without PEM", good.hex(), "refused")


def all_host_keys():
    files = KeyFiles("host-key", WEB, HOST_LENGTHS, HOST_LABEL, COLLECTING_LABEL)
    files.all_that_are_good("the host web")
    long = host_key(KEYS, TOTAL, "h" * 80)
    files.stored("long-host", "a host of 80 bytes", pem(msgpack.packb(long)), key=long)
    files.all_that_are_broken("cutter")
    files.stored("host-empty", "a host without a name", files.with_(host=""), "refused")
    files.stored("host-81", "a host of 81 bytes", files.with_(host="h" * 81), "refused")
    files.stored("host-number", "a host that is a number", files.with_(host=1), "refused")
    files.stored("folder-plain", "a folder that is not hidden", files.with_(folder="web"), "refused")
    files.stored("folder-short", "a letter of its folder is missing", files.with_(folder=WEB["folder"][:-1]), "refused")
    before = {name: value for name, value in WEB.items() if not name.endswith("_savesets")}
    files.stored("before", "as before there were sessions of savesets", pem(msgpack.packb(before)), "refused")


def all_collecting_keys():
    files = KeyFiles("collecting-key", collecting_key(KEYS, TOTAL), COLLECTING_LENGTHS, COLLECTING_LABEL, HOST_LABEL)
    files.all_that_are_good("a machine that collects")
    files.all_that_are_broken("authority")
    files.stored("host-key", "a host key", pem(msgpack.packb(DB)), "refused")
