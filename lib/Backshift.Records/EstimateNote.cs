using MessagePack;

namespace Backshift.Records;

/// <summary>How much the stream will bring, as far as is known; the map "estimate" of a begin record. Used to show progress; nothing else depends on
/// it.</summary>
/// <param name="Source">Where the numbers come from: <see cref="Count"/>, <see cref="FileSystem"/> or another word.</param>
/// <param name="Entries">Number of entries, or null.</param>
/// <param name="Bytes">Sizes of the files, added up, or null.</param>
public sealed record EstimateNote(string Source, long? Entries, long? Bytes)
{
    /// <summary>The files were counted.</summary>
    public const string Count = "count";

    /// <summary>What the file system reports as used: hard links, excluded files, and files that take less space than their size make it inexact.</summary>
    public const string FileSystem = "filesystem";

    /// <summary>What an earlier saveset of the same files holds. Never sent in a stream; only programs with access to the repository can compute it.</summary>
    public const string Base = "base";

    /// <summary>The packs that a copy lacks. Never sent in a stream.</summary>
    public const string Packs = "packs";

    private const int MaxSource = 255;

    /// <summary>Whether the numbers come from counting these files just now.</summary>
    public bool IsCounted => Source == Count;

    /// <summary>Reads the map.</summary>
    /// <exception cref="BackshiftException">A value is too long or too large.</exception>
    /// <exception cref="MessagePackSerializationException">A value is of the wrong type.</exception>
    public static EstimateNote ReadFrom(ref MessagePackReader reader)
    {
        string source = "";
        long? entries = null, bytes = null;
        MapReader map = new(ref reader);
        while (map.TryNext(ref reader))
        {
            if (map.Is("source"u8)) { source = RecordText.ReadString(ref reader, MaxSource, "source of an estimate"); }
            else if (map.Is("entries"u8)) { entries = RecordText.ReadCount(ref reader, long.MaxValue, "entries of an estimate"); }
            else if (map.Is("bytes"u8)) { bytes = RecordText.ReadCount(ref reader, long.MaxValue, "bytes of an estimate"); }
            else { reader.Skip(); }
        }

        return new EstimateNote(source, entries, bytes);
    }

    /// <summary>Writes the map.</summary>
    public void WriteTo(ref MessagePackWriter writer)
    {
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "source"u8, Source);
            map.Number(ref writer, "entries"u8, Entries);
            map.Number(ref writer, "bytes"u8, Bytes);
        }
    }
}
