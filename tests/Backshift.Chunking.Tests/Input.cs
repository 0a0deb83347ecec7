using System.Globalization;

namespace Backshift.Chunking.Tests;

/// <summary>Content that is told in one line; tests/vectors/cutter/README.txt says which lines there are.</summary>
internal static class Input
{
    private static ReadOnlySpan<byte> Letters => "etaoins hrdlucm\n"u8;

    internal static byte[] Make(string line)
    {
        string[] words = line.Split(' ');
        int length = int.Parse(words[^1], CultureInfo.InvariantCulture);
        return words[0] switch
        {
            "byte" => Byte(byte.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), length),
            "random" => new SplitMix64(Seed(words[1])).Bytes(length),
            "period" => Period(int.Parse(words[1], CultureInfo.InvariantCulture), Seed(words[2]), length),
            "text" => Text(Seed(words[1]), length),
            _ => throw new FormatException($"no such input: {line}"),
        };
    }

    private static ulong Seed(string word) => ulong.Parse(word, CultureInfo.InvariantCulture);

    private static byte[] Byte(byte value, int length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static byte[] Period(int period, ulong seed, int length)
    {
        byte[] unit = new SplitMix64(seed).Bytes(period);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = unit[i % period];
        }

        return bytes;
    }

    private static byte[] Text(ulong seed, int length)
    {
        byte[] bytes = new SplitMix64(seed).Bytes(length);
        foreach (ref byte value in bytes.AsSpan())
        {
            value = Letters[value & 15];
        }

        return bytes;
    }
}
