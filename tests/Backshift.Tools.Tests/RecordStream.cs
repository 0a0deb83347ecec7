using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Tests;

/// <summary>A stream that a test writes, record by record.</summary>
internal sealed class RecordStream
{
    private readonly MemoryStream bytes = new();
    private readonly RecordWriter writer;

    internal RecordStream()
    {
        writer = new RecordWriter(bytes);
        writer.Write(new BeginRecord { Host = "h" });
    }

    internal RecordStream File(string path, long size, params string[] chunks)
    {
        writer.Write(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File, Size = size, Mode = 0x1A4, Mtime = new UnixTime(1_000_000_000, 0),
            HasContent = true });
        foreach (string chunk in chunks)
        {
            writer.WriteChunk(null, chunk.Length, Encoding.UTF8.GetBytes(chunk));
        }

        return this;
    }

    internal RecordStream Write(EntryRecord entry)
    {
        writer.Write(entry);
        return this;
    }

    internal RecordStream Reference(string content)
    {
        byte[] chunk = Encoding.UTF8.GetBytes(content);
        writer.WriteChunk(Digest.Of(chunk), chunk.Length, default);
        return this;
    }

    internal RecordStream Problem(string path, string text)
    {
        writer.Write(new ProblemRecord(BytePath.Of(path), "test", 0, text));
        return this;
    }

    /// <summary>The stream from its beginning, with an end record or cut off.</summary>
    internal async Task<Stream> CloseAsync(bool end = true)
    {
        if (end)
        {
            writer.Write(new EndRecord("test", 0, 0, 0));
        }

        await writer.FlushAsync();
        bytes.Position = 0;
        return bytes;
    }
}
