using System.Text;
using Backshift.Records;
using MessagePack;
using Xunit;

namespace Backshift.Tools.Json.Tests;

public sealed class RoundTripTests
{
    private static readonly string[] Keys =
        ["path", "target", "source", "bytes", "digest", "mtime", "started", "xattrs", "size", "ino", "note", "$bin", "$$", "$map", "ключ", "", "user"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 200)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Records_of_anything_come_back_as_they_were(int seed)
    {
        Random random = new(seed);
        byte[] stream = Lines.Stream([.. Enumerable.Range(0, 5).Select(_ => Lines.Encoded((ref MessagePackWriter writer) => WriteRecord(ref writer, random)))]);
        string lines = await Lines.OfAsync(stream);
        Assert.Equal(8, lines.Split('\n').Length);
        Assert.Equal(Convert.ToHexString(stream), Convert.ToHexString(await Lines.BackAsync(lines)));
    }

    [Fact]
    [Trait("Length", "long")]
    public async Task A_record_as_large_as_one_may_be_comes_back()
    {
        byte[] stream = Lines.Stream(Lines.Encoded(static (ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(2);
            writer.Write("kind");
            writer.Write("later");
            writer.Write("text");

            // The text is written as \u0001, six bytes for one.
            writer.Write(new string('\u0001', StreamLimits.Record - 22));
        }));
        Assert.Equal(stream, await Lines.BackAsync(await Lines.OfAsync(stream)));
    }

    private static void WriteRecord(ref MessagePackWriter writer, Random random)
    {
        string[] keys = [.. Keys.Where(_ => random.Next(3) == 0)];
        writer.WriteMapHeader(1 + keys.Length);
        writer.Write("kind");
        writer.Write("later");
        foreach (string key in keys)
        {
            writer.Write(key);
            WriteValue(ref writer, random, 1);
        }
    }

    private static void WriteValue(ref MessagePackWriter writer, Random random, int depth)
    {
        switch (random.Next(depth < StreamLimits.Depth ? 15 : 11))
        {
            case 0: writer.WriteNil(); break;
            case 1: writer.Write(random.Next(2) == 0); break;
            case 2: writer.Write(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)); break;
            case 3: writer.Write(ulong.MaxValue - (ulong)random.Next(3)); break;
            case 4: writer.Write(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))); break;
            case 5: writer.Write(BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))); break;
            case 6: writer.Write(Text(random)); break;
            case 7: writer.WriteString(Bytes(random)); break;
            case 8: writer.Write(Bytes(random)); break;
            case 9: writer.Write(Encoding.UTF8.GetBytes(Text(random))); break;
            case 10: writer.WriteExtensionFormat(new ExtensionResult((sbyte)random.Next(0, 128), Bytes(random))); break;
            case 11 or 12:
                int items = random.Next(3);
                writer.WriteArrayHeader(items);
                for (; items > 0; items--)
                {
                    WriteValue(ref writer, random, depth + 1);
                }

                break;
            default:
                int pairs = random.Next(4);
                int kind = random.Next(3);
                writer.WriteMapHeader(pairs);
                for (; pairs > 0; pairs--)
                {
                    switch (kind)
                    {
                        case 0: writer.Write(Keys[random.Next(Keys.Length)]); break;
                        case 1: writer.Write(Encoding.UTF8.GetBytes(Keys[random.Next(Keys.Length)])); break;
                        default: WriteValue(ref writer, random, depth + 1); break;
                    }

                    WriteValue(ref writer, random, depth + 1);
                }

                break;
        }
    }

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(8)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(6) switch
    {
        0 => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
        1 => ((char)random.Next(0x20)).ToString(),
        2 => "\u2028",
        3 => ((char)random.Next(0xe000, 0x10000)).ToString(),
        _ => ((char)random.Next(0x20, 0x100)).ToString(),
    }));
}
