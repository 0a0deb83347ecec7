using System.Buffers.Binary;
using System.Globalization;

namespace Backshift.Chunking.Tests;

/// <summary>
/// Writes the vectors that are not there yet, with the reference alone; never touches one that is. To add a vector, add a line and run
/// <c>dotnet run --project tests/Backshift.Chunking.Tests -- -explicit only</c>.
/// </summary>
public sealed class CutVectorWriter
{
    [Fact(Explicit = true)]
    public void Missing_vectors_are_written()
    {
        byte[] shared = CutterKey.PublicSeed.ToArray();
        byte[] zero = new byte[CutterKey.SeedLength];
        byte[] other = new SplitMix64(42).Bytes(CutterKey.SeedLength);
        WriteCuts("empty", shared, 16 << 10, "byte 00 0");
        WriteCuts("one-byte", shared, 16 << 10, "byte ff 1");
        WriteCuts("minimum", shared, 16 << 10, "random 1 8192");
        WriteCuts("minimum-and-one", shared, 16 << 10, "random 1 8193");
        WriteCuts("maximum", shared, 16 << 10, "byte 61 65536");
        WriteCuts("maximum-and-one", shared, 16 << 10, "byte 61 65537");
        WriteCuts("zeros", shared, 16 << 10, "byte 00 300000");
        WriteCuts("random-4k", other, 4 << 10, "random 2 500000");
        WriteCuts("random-8k", other, 8 << 10, "random 2 700000");
        WriteCuts("random-16k", shared, 16 << 10, "random 3 2000000");
        WriteCuts("random-16k-zero-seed", zero, 16 << 10, "random 3 1000000");
        WriteCuts("random-16k-edited", shared, 16 << 10, "random 3 777777", "text 4 100", "random 5 1000000");
        WriteCuts("random-64k", shared, 64 << 10, "random 6 3000000");
        WriteCuts("random-1m", other, 1 << 20, "random 7 9000000");
        WriteCuts("text", shared, 16 << 10, "text 8 1500000");
        WriteCuts("sparse", other, 16 << 10, "random 9 100000", "byte 00 1000000", "random 10 100000");

        // The first 64 bytes of `random 54136` end in a cut at any length, those of `random 2808` from the middle on only; zeros put them where it matters.
        WriteCuts("edge-below-minimum", shared, 16 << 10, "byte 00 8127", "random 54136 20000");
        WriteCuts("edge-at-minimum", shared, 16 << 10, "byte 00 8128", "random 54136 20000");
        WriteCuts("edge-below-middle", shared, 16 << 10, "byte 00 12648", "random 2808 20000");
        WriteCuts("edge-at-middle", shared, 16 << 10, "byte 00 12649", "random 2808 20000");
        WriteCuts("edge-below-maximum", shared, 16 << 10, "byte 00 65471", "random 54136 20000");

        WriteCuts("period-7", shared, 16 << 10, "period 7 11 400000");
        WriteCuts("period-61", other, 8 << 10, "period 61 12 400000");
        WriteCuts("period-64", shared, 8 << 10, "period 64 13 400000");
        WriteCuts("period-509-before-middle", shared, 8 << 10, "period 509 33 200000");
        WriteCuts("period-509-from-middle", shared, 8 << 10, "period 509 23 200000");
        WriteCuts("period-4099", other, 8 << 10, "period 4099 14 400000");
        WriteKeys([shared, zero, other, .. Enumerable.Range(100, 29).Select(seed => new SplitMix64((ulong)seed).Bytes(CutterKey.SeedLength))]);
    }

    private static void WriteCuts(string name, byte[] seed, int average, params string[] inputs)
    {
        CutVector vector = new() { Seed = seed, Average = average };
        vector.Inputs.AddRange(inputs);
        vector.Lengths.AddRange(new ReferenceCutter(seed, average).Cut(vector.Content));
        Write($"cuts-{name}.txt", vector.Format());
    }

    private static void WriteKeys(IEnumerable<byte[]> seeds) => Write("keys.txt", string.Concat(seeds.Select(seed =>
    {
        ReferenceCutter reference = new(seed, CutterSizes.SmallestAverage);
        string identity = BinaryPrimitives.ReverseEndianness(reference.Identity).ToString("x16", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(seed)} {reference.Multiplier} {reference.Addend} {identity}\n");
    })));

    private static void Write(string name, string text)
    {
        string path = Path.Combine(VectorFolder.Source(), name);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, text);
        }
    }
}
