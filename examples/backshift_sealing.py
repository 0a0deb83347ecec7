"""The encryption of a Backshift repository; written from backshift-repository(5), "Encryption", alone. Needs Debian's python3-cryptography, and for a
passphrase python3-argon2.
"""
import base64
import hashlib
import hmac
import os
import re
import struct

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from backshift_xwing import CIPHERTEXT, KeyPair
except ImportError:                   # one that is not encrypted can be read without
    AESGCM = None

from backshift_values import Damage, Unexpected

SEGMENT, TAG, SEAL, BLOCK = 16_384, 16, 64, 1_152
PURPOSES = {b"P": "packs", b"S": "savesets", b"T": "savesets", b"M": "savesets", b"R": "index", b"V": "index", b"G": "work", b"D": "work", b"I": "work"}
WITH_SESSION, WITH_AUTHORITY = (b"P", b"S"), (b"G", b"D")
SEEDS = {"packs": "sessions", "savesets": "collecting"}       # of the key pairs of sessions, by what these are for
MAX_SESSIONS = 4_096              # whose key is kept; an object of another one takes some milliseconds longer
HIDDEN = re.compile(rb"[A-Za-z0-9_-]{86}|[A-Za-z0-9_-]{150}")
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
PREFIX = "backshift-key-"


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def expand(key, info, length):
    """HKDF-Expand of RFC 5869."""
    done, block = b"", b""
    for number in range(1, -(-length // 32) + 1):
        block = mac(key, block + info + bytes([number]))
        done += block
    return done[:length]


class Keys:
    """The keys of one repository. `root` is the root key, `total` the SHA-256 at the end of the configuration."""

    def __init__(self, root, total):
        if AESGCM is None:
            raise Unexpected("is encrypted, and there is no module cryptography (apt-get install python3-cryptography)")
        self.extracted = mac(total, root)
        self.by_purpose = {purpose: expand(self.extracted, b"backshift/1 " + purpose.encode(), 32)
                           for purpose in ("packs", "savesets", "index", "work", "authority", "names", "chunks", "cutter", "proof", "sessions",
                                           "collecting")}
        self.pairs, self.sessions = {}, {}      # purpose -> its key pair; purpose and session -> its key

    def digest(self, content):
        return mac(self.by_purpose["chunks"], content)[:24]

    # -- Objects --

    def cipher(self, header, seal, block):
        """The cipher of an object, or None if its seal is not right. If it has a session, so must its session block be."""
        kind, session = header[8:9], seal[32:48]
        if len(seal) != SEAL or kind not in PURPOSES or any(session) and kind not in WITH_SESSION:
            return None
        purpose = PURPOSES[kind]
        key = self.session_key(purpose, session, block) if any(session) else self.by_purpose[purpose]
        if key is None:
            return None
        key, commitment = object_keys(key, header, seal)
        return AESGCM(key) if hmac.compare_digest(commitment, seal[:16]) else None

    def small_body(self, header, body, what, host=None):
        """The body of a sealed small object. Only one that lies in the folder of a host may have a session, and only one of this host."""
        header = header[:12] + bytes(4) + header[16:]
        kind, seal = header[8:9], body[:SEAL]
        start = SEAL + block_length(seal)
        cipher = self.cipher(header, seal, body[SEAL:start])
        if cipher is None:
            raise Damage("%s: was sealed with another key, or for another object" % what)
        if start > SEAL and host_of_block(body[SEAL:start]) != host:
            raise Damage("%s: was written with the host key of another host" % what)
        if kind in WITH_AUTHORITY and not hmac.compare_digest(authority(self.by_purpose["authority"], header, body), body[48:SEAL]):
            raise Damage("%s: was made by someone who has no more than a host key" % what)
        try:
            content = cipher.decrypt(nonce(0, True), body[start:], header)
        except InvalidTag:
            raise Damage("%s: was changed by someone without the key" % what) from None
        length = struct.unpack_from("<I", content)[0] if len(content) >= 4 else 1 << 32
        if length > len(content) - 4:
            raise Damage("%s: the length in its seal is wrong" % what)
        return content[4:4 + length]

    def plain_object(self, data, kind, name, what):
        """A sealed pack or run as it would be without sealing."""
        header, plain = data[:32], data[:9] + b"\0" + data[10:32]
        if len(data) - 2 * SEAL - 32 < 24:
            return plain if len(header) == 32 else header
        named = header[:8] + kind + header[9:16] + bytes.fromhex(name)
        for seal, block in ((data[-SEAL:], data[-SEAL - BLOCK:-SEAL]), (data[32:32 + SEAL], data[32 + SEAL:32 + SEAL + BLOCK])):
            start, end = 32 + SEAL + block_length(seal), len(data) - SEAL - block_length(seal)
            cipher = self.cipher(named, seal, block) if end - start >= 24 else None
            if cipher is not None:
                break
        else:
            raise Damage("%s: its seals are damaged, or it was sealed with another key" % what)
        content, length, last = [], None, (end - 1) // SEGMENT
        for number in range(last + 1):
            stored = data[number * SEGMENT or start:min((number + 1) * SEGMENT, end)]
            try:
                content.append(cipher.decrypt(nonce(number, number == last), stored, None))
                length = struct.unpack("<Q", content[-1][-8:])[0] if number == last else None
            except (InvalidTag, struct.error, ValueError):
                content.append(bytes(max(0, len(stored) - TAG)))
        content = b"".join(content)
        return plain + content[:length if length is not None and length <= len(content) - 8 else len(content)]

    # -- Sessions --

    def pair(self, purpose):
        """The key pair of sessions of packs, or that of sessions of savesets."""
        if purpose not in self.pairs:
            self.pairs[purpose] = KeyPair(self.by_purpose[SEEDS[purpose]])
        return self.pairs[purpose]

    def identity(self, purpose, host):
        """What the host key of a host has to show that it is one; `host` is that of a session block."""
        return expand(self.extracted, b"backshift/1 host" + host, 32) if purpose == "packs" else expand(self.by_purpose["savesets"], b"host" + host, 32)

    def session_key(self, purpose, session, block):
        """The key that takes the place of that of the purpose, or None if a session block is not that of a session."""
        ciphertext, host = block[:CIPHERTEXT], host_of_block(block)
        if len(block) != BLOCK or session_of(ciphertext, host) != session:
            return None
        if (purpose, session) not in self.sessions:
            try:
                secret = self.pair(purpose).decapsulate(ciphertext)
            except ValueError:
                return None
            if len(self.sessions) == MAX_SESSIONS:
                del self.sessions[next(iter(self.sessions))]
            self.sessions[purpose, session] = key_of_session(self.identity(purpose, host), secret, session, purpose)
        return self.sessions[purpose, session]

    # -- Names --

    def name_key(self, host=None):
        """The key of the names of hosts, or of those of the subsets of a host."""
        return self.by_purpose["names"] if host is None else expand(self.by_purpose["names"], b"subsets" + pad(host), 32)

    def hidden(self, name, host=None):
        """HOST or SUBSET in a path; `host` is the host of a subset."""
        return hide(self.name_key(host), name, host)

    def shown(self, hidden, host=None):
        """The name of a host or subset, or None if it is not one of ours."""
        if not HIDDEN.fullmatch(hidden):
            return None
        data = base64.urlsafe_b64decode(hidden + b"==")
        padded = mask(self.name_key(host), data[:16], data[16:])
        name = padded[1:1 + padded[0]]
        return name if self.hidden(name, host) == hidden else None


# -- Seals and sessions ----------------------------------------------------------------------------------------------------

def object_keys(key, header, seal):
    """The key of an object and its commitment, of the key of its purpose, or that which takes its place."""
    derived = expand(key, b"object" + header[8:9] + header[16:32] + seal[16:48], 48)
    return derived[:32], derived[32:]


def authority(key, header, body):
    """What stands in the seal of settings and condemned lists; the body is all that is stored, without a session block."""
    return mac(key, header + body[:48] + body[SEAL:])[:16]


def block_length(seal):
    return BLOCK if any(seal[32:48]) else 0


def host_of_block(block):
    return block[CIPHERTEXT:CIPHERTEXT + 16]


def host_of_folder(hidden):
    """What tells a host in a session block, of HOST in a path; None if that was not hidden."""
    return base64.urlsafe_b64decode(hidden[:22] + b"==") if HIDDEN.fullmatch(hidden) else None


def session_of(ciphertext, host):
    return hashlib.sha256(ciphertext + host).digest()[:16]


def key_of_session(identity, secret, session, purpose):
    """The key of a session of packs or of savesets, of what the host and the root key both have."""
    return expand(mac(identity, secret + session), b"backshift/1 session " + purpose.encode(), 32)


def nonce(number, last):
    return struct.pack("<QI", number, last)


# -- Names -----------------------------------------------------------------------------------------------------------------

def pad(name):
    return (bytes([len(name)]) + name).ljust(48 if len(name) < 48 else 96, b"\0")


def hide(key, name, host=None):
    """HOST in a path with the key of names, or SUBSET with that of the subsets of a host."""
    padded, parent = pad(name), b"\0" if host is None else b"\1" + pad(host)
    vector = mac(expand(key, b"mac", 32), parent + padded)[:16]
    return base64.urlsafe_b64encode(vector + mask(key, vector, padded)).rstrip(b"=")


def mask(key, vector, data):
    return bytes(one ^ other for one, other in zip(data, expand(expand(key, b"stream", 32), vector, len(data))))


# -- The root key ----------------------------------------------------------------------------------------------------------

def polymod(values):
    total = 1
    for value in values:
        top, total = total >> 25, (total & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= generator if top >> bit & 1 else 0
    return total


def key_of(text):
    """The root key in a text, Bech32 of BIP 173; None if it is none."""
    text = "".join(text.split()).lower()
    if not text.startswith(PREFIX + "1") or set(text[len(PREFIX) + 1:]) - set(LETTERS):
        return None
    values = [LETTERS.index(letter) for letter in text[len(PREFIX) + 1:]]
    prefix = [ord(letter) >> 5 for letter in PREFIX] + [0] + [ord(letter) & 31 for letter in PREFIX]
    if len(values) != 58 or polymod(prefix + values) != 1:
        return None
    number = 0
    for value in values[:52]:
        number = number << 5 | value
    return (number >> 4).to_bytes(32, "big") if number & 15 == 0 else None


def key_in_slot(body, passphrase, total):
    """The root key in a slot, or None if that has another passphrase."""
    if body.get("kind") != "argon2id":
        return None
    if not (8_192 <= body["memory"] <= 1_048_576 and 1 <= body["passes"] <= 64 and len(body["salt"]) == 16):
        raise Damage("a slot asks for more than it may")
    try:
        from argon2.low_level import Type, hash_secret_raw
    except ImportError:
        raise Unexpected("a passphrase needs the module argon2 (apt-get install python3-argon2); the exported key does not") from None
    derived = hash_secret_raw(passphrase, body["salt"], body["passes"], body["memory"], 1, 64, Type.ID)
    if not hmac.compare_digest(derived[32:], body["check"]):
        return None
    try:
        return AESGCM(derived[:32]).decrypt(body["nonce"], body["key"], total)
    except InvalidTag:
        raise Damage("a slot was not made for this configuration") from None


def checked_key(key, slots, total):
    """A root key that was given, unless the slots say that it is another one's."""
    if slots and not any(slot.get("proof") == Keys(key, total).by_purpose["proof"][:16] for slot in slots):
        raise Unexpected("the key is that of another repository")
    return key


def root_key(slots, total):
    """The root key, from BACKSHIFT_KEY_FILE or, with BACKSHIFT_PASSPHRASE_FILE, from one of the slots."""
    if os.environ.get("BACKSHIFT_KEY_FILE"):
        with open(os.environ["BACKSHIFT_KEY_FILE"], encoding="ascii") as file:
            lines = [line for line in file if line.strip() and not line.startswith("#")]
        key = key_of(lines[0]) if lines else None
        if key is None:
            raise Unexpected("%s: has no key" % os.environ["BACKSHIFT_KEY_FILE"])
        return checked_key(key, slots, total)
    if not os.environ.get("BACKSHIFT_PASSPHRASE_FILE"):
        raise Unexpected("is encrypted; set BACKSHIFT_KEY_FILE or BACKSHIFT_PASSPHRASE_FILE")
    with open(os.environ["BACKSHIFT_PASSPHRASE_FILE"], "rb") as file:
        passphrase = file.read().partition(b"\n")[0]
    for slot in slots:
        key = key_in_slot(slot, passphrase, total)
        if key is not None:
            return key
    raise Unexpected("the passphrase is wrong")
