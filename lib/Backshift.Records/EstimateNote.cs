using MessagePack;

namespace Backshift.Records;

/// <summary>How much the stream will bring, as far as anyone can know; the map "estimate" of a begin record. For those who show progress; nothing else depends on it.</summary>
/// <param name="Source">Where the numbers come from: <see cref="Count"/>, <see cref="FileSystem"/> or another word.</param>
/// <param name="Entries">Number of entries, or null.</param>
/// <param name="Bytes">Sizes of the files, added up, or null.</param>
public sealed record EstimateNote(string Source, long? Entries, long? Bytes)
{
    /// <summary>Somebody has counted.</summary>
    public const string Count = "count";

    /// <summary>What a file system says that it holds: links, what is left out and what takes less space than its size make it wrong.</summary>
    public const string FileSystem = "filesystem";

    /// <summary>What an earlier saveset of the same files holds. It stands in no stream: only who has the repository knows it.</summary>
    public const string Base = "base";

    private const int MaxSource = 255;

    /// <summary>Whether the numbers were those of these files a moment ago.</summary>
    public bool IsCounted => Source == Count;

    /// <summary>Reads the map.</summary>
    /// <exception cref="BackshiftException">A value is too long or too large.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    public static EstimateNote ReadFrom(ref MessagePackReader reader)
    {
        EstimateNote note = new("", null, null);
        int count = reader.ReadMapHeader();
        SeenKeys seen = new(stackalloc ulong[SeenKeys.Room], count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = RecordText.ReadKey(ref reader);
            seen.Add(key);
            switch (key)
            {
                case var _ when key.SequenceEqual("source"u8): note = note with { Source = RecordText.ReadString(ref reader, MaxSource, "source of an estimate") }; break;
                case var _ when key.SequenceEqual("entries"u8): note = note with { Entries = RecordText.ReadCount(ref reader, long.MaxValue, "entries of an estimate") }; break;
                case var _ when key.SequenceEqual("bytes"u8): note = note with { Bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes of an estimate") }; break;
                default: reader.Skip(); break;
            }
        }

        return note;
    }

    /// <summary>Writes the map.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(1 + (Entries is null ? 0 : 1) + (Bytes is null ? 0 : 1));
        writer.WriteString("source"u8);
        writer.Write(Source);
        if (Entries is { } entries)
        {
            writer.WriteString("entries"u8);
            writer.Write(entries);
        }

        if (Bytes is { } bytes)
        {
            writer.WriteString("bytes"u8);
            writer.Write(bytes);
        }
    }
}
