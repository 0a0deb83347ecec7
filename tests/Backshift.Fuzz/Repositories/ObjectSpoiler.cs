using System.Buffers.Binary;
using Backshift.Fuzz.Streams;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Repositories;

/// <summary>Changes an object: at random, or so that its checksums are right again.</summary>
internal static class ObjectSpoiler
{
    private static readonly byte[][] Extremes =
        [[0, 0, 0, 0], [1, 0, 0, 0], [255, 255, 255, 127], [0, 0, 0, 128], [255, 255, 255, 255], [0, 0, 1, 0], [1, 0, 1, 0]];

    /// <summary>The object, changed.</summary>
    /// <param name="bytes">As it was; not changed.</param>
    /// <param name="chance">Source of chance.</param>
    /// <param name="how">What was done.</param>
    internal static byte[] Spoil(byte[] bytes, Random chance, out string how)
    {
        byte[] changed = [.. bytes];
        switch (chance.Next(8))
        {
            case 0:
                how = "cut";
                return changed[..chance.Next(changed.Length)];
            case 1:
                int at = chance.Next(changed.Length), bit = chance.Next(8);
                how = $"bit {bit} of byte {at}";
                changed[at] ^= (byte)(1 << bit);
                return changed;
            case 2:
                how = "zeros";
                int from = chance.Next(changed.Length);
                changed.AsSpan(from, Math.Min(chance.Next(1, 5000), changed.Length - from)).Clear();
                return changed;
            case 3:
                how = "bytes";
                return ByteSpoiler.Spoil(changed, chance);
            case 4 when (char)changed[8] is 'C' or 'S' or 'T':
                how = "body";
                return SpoilBody(changed, chance);
            default:
                return SpoilField(changed, chance, out how);
        }
    }

    /// <summary>A number in the header, the tables or the trailer becomes an extreme one, and the checksums match.</summary>
    private static byte[] SpoilField(byte[] bytes, Random chance, out string how)
    {
        bytes = OneCopy(bytes);
        int at = chance.Next(3) switch { 0 => 8 + chance.Next(56), 1 => Math.Max(0, bytes.Length - 32 - chance.Next(1, 400)), _ => chance.Next(bytes.Length) };
        at = Math.Min(at, bytes.Length - 4);
        byte[] extreme = Extremes[chance.Next(Extremes.Length)];
        extreme.AsSpan(0, chance.Next(1, 5)).CopyTo(bytes.AsSpan(at));
        Resigning.Object(bytes);
        how = $"field at {at}, signed";
        return bytes;
    }

    /// <summary>Of a small object that has two copies, the first: with the second, a reader would not notice anything.</summary>
    private static byte[] OneCopy(byte[] bytes)
    {
        if (bytes.Length < 68 || (char)bytes[8] is 'P' or 'R' or 'E')
        {
            return bytes;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(32));
        return length <= bytes.Length - 68 ? bytes[..(68 + (int)length)] : bytes;
    }

    /// <summary>A value in the body of a small object becomes another, and the checksum matches.</summary>
    private static byte[] SpoilBody(byte[] bytes, Random chance)
    {
        int at = 36;
        bytes = OneCopy(bytes);
        if (!ValueReader.TryRead(bytes.AsSpan(0, bytes.Length - 32), ref at, out Value? body))
        {
            return bytes;
        }

        List<Value> records = [body];
        StreamSpoiler.SpoilRecord(records[0], chance);
        return Objects.Small((char)bytes[8], bytes[16..32], records[0]);
    }
}
