using System.Buffers;
using System.Text;
using Backshift.Records;
using MessagePack;

namespace Backshift.Tools.Json.Tests;

/// <summary>Streams made into lines and lines into streams.</summary>
internal static class Lines
{
    /// <summary>Encodes a record.</summary>
    internal delegate void Encode(ref MessagePackWriter writer);

    internal static byte[] Encoded(Encode encode)
    {
        ArrayBufferWriter<byte> bytes = new();
        MessagePackWriter writer = new(bytes);
        encode(ref writer);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>A stream of these records between a begin and an end.</summary>
    internal static byte[] Stream(params byte[][] records)
    {
        MemoryStream stream = new();
        RecordWriter writer = new(stream);
        writer.Write(new BeginRecord { Host = "h" });
        foreach (byte[] record in records)
        {
            writer.WriteEncoded(new ReadOnlySequence<byte>(record));
        }

        writer.Write(new EndRecord("test", 0, 0, 0));
        writer.FlushAsync().AsTask().GetAwaiter().GetResult();
        return stream.ToArray();
    }

    internal static async Task<string> OfAsync(byte[] stream, ExitCode expected = ExitCode.Done)
    {
        MemoryStream lines = new();
        Xunit.Assert.Equal(expected, await new LinesStage(new RecordReader(new MemoryStream(stream)), lines).RunAsync(CancellationToken.None));
        return Encoding.UTF8.GetString(lines.ToArray());
    }

    internal static async Task<byte[]> BackAsync(string lines, ExitCode expected = ExitCode.Done)
    {
        MemoryStream stream = new();
        Xunit.Assert.Equal(expected,
            await new BackStage(new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(lines))), new RecordWriter(stream)).RunAsync(CancellationToken.None));
        return stream.ToArray();
    }

    /// <summary>The line of a record that holds this value under this key.</summary>
    internal static async Task<string> ValueAsync(string key, Encode value)
    {
        byte[] record = Encoded((ref MessagePackWriter writer) =>
        {
            writer.WriteMapHeader(2);
            writer.Write("kind");
            writer.Write("later");
            writer.Write(key);
            value(ref writer);
        });
        byte[] stream = Stream(record);
        string lines = await OfAsync(stream);
        Xunit.Assert.Equal(Convert.ToHexString(stream), Convert.ToHexString(await BackAsync(lines)));
        string line = lines.Split('\n')[1];
        string start = $"{{\"kind\":\"later\",";
        Xunit.Assert.StartsWith(start, line, StringComparison.Ordinal);
        return line[start.Length..^1];
    }
}
