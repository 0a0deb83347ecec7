"""The vectors of sessions and of authority."""
import msgpack

from vector import KEYS, KNOWN, NAME, ROOT, SALT, TOTAL, sealed_object, small, vector
from small_seals import SESSION_FIELDS, Session, closed, header, host_key, sealed, session_of_key
from backshift_sealing import Keys, host_of_folder, key_of_session, session_of
from backshift_xwing import PUBLIC_M, PublicKey, combine

RANDOMNESS = bytes(range(64))
WEB, DB = host_key(KEYS, TOTAL, "web"), host_key(KEYS, TOTAL, "db")
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

    def __init__(self, block, identity, secret, purpose):
        self.block, self.id = block, session_of(block[:HOST], block[HOST:RESERVED])
        self.key = key_of_session(identity, secret, self.id, purpose)


class Sessions:
    """Those of packs or of savesets: one as it should be, and others that no host should make."""

    def __init__(self, purpose):
        self.purpose, (public, identity) = purpose, (WEB[field] for field in SESSION_FIELDS[purpose])
        self.pair, self.good, self.db = KEYS.pair(purpose), session_of_key(WEB, purpose, RANDOMNESS), session_of_key(DB, purpose, RANDOMNESS)
        block, secret = self.good.block, self.good.secret
        # X25519 gives 0 with this point, so without a refusal of it the secret is known to all that know the half of it that ML-KEM makes.
        self.small_order = Made(block[:HOST - 32] + bytes(32) + block[HOST:], identity,
                                combine(PublicKey(public[:PUBLIC_M]).encapsulate(RANDOMNESS[:32])[0], bytes(32), bytes(32), public[PUBLIC_M:]), purpose)
        self.other_ciphertext = Made(changed(block, 100), identity, secret, purpose)
        self.wrong_identity = Made(block, DB[SESSION_FIELDS[purpose][1]], secret, purpose)
        self.other_purpose = Made(block, identity, secret, "savesets" if purpose == "packs" else "packs")


PACKS, SAVESETS = Sessions("packs"), Sessions("savesets")
# The key pair of the one and the identity of the other, with the key of either purpose.
PAIR_OF_SAVESETS = Made(SAVESETS.good.block, WEB["identity"], SAVESETS.good.secret, "packs")
PAIR_OF_PACKS = Made(PACKS.good.block, WEB["identity_savesets"], PACKS.good.secret, "savesets")
IDENTITY_OF_SAVESETS = Made(PACKS.good.block, WEB["identity_savesets"], PACKS.good.secret, "packs")
IDENTITY_OF_PACKS = Made(SAVESETS.good.block, WEB["identity"], SAVESETS.good.secret, "savesets")


# -- Keys ------------------------------------------------------------------------------------------------------------------

def all_keys():
    for called, comment, keys, known in (("plain", "the keys of the other vectors", KEYS, KNOWN),
                                         ("other", "those of another root key and configuration", Keys(bytes(32), bytes(32)),
                                          {"root": bytes(32).hex(), "sum": bytes(32).hex()})):
        vector("keys-" + called, object="keys", expect="ok", comment=comment, **known,
               **{purpose: key.hex() for purpose, key in keys.by_purpose.items()}, public=keys.pair("packs").public.hex(),
               public_savesets=keys.pair("savesets").public.hex())


def all_sessions():
    sessions_for(PACKS)
    sessions_for(SAVESETS, "savesets-")
    for called, one, other in (("of-savesets", SAVESETS, PACKS), ("savesets-of-packs", PACKS, SAVESETS)):
        secret = other.pair.decapsulate(one.good.block[:HOST])
        session(called, "the block of a session of %s: for %s its secret is that of an implicit rejection" % (one.purpose, other.purpose),
                other.purpose, one.good.block, one.good.id, secret=secret)


def session(called, comment, purpose, block, identifier, expect="ok", secret=None, **more):
    if expect == "ok":
        identity = KEYS.identity(purpose, block[HOST:RESERVED])
        more = {**more, "identity": identity.hex(), "secret": secret.hex(), "key": key_of_session(identity, secret, identifier, purpose).hex()}
    vector("session-" + called, object="session", expect=expect, comment=comment, **KNOWN, purpose=purpose, **more, session=identifier.hex(), block=block.hex())


def sessions_for(these, prefix=""):
    purpose, good = these.purpose, these.good

    def one(called, comment, block, identifier=None, *more, **known):
        session(prefix + called, comment, purpose, block, identifier or session_of(block[:HOST], block[HOST:RESERVED]), *more, **known)

    def begun(called, comment, host, randomness):
        key = host_key(KEYS, TOTAL, host)
        new = session_of_key(key, purpose, randomness)
        one(called, comment, new.block, secret=new.secret, host=host, folder=key["folder"], public=key[SESSION_FIELDS[purpose][0]].hex(),
            randomness=randomness.hex())

    begun("plain", "a session", "web", RANDOMNESS)
    begun("other-host", "the same ciphertext, and another host", "db", RANDOMNESS)
    begun("long-host", "a host of 80 bytes", "h" * 80, RANDOMNESS[::-1])
    one("reserved", "what is reserved in the block is not 0", changed(good.block, RESERVED), secret=good.secret)
    for called, at in (("vector", 500), ("remainder", 1_000)):
        block = changed(good.block, at)
        one("changed-" + called, "a ciphertext that nobody has made: its secret is that of an implicit rejection", block,
            secret=these.pair.decapsulate(block[:HOST]))
    block = changed(good.block, HOST - 10)
    one("changed-point", "another point of X25519", block, secret=these.pair.decapsulate(block[:HOST]))
    for called, at in (("ciphertext", 700), ("host", HOST + 3)):
        one("not-of-" + called, "the session is made of another " + called, changed(good.block, at), good.id, "refused")
    one("not-of-session", "the block is that of another session", good.block, changed(good.id, 15), "refused")
    one("point-0", "a point of small order, with which X25519 gives 0", these.small_order.block, these.small_order.id, "refused")
    one("point-1", "another point of small order", good.block[:HOST - 32] + b"\1" + bytes(31) + good.block[HOST:], None, "refused")


# -- Packs -----------------------------------------------------------------------------------------------------------------

def pack(length=500, session=PACKS.good, kind=b"P", key=None, name=NAME, flags=0, block=None):
    return sealed(header(kind, name, flags=flags), TEXT[:length], session.key if key is None else key, SALT, session.id,
                  session.block if block is None else block)


def all_session_objects():
    def stored(called, comment, data, expect="ok", length=500, **more):
        if expect == "ok":
            more = {"plain": TEXT[:length], **more}
        sealed_object("session-" + called, comment, data, expect, **more)

    for length in (0, 1, 500, 15_111, 15_112, 15_113, 15_120, 15_121, 16_383, 16_384, 31_480, 31_481, 31_488, 31_489):
        stored("of-%d" % length, "a pack with a session, and with %d bytes after its header" % length, pack(length), length=length)
    stored("nodes", "a pack with a session and a flag", pack(flags=1), flags=1)
    stored("of-db", "the session of another host", pack(session=PACKS.db))
    good, both = pack(), (32 + 20, -64 + 20)
    first, second = 32 + 64, -64 - BLOCK          # where the session blocks begin
    stored("first-seal", "the first seal is damaged", changed(good, 40))
    stored("second-seal", "the second seal is damaged", changed(good, -60))
    stored("first-block", "the first session block is damaged", changed(good, first + 100))
    stored("second-block", "the second session block is damaged", changed(good, second + HOST))
    stored("first-without", "the first seal says that there is no session", good[:64] + bytes(16) + good[80:])
    stored("second-without", "the second seal says that there is no session", good[:-32] + bytes(16) + good[-16:])
    stored("reserved", "what is reserved in both blocks is not 0", pack(block=changed(PACKS.good.block, -1)))
    stored("both-seals", "both seals are damaged", changed(changed(good, both[0]), both[1]), "refused")
    stored("both-blocks", "both session blocks are damaged", changed(changed(good, first), second), "refused")
    stored("crossed", "the first seal and the second session block are damaged: neither seal has its block", changed(changed(good, 40), second), "refused")
    stored("both-without", "both seals say that there is no session", good[:64] + bytes(16) + good[80:-32] + bytes(16) + good[-16:], "refused")
    stored("no-block", "a session without session blocks, sealed with the key of packs", pack(key=KEYS.by_purpose["packs"], block=b""), "refused")
    stored("root-key", "sealed with the key of packs, not with that of its session", pack(key=KEYS.by_purpose["packs"]), "refused")
    stored("savesets-key", "sealed with the key that its session has for savesets", pack(session=PACKS.other_purpose), "refused")
    stored("of-savesets", "a session of savesets", pack(session=SAVESETS.good), "refused")
    stored("of-savesets-packs-key", "a session of savesets, sealed with the key that it has for packs", pack(session=SAVESETS.other_purpose), "refused")
    stored("pair-of-savesets", "a session of the key pair of savesets, and of the identity for packs", pack(session=PAIR_OF_SAVESETS), "refused")
    stored("identity-of-savesets", "a session of the key pair of packs, and of the identity for savesets", pack(session=IDENTITY_OF_SAVESETS), "refused")
    stored("other-identity", "sealed by a host that took the name of another one", pack(session=PACKS.wrong_identity), "refused")
    stored("other-ciphertext", "the ciphertext was changed, and the session made of it", pack(session=PACKS.other_ciphertext), "refused")
    stored("point", "a ciphertext with a point of small order", pack(session=PACKS.small_order), "refused")
    for called, keys in (("other-key", Keys(bytes(32), TOTAL)), ("other-configuration", Keys(ROOT, bytes(32)))):
        host = host_of_folder(WEB["folder"].encode())
        one = Session("packs", keys.pair("packs").public, host, keys.identity("packs", host), RANDOMNESS)
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


def small_with(session=SAVESETS.good, kind=b"S", key=None, block=None, by=None, body=BODY):
    return closed(header(kind, NAME), body, session.key if key is None else key, SALT, session.id,
                  session.block if block is None else block, by)


def all_small_sessions():
    def stored(called, comment, data, expect="ok", kind=b"S", path="savesets/web/" + TIME):
        small("session-" + called, comment, data, expect, kind, BODY if expect == "ok" else b"", **{"path": path, "hidden": hidden(path)} if path else {})

    good, block = small_with(), 64
    stored("plain", "a saveset with a session", good)
    stored("subset", "of a subset", good, path="savesets/web/+home/" + TIME)
    stored("checkpoint", "a checkpoint", good, path="savesets/web/%s~3" % TIME)
    stored("expired", "expired", good, path="expired/web/" + TIME)
    stored("reserved", "what is reserved in the session block is not 0", small_with(block=changed(SAVESETS.good.block, -1)))
    stored("other-folder", "in the folder of another host", good, "refused", path="savesets/db/" + TIME)
    stored("other-folder-subset", "in a subset of another host", good, "refused", path="savesets/db/+web/" + TIME)
    stored("other-folder-expired", "in the folder of another host, expired", good, "refused", path="expired/db/" + TIME)
    stored("other-identity", "sealed by a host that took the name of another one", small_with(SAVESETS.wrong_identity), "refused")
    stored("ciphertext", "a bit of the ciphertext is wrong", changed(good, block + 1), "refused")
    stored("host", "a bit of the host is wrong", changed(good, block + HOST), "refused")
    stored("other-host", "the host was exchanged, and the session with it", good[:32] + SAVESETS.db.id + good[48:block] + SAVESETS.db.block
           + good[block + BLOCK:], "refused", path="savesets/db/" + TIME)
    stored("session", "a bit of the session is wrong", changed(good, 47), "refused")
    stored("without", "the seal says that there is no session", good[:32] + bytes(16) + good[48:], "refused")
    stored("other-ciphertext", "the ciphertext was changed, and the session made of it", small_with(SAVESETS.other_ciphertext), "refused")
    stored("point", "a ciphertext with a point of small order", small_with(SAVESETS.small_order), "refused")
    stored("root-key", "sealed with the key of savesets, not with that of its session", small_with(key=KEYS.by_purpose["savesets"]), "refused")
    stored("packs-key", "sealed with the key that its session has for packs", small_with(SAVESETS.other_purpose), "refused")
    stored("of-packs", "a session of packs, sealed with the key that it has for savesets, as before there were sessions of savesets",
           small_with(PACKS.other_purpose), "refused")
    stored("of-packs-packs-key", "a session of packs", small_with(PACKS.good), "refused")
    stored("pair-of-packs", "a session of the key pair of packs, and of the identity for savesets", small_with(PAIR_OF_PACKS), "refused")
    stored("identity-of-packs", "a session of the key pair of savesets, and of the identity for packs", small_with(IDENTITY_OF_PACKS), "refused")
    stored("no-block", "a session without its block, sealed with the key of savesets", small_with(key=KEYS.by_purpose["savesets"], block=b""), "refused")
    stored("tag", "the tag is wrong", changed(good, -1), "refused")
    stored("cut-in-block", "cut off in the session block", good[:700], "refused")
    stored("cut-to-a-seal", "nothing but a seal and its session block", good[:block + BLOCK], "refused")
    work, names = KEYS.by_purpose["work"], {b"G": "settings", b"D": "a condemned list", b"I": "an intent", b"V": "a record of checks", b"T": "tags",
                   b"M": "a record of moved packs"}
    for kind, what in names.items():
        path = "tags/web/%s~1" % TIME if kind == b"T" else None
        by = KEYS.by_purpose["authority"] if kind in (b"G", b"D") else None
        key = {b"V": KEYS.by_purpose["index"], b"T": KEYS.by_purpose["savesets"], b"M": KEYS.by_purpose["savesets"]}.get(kind, work)
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
    for kind, key, called in ((b"I", "work", "an-intent"), (b"S", "savesets", "a-saveset"), (b"V", "index", "a-record-of-checks"),
                              (b"M", "savesets", "a-record-of-moved-packs")):
        stored = closed(header(kind, NAME), BODY, KEYS.by_purpose[key], SALT)
        small(called + "-authority", "what is reserved in the place of authority is not 0", changed(stored, 63), kind=kind, body=BODY)
