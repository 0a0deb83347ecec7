using System.Buffers.Binary;

namespace Backshift.Chunking.Tests;

/// <summary>Steele, Lea and Flood's SplitMix64: the whole generator fits on a page, so that every language can rebuild an input from its seed.</summary>
internal sealed class SplitMix64(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        _state += 0x9e3779b97f4a7c15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 up to, but without, <paramref name="limit"/>; the bias does not matter here.</summary>
    internal int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>The next outputs, each as eight bytes, little-endian; what is left over of the last one is dropped.</summary>
    internal byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        Span<byte> rest = bytes;
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, Next());
        }

        Span<byte> last = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(last, Next());
        last[..rest.Length].CopyTo(rest);
        return bytes;
    }
}
