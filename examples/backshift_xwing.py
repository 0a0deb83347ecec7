"""X-Wing, the key encapsulation of sessions: ML-KEM-768 (FIPS 203) together with X25519, as draft-connolly-cfrg-xwing-kem joins them.

Names are those of FIPS 203, whose algorithms are given by number. Nothing here takes the same time for all keys, as it must where others can measure it:
this is for reading backups on a machine of one's own. X25519 needs Debian's python3-cryptography.
"""
import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

N, Q, K = 256, 3329, 3            # length of a polynomial, modulus of its coefficients, polynomials in a vector
DU, DV = 10, 4                    # bits that are left of a coefficient in the two parts of a ciphertext
VECTOR = 384 * K                  # bytes of an encoded vector
PUBLIC_M, CIPHERTEXT_M = VECTOR + 32, 32 * (DU * K + DV)
PUBLIC, CIPHERTEXT = PUBLIC_M + 32, CIPHERTEXT_M + 32
LABEL = b"\\.//^\\"


def reversed_7(i):
    return int("{:07b}".format(i)[::-1], 2)


ZETAS = [pow(17, reversed_7(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * reversed_7(i) + 1, Q) for i in range(128)]


def G(data):
    digest = hashlib.sha3_512(data).digest()
    return digest[:32], digest[32:]


# -- Polynomials -----------------------------------------------------------------------------------------------------------

def encode(d, f):
    """ByteEncode, algorithm 5: d bits of each coefficient."""
    return sum(c << d * i for i, c in enumerate(f)).to_bytes(32 * d, "little")


def decode(d, data):
    """ByteDecode, algorithm 6."""
    number = int.from_bytes(data, "little")
    return [number >> d * i & (1 << d) - 1 for i in range(N)]


def compress(d, f):
    return [((c << d + 1) + Q) // (2 * Q) % (1 << d) for c in f]


def decompress(d, f):
    return [(2 * Q * c + (1 << d)) >> d + 1 for c in f]


def sample_uniform(seed):
    """SampleNTT, algorithm 7: numbers of 12 bits, without those that are too large."""
    length = 840
    while True:
        data, found = hashlib.shake_128(seed).digest(length), []
        for at in range(0, length, 3):
            both = int.from_bytes(data[at:at + 3], "little")
            found += (c for c in (both & 4095, both >> 12) if c < Q)
        if len(found) >= N:
            return found[:N]
        length *= 2


def sample_small(seed, number):
    """SamplePolyCBD, algorithm 8, of PRF: each coefficient is the difference of two times two bits."""
    bits = decode(4, hashlib.shake_256(seed + bytes([number])).digest(128))
    return [((b & 1) + (b >> 1 & 1) - (b >> 2 & 1) - (b >> 3)) % Q for b in bits]


def ntt(f):
    """Algorithm 9."""
    f, i, half = list(f), 1, 128
    while half >= 2:
        for start in range(0, N, 2 * half):
            for j in range(start, start + half):
                t = ZETAS[i] * f[j + half]
                f[j], f[j + half] = (f[j] + t) % Q, (f[j] - t) % Q
            i += 1
        half //= 2
    return f


def inverse_ntt(f):
    """Algorithm 10."""
    f, i, half = list(f), 127, 2
    while half <= 128:
        for start in range(0, N, 2 * half):
            for j in range(start, start + half):
                f[j], f[j + half] = (f[j] + f[j + half]) % Q, ZETAS[i] * (f[j + half] - f[j]) % Q
            i -= 1
        half *= 2
    return [c * 3303 % Q for c in f]


def product(one, other):
    """The sum of the products of the polynomials of two vectors, all of them in the NTT domain: algorithms 11 and 12."""
    total = [0] * N
    for a, b in zip(one, other):
        for i in range(128):
            x, y = 2 * i, 2 * i + 1
            total[x] += a[x] * b[x] + a[y] * b[y] % Q * GAMMAS[i]
            total[y] += a[x] * b[y] + a[y] * b[x]
    return [c % Q for c in total]


def add(*polynomials):
    return [sum(each) % Q for each in zip(*polynomials)]


# -- ML-KEM-768 ------------------------------------------------------------------------------------------------------------

class PublicKey:
    """An encapsulation key."""

    def __init__(self, data):
        if len(data) != PUBLIC_M:
            raise ValueError("a public key of another length")
        self.data, self.hash, self.matrix = data, hashlib.sha3_256(data).digest(), matrix(data[VECTOR:])
        self.t = [decode(12, data[384 * i:384 * i + 384]) for i in range(K)]
        if any(c >= Q for f in self.t for c in f):
            raise ValueError("a public key with numbers that are too large")

    def encrypt(self, m, r):
        """K-PKE.Encrypt, algorithm 14."""
        y = [ntt(sample_small(r, i)) for i in range(K)]
        u = [add(inverse_ntt(product([row[i] for row in self.matrix], y)), sample_small(r, K + i)) for i in range(K)]
        v = add(inverse_ntt(product(self.t, y)), sample_small(r, 2 * K), decompress(1, decode(1, m)))
        return b"".join(encode(DU, compress(DU, f)) for f in u) + encode(DV, compress(DV, v))

    def encapsulate(self, m):
        """ML-KEM.Encaps_internal, algorithm 17: the shared secret and the ciphertext."""
        secret, r = G(m + self.hash)
        return secret, self.encrypt(m, r)


def matrix(rho):
    return [[sample_uniform(rho + bytes([j, i])) for j in range(K)] for i in range(K)]


class PrivateKey:
    """A decapsulation key, made of its two seeds: ML-KEM.KeyGen_internal, algorithms 16 and 13."""

    def __init__(self, d, z):
        rho, sigma = G(d + bytes([K]))
        self.z = z
        self.s = [ntt(sample_small(sigma, i)) for i in range(K)]
        e = [ntt(sample_small(sigma, K + i)) for i in range(K)]
        t = [add(product(row, self.s), each) for row, each in zip(matrix(rho), e)]
        self.public = PublicKey(b"".join(encode(12, f) for f in t) + rho)

    def decapsulate(self, c):
        """ML-KEM.Decaps_internal, algorithm 18. A ciphertext that was not made as it should be gives a secret that nobody knows, and no error."""
        if len(c) != CIPHERTEXT_M:
            raise ValueError("a ciphertext of another length")
        u = [ntt(decompress(DU, decode(DU, c[32 * DU * i:32 * DU * (i + 1)]))) for i in range(K)]
        v = decompress(DV, decode(DV, c[32 * DU * K:]))
        m = encode(1, compress(1, add(v, [-each for each in inverse_ntt(product(self.s, u))])))
        secret, r = G(m + self.public.hash)
        return secret if hmac.compare_digest(self.public.encrypt(m, r), c) else hashlib.shake_256(self.z + c).digest(32)


# -- X-Wing ----------------------------------------------------------------------------------------------------------------

def exchange(private, public):
    """X25519. A point of small order, with which any private key gives 0, is an error."""
    return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))


def public_of(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def combine(secret_m, secret_x, ciphertext_x, public_x):
    return hashlib.sha3_256(secret_m + secret_x + ciphertext_x + public_x + LABEL).digest()


class KeyPair:
    """The key pair that a seed of 32 bytes gives; `public` is its public key."""

    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self.private_m, self.private_x = PrivateKey(expanded[:32], expanded[32:64]), expanded[64:]
        self.public_x = public_of(self.private_x)
        self.public = self.private_m.public.data + self.public_x

    def decapsulate(self, ciphertext):
        """The shared secret of a ciphertext; ValueError if that cannot be one."""
        secret_m = self.private_m.decapsulate(ciphertext[:-32])
        return combine(secret_m, exchange(self.private_x, ciphertext[-32:]), ciphertext[-32:], self.public_x)


def encapsulate(public, randomness):
    """A ciphertext for a public key, and the secret in it; of 64 random bytes."""
    secret_m, ciphertext_m = PublicKey(public[:PUBLIC_M]).encapsulate(randomness[:32])
    ciphertext_x = public_of(randomness[32:])
    return ciphertext_m + ciphertext_x, combine(secret_m, exchange(randomness[32:], public[PUBLIC_M:]), ciphertext_x, public[PUBLIC_M:])
