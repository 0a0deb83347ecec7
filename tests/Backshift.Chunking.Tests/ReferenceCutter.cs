using System.Buffers.Binary;

namespace Backshift.Chunking.Tests;

/// <summary>The definition, word for word: every sum has its 32 terms, nothing rolls, nothing is remembered. Slow, and plainly right.</summary>
internal sealed class ReferenceCutter
{
    private readonly int _average;
    private readonly ulong _k0;
    private readonly ulong _k1;

    internal ReferenceCutter(ReadOnlySpan<byte> seed, int average)
    {
        _average = average;
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(seed);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(seed[8..]);
        ulong k2 = BinaryPrimitives.ReadUInt64LittleEndian(seed[16..]);
        ulong k3 = BinaryPrimitives.ReadUInt64LittleEndian(seed[24..]);
        byte[] number = new byte[8];
        for (ulong n = 0; ; n++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, n);
            ulong random = SipHash.Hash(k2, k3, number);
            Multiplier = (ushort)((random & 0xfff8) | 3);
            Addend = (ushort)(random >> 16);
            if (Enumerable.Range(0, 256).All(value => !IsCandidate(Enumerable.Repeat((byte)value, 32).ToArray(), 31)))
            {
                break;
            }
        }
    }

    internal ushort Multiplier { get; }

    internal ushort Addend { get; }

    internal ulong Identity => SipHash.Hash(_k0, _k1, "backshift"u8);

    internal List<int> Cut(ReadOnlySpan<byte> file)
    {
        List<int> lengths = [];
        while (!file.IsEmpty)
        {
            int length = FirstChunk(file);
            lengths.Add(length);
            file = file[length..];
        }

        return lengths;
    }

    internal bool IsCandidate(ReadOnlySpan<byte> data, int i)
    {
        uint sum = 0;
        uint power = 1;
        for (int j = 0; j < 32; j++)
        {
            sum += power * data[i - j];
            power *= Multiplier;
        }

        return (ushort)(sum + Addend) < 64;
    }

    private int FirstChunk(ReadOnlySpan<byte> rest)
    {
        int maximum = 4 * _average;
        for (int length = _average / 2; length < maximum && length <= rest.Length; length++)
        {
            int i = length - 1;
            if (IsCandidate(rest, i) && SipHash.Hash(_k0, _k1, rest[(i - 63)..(i + 1)]) <= Threshold(length))
            {
                return length;
            }
        }

        return Math.Min(maximum, rest.Length);
    }

    private ulong Threshold(int length)
    {
        int middle = (int)((long)_average * 776 / 1000);
        UInt128 numerator = UInt128.One << 74;
        UInt128 threshold = length < middle ? numerator / (uint)(4 * _average) : numerator / (uint)(_average / 4);
        return threshold > ulong.MaxValue ? ulong.MaxValue : (ulong)threshold;
    }
}
