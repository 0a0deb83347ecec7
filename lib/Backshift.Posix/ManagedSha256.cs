using System.Buffers.Binary;
using System.Numerics;

namespace Backshift.Posix;

/// <summary>SHA-256 as FIPS 180-4 has it, a block of 64 bytes after the other: for where there is no libcrypto, at a tenth of its speed.</summary>
internal sealed class ManagedSha256
{
    private const int BlockSize = 64;
    private const int LengthOffset = BlockSize - sizeof(ulong);

    private readonly uint[] state = new uint[8];
    private readonly byte[] rest = new byte[BlockSize];
    private int filled;
    private ulong length;

    internal ManagedSha256() => Start();

    /// <summary>The first 32 bits of the fractional parts of the cube roots of the first 64 primes.</summary>
    private static ReadOnlySpan<uint> K =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    internal void Append(ReadOnlySpan<byte> content)
    {
        length += (ulong)content.Length;
        if (filled > 0)
        {
            int taken = Math.Min(BlockSize - filled, content.Length);
            content[..taken].CopyTo(rest.AsSpan(filled));
            filled += taken;
            content = content[taken..];
            if (filled < BlockSize)
            {
                return;
            }

            Compress(rest);
        }

        while (content.Length >= BlockSize)
        {
            Compress(content);
            content = content[BlockSize..];
        }

        content.CopyTo(rest);
        filled = content.Length;
    }

    /// <summary>Gives the hash of all that was appended, and begins anew.</summary>
    internal void Finish(Span<byte> hash)
    {
        ulong bits = length * 8;
        rest[filled++] = 0x80;
        if (filled > LengthOffset)
        {
            rest.AsSpan(filled).Clear();
            Compress(rest);
            filled = 0;
        }

        rest.AsSpan(filled, LengthOffset - filled).Clear();
        BinaryPrimitives.WriteUInt64BigEndian(rest.AsSpan(LengthOffset), bits);
        Compress(rest);
        for (int i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * sizeof(uint))..], state[i]);
        }

        Start();
    }

    private void Start()
    {
        ((ReadOnlySpan<uint>)[0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]).CopyTo(state);
        filled = 0;
        length = 0;
    }

    private void Compress(ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[64];
        for (int i = 0; i < 16; i++)
        {
            w[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * sizeof(uint))..]);
        }

        for (int i = 16; i < 64; i++)
        {
            uint s0 = BitOperations.RotateRight(w[i - 15], 7) ^ BitOperations.RotateRight(w[i - 15], 18) ^ (w[i - 15] >> 3);
            uint s1 = BitOperations.RotateRight(w[i - 2], 17) ^ BitOperations.RotateRight(w[i - 2], 19) ^ (w[i - 2] >> 10);
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < 64; i++)
        {
            uint s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint t1 = h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i];
            uint s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
