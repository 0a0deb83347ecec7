#!/usr/bin/python3
"""Compare X-Wing of the examples with that of libsodium, by random cases: check_xwing.py LIBRARY COUNT [SEED]

Status 77 if that libsodium has no X-Wing. The seed is printed."""
import ctypes
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples"))
from backshift_xwing import CIPHERTEXT, PUBLIC, KeyPair, encapsulate  # noqa: E402


class Sodium:
    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.sodium_init()

    def call(self, name, lengths, *given):
        """What a function writes, or None where it refuses."""
        written = [ctypes.create_string_buffer(length) for length in lengths]
        return [each.raw for each in written] if getattr(self.library, "crypto_kem_xwing_" + name)(*written, *given) == 0 else None


def or_none(call, *given):
    try:
        return call(*given)
    except ValueError:
        return None


def compare(sodium, seed, randomness, damage):
    public, private = sodium.call("seed_keypair", (PUBLIC, 32), seed)
    pair = KeyPair(seed)
    assert pair.public == public, "another public key"
    ciphertext, secret = sodium.call("enc_deterministic", (CIPHERTEXT, 32), public, randomness)
    assert encapsulate(public, randomness) == (ciphertext, secret), "another ciphertext or secret"
    for given in (ciphertext, *damage(ciphertext)):
        ours, theirs = or_none(pair.decapsulate, given), sodium.call("dec", (32,), given, private)
        assert [ours] == (theirs or [None]), "another secret of a ciphertext"
        assert (ours == secret) == (given == ciphertext), "the secret of another ciphertext"
    for given in (public[:-32] + bytes(32), b"\xff" * 384 + public[384:]):
        assert or_none(encapsulate, given, randomness) is None and sodium.call("enc_deterministic", (CIPHERTEXT, 32), given, randomness) is None, \
            "an impossible public key is used"


def main(path, count, seed):
    print("seed %d" % seed)
    draw, sodium = random.Random(seed), Sodium(path)
    if not hasattr(sodium.library, "crypto_kem_xwing_dec"):
        return 77

    def damage(ciphertext):
        """A bit that is wrong in each part, bytes that were never a ciphertext, and points of small order."""
        for start, end in ((0, 960), (960, 1088), (1088, 1119)):
            changed = bytearray(ciphertext)
            changed[draw.randrange(start, end)] ^= 1 << draw.randrange(8)
            yield bytes(changed)
        yield draw.randbytes(CIPHERTEXT)
        yield ciphertext[:-32] + bytes(32)
        yield ciphertext[:-32] + b"\1" + bytes(31)

    for _ in range(count):
        compare(sodium, draw.randbytes(32), draw.randbytes(64), damage)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)))
