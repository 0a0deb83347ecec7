"""The encryption of a Backshift repository; written from backshift-repository(5), "Encryption", alone. Needs Debian's python3-cryptography, and for a
passphrase python3-argon2.
"""
import base64
import hmac
import os
import re
import struct

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError:                   # one that is not encrypted can be read without
    AESGCM = None

from backshift_values import Damage, Unexpected

SEGMENT, TAG, SEAL, START = 16_384, 16, 64, 96
PURPOSES = {b"P": "packs", b"S": "savesets", b"T": "savesets", **dict.fromkeys((b"R", b"G", b"D", b"I", b"V"), "work")}
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
        extracted = mac(total, root)
        self.by_purpose = {purpose: expand(extracted, b"backshift/1 " + purpose.encode(), 32)
                           for purpose in ("packs", "savesets", "work", "names", "chunks", "cutter", "proof")}
        names = self.by_purpose["names"]
        self.name_mac, self.name_stream = expand(names, b"mac", 32), expand(names, b"stream", 32)

    def digest(self, content):
        return mac(self.by_purpose["chunks"], content)[:24]

    # -- Objects --

    def cipher(self, header, seal):
        """The cipher of an object, or None if its seal is not right."""
        if len(seal) != SEAL or header[8:9] not in PURPOSES:
            return None
        derived = expand(self.by_purpose[PURPOSES[header[8:9]]], b"object" + header[8:9] + header[16:32] + seal[16:48], 48)
        return AESGCM(derived[:32]) if hmac.compare_digest(derived[32:], seal[:16]) else None

    def small_body(self, header, body, what):
        """The body of a sealed small object."""
        cipher = self.cipher(header, body[:SEAL])
        if cipher is None:
            raise Damage("%s: was sealed with another key, or for another object" % what)
        try:
            content = cipher.decrypt(nonce(0, True), body[SEAL:], header)
        except InvalidTag:
            raise Damage("%s: was changed by someone without the key" % what) from None
        length = struct.unpack_from("<I", content)[0] if len(content) >= 4 else 1 << 32
        if length > len(content) - 4:
            raise Damage("%s: the length in its seal is wrong" % what)
        return content[4:4 + length]

    def plain_object(self, data, kind, name, what):
        """A sealed pack or run as it would be without sealing."""
        header, end = data[:32], len(data) - SEAL
        if end - START < 24:
            return header[:9] + b"\0" + header[10:] if len(header) == 32 else header
        named = header[:8] + kind + header[9:16] + bytes.fromhex(name)
        cipher = self.cipher(named, data[end:]) or self.cipher(named, data[32:START])
        if cipher is None:
            raise Damage("%s: its seals are damaged, or it was sealed with another key" % what)
        content, length, last = [], None, (end - 1) // SEGMENT
        for number in range(last + 1):
            stored = data[number * SEGMENT or START:min((number + 1) * SEGMENT, end)]
            try:
                content.append(cipher.decrypt(nonce(number, number == last), stored, None))
                length = struct.unpack("<Q", content[-1][-8:])[0] if number == last else None
            except (InvalidTag, struct.error, ValueError):
                content.append(bytes(max(0, len(stored) - TAG)))
        content = b"".join(content)
        return header[:9] + b"\0" + header[10:] + content[:length if length is not None and length <= len(content) - 8 else len(content)]

    # -- Names --

    def hidden(self, name, host=None):
        """HOST or SUBSET in a path; `host` is the host of a subset."""
        padded = pad(name)
        parent = b"\0" if host is None else b"\1" + pad(host)
        vector = mac(self.name_mac, parent + padded)[:16]
        return base64.urlsafe_b64encode(vector + self.mask(vector, padded)).rstrip(b"=")

    def shown(self, hidden, host=None):
        """The name of a host or subset, or None if it is not one of ours."""
        if not re.fullmatch(rb"[A-Za-z0-9_-]{86}|[A-Za-z0-9_-]{150}", hidden):
            return None
        data = base64.urlsafe_b64decode(hidden + b"==")
        padded = self.mask(data[:16], data[16:])
        name = padded[1:1 + padded[0]]
        return name if self.hidden(name, host) == hidden else None

    def mask(self, vector, data):
        return bytes(one ^ other for one, other in zip(data, expand(self.name_stream, vector, len(data))))


def nonce(number, last):
    return struct.pack("<QI", number, last)


def pad(name):
    return (bytes([len(name)]) + name).ljust(48 if len(name) < 48 else 96, b"\0")


# -- The root key --

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
