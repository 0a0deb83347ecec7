"""The vectors of sessions, authority and host keys."""
import hashlib

import msgpack

from vector import KEYS, KNOWN, NAME, ROOT, SALT, TOTAL, sealed_object, small, vector
from small_seals import LABEL, LENGTHS, Session, closed, header, host_key, pem, sealed, session_of_key
from backshift_sealing import Keys, host_of_folder, keys_of_session, session_of
from backshift_xwing import PUBLIC_M, PublicKey, combine

RANDOMNESS = bytes(range(64))
WEB, DB = host_key(KEYS, TOTAL, "web"), host_key(KEYS, TOTAL, "db")
SESSION = session_of_key(WEB, RANDOMNESS)
TEXT = bytes(i * 7 % 251 for i in range(60_000))
TIME = "20261123T090405Z"
BLOCK, HOST, RESERVED = 1_152, 1_120, 1_136      # length of a session block, and where in it the host begins, and what is reserved


def changed(data, at, bit=1):
    """A bit is wrong, or a few."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]


def hidden(path):
    first, host, *rest = path.split("/")
    named = ["+" + KEYS.hidden(part[1:].encode(), host.encode()).decode() if part.startswith("+") else part for part in rest]
    return "/".join([first, KEYS.hidden(host.encode()).decode(), *named])


class Made:
    """A session as an attacker may put it together: of any block, and with any keys."""

    def __init__(self, block, identity=WEB["identity"], secret=SESSION.secret):
        self.block, self.id = block, session_of(block[:HOST], block[HOST:RESERVED])
        self.keys = keys_of_session(identity, secret, self.id)


# X25519 gives 0 with this point, so without a refusal of it the secret is known to all that know the half of it that ML-KEM makes.
SMALL_ORDER = Made(SESSION.block[:HOST - 32] + bytes(32) + SESSION.block[HOST:],
                   secret=combine(PublicKey(WEB["public"][:PUBLIC_M]).encapsulate(RANDOMNESS[:32])[0], bytes(32), bytes(32), WEB["public"][PUBLIC_M:]))
OTHER_CIPHERTEXT = Made(changed(SESSION.block, 100))
WRONG_IDENTITY = Made(SESSION.block, DB["identity"])


# -- Keys ------------------------------------------------------------------------------------------------------------------

def all_keys():
    for called, comment, keys, known in (("plain", "the keys of the other vectors", KEYS, KNOWN),
                                         ("other", "those of another root key and configuration", Keys(bytes(32), bytes(32)),
                                          {"root": bytes(32).hex(), "sum": bytes(32).hex()})):
        vector("keys-" + called, object="keys", expect="ok", comment=comment, **known,
               **{purpose: key.hex() for purpose, key in keys.by_purpose.items()}, public=keys.pair.public.hex())


def all_sessions():
    def session(called, comment, block, identifier, expect="ok", secret=None, **more):
        if expect == "ok":
            identity = KEYS.identity(block[HOST:RESERVED])
            more = {**more, "identity": identity.hex(), "secret": secret.hex(),
                    **{purpose: key.hex() for purpose, key in keys_of_session(identity, secret, identifier).items()}}
        vector("session-" + called, object="session", expect=expect, comment=comment, **KNOWN, **more, session=identifier.hex(), block=block.hex())

    def begun(called, comment, host, randomness):
        key = host_key(KEYS, TOTAL, host)
        one = session_of_key(key, randomness)
        session(called, comment, one.block, one.id, secret=one.secret, host=host, folder=key["folder"], public=key["public"].hex(), randomness=randomness.hex())

    begun("plain", "a session", "web", RANDOMNESS)
    begun("other-host", "the same ciphertext, and another host", "db", RANDOMNESS)
    begun("long-host", "a host of 80 bytes", "h" * 80, RANDOMNESS[::-1])
    session("reserved", "what is reserved in the block is not 0", changed(SESSION.block, RESERVED), SESSION.id, secret=SESSION.secret)
    for called, at in (("vector", 500), ("remainder", 1_000)):
        block = changed(SESSION.block, at)
        session("changed-" + called, "a ciphertext that nobody has made: its secret is that of an implicit rejection", block, Made(block).id,
                secret=KEYS.pair.decapsulate(block[:HOST]))
    block = changed(SESSION.block, HOST - 10)
    session("changed-point", "another point of X25519", block, Made(block).id, secret=KEYS.pair.decapsulate(block[:HOST]))
    for called, at in (("ciphertext", 700), ("host", HOST + 3)):
        session("not-of-" + called, "the session is made of another " + called, changed(SESSION.block, at), SESSION.id, "refused")
    session("not-of-session", "the block is that of another session", SESSION.block, changed(SESSION.id, 15), "refused")
    session("point-0", "a point of small order, with which X25519 gives 0", SMALL_ORDER.block, SMALL_ORDER.id, "refused")
    one = Made(SESSION.block[:HOST - 32] + b"\1" + bytes(31) + SESSION.block[HOST:])
    session("point-1", "another point of small order", one.block, one.id, "refused")


# -- Packs -----------------------------------------------------------------------------------------------------------------

def pack(length=500, session=SESSION, kind=b"P", key=None, name=NAME, flags=0, block=None):
    return sealed(header(kind, name, flags=flags), TEXT[:length], session.keys["packs"] if key is None else key, SALT, session.id,
                  session.block if block is None else block)


def all_session_objects():
    def stored(called, comment, data, expect="ok", length=500, **more):
        if expect == "ok":
            more = {"plain": TEXT[:length], **more}
        sealed_object("session-" + called, comment, data, expect, **more)

    for length in (0, 1, 500, 15_111, 15_112, 15_113, 15_120, 15_121, 16_383, 16_384, 31_480, 31_481, 31_488, 31_489):
        stored("of-%d" % length, "a pack with a session, and with %d bytes after its header" % length, pack(length), length=length)
    stored("nodes", "a pack with a session and a flag", pack(flags=1), flags=1)
    stored("of-db", "the session of another host", pack(session=session_of_key(DB, RANDOMNESS)))
    good, both = pack(), (32 + 20, -64 + 20)
    first, second = 32 + 64, -64 - BLOCK          # where the session blocks begin
    stored("first-seal", "the first seal is damaged", changed(good, 40))
    stored("second-seal", "the second seal is damaged", changed(good, -60))
    stored("first-block", "the first session block is damaged", changed(good, first + 100))
    stored("second-block", "the second session block is damaged", changed(good, second + HOST))
    stored("first-without", "the first seal says that there is no session", good[:64] + bytes(16) + good[80:])
    stored("second-without", "the second seal says that there is no session", good[:-32] + bytes(16) + good[-16:])
    stored("reserved", "what is reserved in both blocks is not 0", pack(block=changed(SESSION.block, -1)))
    stored("both-seals", "both seals are damaged", changed(changed(good, both[0]), both[1]), "refused")
    stored("both-blocks", "both session blocks are damaged", changed(changed(good, first), second), "refused")
    stored("crossed", "the first seal and the second session block are damaged: neither seal has its block", changed(changed(good, 40), second), "refused")
    stored("both-without", "both seals say that there is no session", good[:64] + bytes(16) + good[80:-32] + bytes(16) + good[-16:], "refused")
    stored("no-block", "a session without session blocks, sealed with the key of packs", pack(key=KEYS.by_purpose["packs"], block=b""), "refused")
    stored("root-key", "sealed with the key of packs, not with that of its session", pack(key=KEYS.by_purpose["packs"]), "refused")
    stored("savesets-key", "sealed with the key that its session has for savesets", pack(key=SESSION.keys["savesets"]), "refused")
    stored("other-identity", "sealed by a host that took the name of another one", pack(session=WRONG_IDENTITY), "refused")
    stored("other-ciphertext", "the ciphertext was changed, and the session made of it", pack(session=OTHER_CIPHERTEXT), "refused")
    stored("point", "a ciphertext with a point of small order", pack(session=SMALL_ORDER), "refused")
    for called, keys in (("other-key", Keys(bytes(32), TOTAL)), ("other-configuration", Keys(ROOT, bytes(32)))):
        one = Session(keys.pair.public, host_of_folder(WEB["folder"].encode()), keys.identity(host_of_folder(WEB["folder"].encode())), RANDOMNESS)
        stored(called, "a session of another repository", pack(session=one), "refused")
    stored("other-name", "another pack in its place", pack(name=bytes(16)), "refused")
    stored("run", "a run with a session", pack(kind=b"R"), "refused", kind=b"R")
    stored("run-index", "a run with a session, sealed with the key of runs", pack(kind=b"R", key=KEYS.by_purpose["index"]), "refused", kind=b"R")
    stored("run-bare", "a run with a session, sealed with the key of runs, and without session blocks",
           pack(kind=b"R", key=KEYS.by_purpose["index"], block=b""), "refused", kind=b"R")
    stored("tag", "a bit of the only segment is wrong, so its length is not known either", changed(good, first + BLOCK + 10),
           plain=bytes(len(good) - 32 - 2 * (64 + BLOCK) - 16))
    two = pack(33_000)
    stored("second-segment", "a bit of the second segment is wrong", changed(two, 20_000), plain=TEXT[:15_120] + bytes(16_368) + TEXT[31_488:33_000])
    stored("cut", "cut off in the second segment", two[:20_000], plain=TEXT[:15_120] + bytes(20_000 - 64 - BLOCK - 16_384 - 16))
    stored("grown", "something follows the second seal", two + bytes(64), plain=TEXT[:31_488] + bytes(len(two) - BLOCK - 2 * 16_384 - 16))
    stored("cut-in-block", "cut off in the first session block", good[:700], "refused")
    stored("cut-to-a-seal", "nothing follows the first seal and its session block", good[:first + BLOCK], "refused")
    stored("header-only", "nothing but a header", good[:32], "short")


# -- Small objects ---------------------------------------------------------------------------------------------------------

BODY = msgpack.packb({"host": "web"})


def small_with(session=SESSION, kind=b"S", key=None, block=None, by=None, body=BODY):
    return closed(header(kind, NAME), body, session.keys["savesets"] if key is None else key, SALT, session.id,
                  session.block if block is None else block, by)


def all_small_sessions():
    def stored(called, comment, data, expect="ok", kind=b"S", path="savesets/web/" + TIME):
        small("session-" + called, comment, data, expect, kind, BODY if expect == "ok" else b"", **{"path": path, "hidden": hidden(path)} if path else {})

    good, block = small_with(), 64
    stored("plain", "a saveset with a session", good)
    stored("subset", "of a subset", good, path="savesets/web/+home/" + TIME)
    stored("checkpoint", "a checkpoint", good, path="savesets/web/%s~3" % TIME)
    stored("expired", "expired", good, path="expired/web/" + TIME)
    stored("reserved", "what is reserved in the session block is not 0", small_with(block=changed(SESSION.block, -1)))
    stored("other-folder", "in the folder of another host", good, "refused", path="savesets/db/" + TIME)
    stored("other-folder-subset", "in a subset of another host", good, "refused", path="savesets/db/+web/" + TIME)
    stored("other-folder-expired", "in the folder of another host, expired", good, "refused", path="expired/db/" + TIME)
    stored("other-identity", "sealed by a host that took the name of another one", small_with(WRONG_IDENTITY), "refused")
    stored("ciphertext", "a bit of the ciphertext is wrong", changed(good, block + 1), "refused")
    stored("host", "a bit of the host is wrong", changed(good, block + HOST), "refused")
    stored("other-host", "the host was exchanged, and the session with it", good[:32] + Made(session_of_key(DB, RANDOMNESS).block).id + good[48:block]
           + session_of_key(DB, RANDOMNESS).block + good[block + BLOCK:], "refused", path="savesets/db/" + TIME)
    stored("session", "a bit of the session is wrong", changed(good, 47), "refused")
    stored("without", "the seal says that there is no session", good[:32] + bytes(16) + good[48:], "refused")
    stored("other-ciphertext", "the ciphertext was changed, and the session made of it", small_with(OTHER_CIPHERTEXT), "refused")
    stored("point", "a ciphertext with a point of small order", small_with(SMALL_ORDER), "refused")
    stored("root-key", "sealed with the key of savesets, not with that of its session", small_with(key=KEYS.by_purpose["savesets"]), "refused")
    stored("packs-key", "sealed with the key that its session has for packs", small_with(key=SESSION.keys["packs"]), "refused")
    stored("no-block", "a session without its block, sealed with the key of savesets", small_with(key=KEYS.by_purpose["savesets"], block=b""), "refused")
    stored("tag", "the tag is wrong", changed(good, -1), "refused")
    stored("cut-in-block", "cut off in the session block", good[:700], "refused")
    stored("cut-to-a-seal", "nothing but a seal and its session block", good[:block + BLOCK], "refused")
    work, names = KEYS.by_purpose["work"], {b"G": "settings", b"D": "a condemned list", b"I": "an intent", b"V": "a record of checks", b"T": "tags"}
    for kind, what in names.items():
        path = "tags/web/%s~1" % TIME if kind == b"T" else None
        by = KEYS.by_purpose["authority"] if kind in (b"G", b"D") else None
        key = {b"V": KEYS.by_purpose["index"], b"T": KEYS.by_purpose["savesets"]}.get(kind, work)
        called = what.replace(" ", "-")
        stored(called, what + " with a session", small_with(kind=kind, by=by), "refused", kind, path)
        stored(called + "-right-key", what + " with a session, sealed with the right key", small_with(kind=kind, key=key, by=by), "refused", kind, path)
        stored(called + "-bare", what + " with a session, sealed with the right key, without its block", small_with(kind=kind, key=key, by=by, block=b""),
               "refused", kind, path)


def all_authorities():
    all_small_sessions()
    work, authority = KEYS.by_purpose["work"], KEYS.by_purpose["authority"]
    for kind, called in ((b"G", "settings"), (b"D", "a-condemned-list")):
        def stored(what, comment, data, expect="refused", kind=kind, called=called):
            small("%s-%s" % (called, what), comment, data, expect, kind)
        good = closed(header(kind, NAME), BODY, work, SALT, by=authority)
        other = closed(header(kind, NAME), msgpack.packb({"host": "db"}), work, SALT, by=authority)
        stored("authority-0", "without authority", closed(header(kind, NAME), BODY, work, SALT))
        stored("authority-changed", "a bit of the authority is wrong", changed(good, 63))
        stored("authority-of-another", "the authority of another one", good[:48] + other[48:64] + good[64:])
        stored("authority-of-work", "authority made with a key that all writers have", closed(header(kind, NAME), BODY, work, SALT, by=work))
    for kind, key, called in ((b"I", "work", "an-intent"), (b"S", "savesets", "a-saveset"), (b"V", "index", "a-record-of-checks")):
        stored = closed(header(kind, NAME), BODY, KEYS.by_purpose[key], SALT)
        small(called + "-authority", "what is reserved in the place of authority is not 0", changed(stored, 63), kind=kind, body=BODY)


# -- Host keys -------------------------------------------------------------------------------------------------------------

def all_host_keys():
    def stored(called, comment, data, expect="ok", key=WEB):
        said, subset = {}, "savesets/%s/+home/%s" % (key["host"], TIME)
        if expect == "ok":
            said = {**{name: value if isinstance(value, str) else value.hex() for name, value in key.items() if name != "later"},
                    "path": subset, "hidden": hidden(subset)}
        vector("host-key-" + called, object="host-key", expect=expect, comment=comment, **KNOWN, **said, hex=data.encode().hex())

    good = msgpack.packb(WEB)
    stored("plain", "as it should be", pem(good))
    long = host_key(KEYS, TOTAL, "h" * 80)
    stored("long-host", "a host of 80 bytes", pem(msgpack.packb(long)), key=long)
    stored("later", "with a key that is not known", pem(msgpack.packb({**WEB, "later": [1, {"x": b"y"}]})))
    stored("order", "its keys in another order", pem(msgpack.packb(dict(sorted(WEB.items(), reverse=True)))))
    stored("lines", "with other ends of lines", pem(good).replace("\n", "\r\n"))
    stored("explained", "with a text before it", "The key of the host web.\n\n" + pem(good))
    stored("other-repository", "for another repository", pem(msgpack.packb({**WEB, "configuration": hashlib.sha256(b"another").digest()})), "other")
    for name in WEB:
        stored("no-" + name, "without its " + name, pem(msgpack.packb({key: value for key, value in WEB.items() if key != name})), "refused")
    for name, length in LENGTHS.items():
        stored(name + "-short", "a byte of its %s is missing" % name, pem(msgpack.packb({**WEB, name: WEB[name][:length - 1]})), "refused")
        stored(name + "-long", "its %s has a byte too many" % name, pem(msgpack.packb({**WEB, name: WEB[name] + b"\0"})), "refused")
    stored("host-empty", "a host without a name", pem(msgpack.packb({**WEB, "host": ""})), "refused")
    stored("host-81", "a host of 81 bytes", pem(msgpack.packb({**WEB, "host": "h" * 81})), "refused")
    stored("host-number", "a host that is a number", pem(msgpack.packb({**WEB, "host": 1})), "refused")
    stored("folder-plain", "a folder that is not hidden", pem(msgpack.packb({**WEB, "folder": "web"})), "refused")
    stored("folder-short", "a letter of its folder is missing", pem(msgpack.packb({**WEB, "folder": WEB["folder"][:-1]})), "refused")
    stored("trailing", "something follows the map", pem(good + b"\xc0"), "refused")
    stored("changed", "a byte of its cutter key is another one", pem(good[:-1] + bytes([good[-1] ^ 1]), check=hashlib.sha256(good).digest()[:16]), "refused")
    stored("check", "its check is another one", pem(good, check=bytes(16)), "refused")
    stored("no-check", "without its check", pem(good, check=b""), "refused")
    stored("cut", "a map that is cut off", pem(good[:-1]), "refused")
    stored("array", "not a map", pem(msgpack.packb([WEB])), "refused")
    stored("nothing", "nothing in it", pem(b""), "refused")
    stored("base64", "a character that is not of base64", pem(good).replace("\n", "\n*", 1), "refused")
    stored("label", "the label of something else", pem(good, LABEL.replace("HOST", "ROOT")), "refused")
    stored("no-end", "without its last line", pem(good).rpartition("-----END")[0], "refused")
    stored("bare", "without PEM", good.hex(), "refused")
