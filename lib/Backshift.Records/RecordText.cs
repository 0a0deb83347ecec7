using System.Buffers;
using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace Backshift.Records;

/// <summary>Reads single values, each with a bound.</summary>
public static class RecordText
{
    private const int MaxKey = 255;

    /// <summary>Reads a str or bin, at most <paramref name="bound"/> bytes long, without copying it where it lies in one piece.</summary>
    /// <exception cref="BackshiftException">It is longer, or of another type.</exception>
    public static ReadOnlySpan<byte> ReadSpan(scoped ref MessagePackReader reader, int bound, string what)
    {
        // Nearly every key and value is a str in one piece, and this costs half of what a sequence costs.
        if (reader.NextMessagePackType == MessagePackType.String && reader.TryReadStringSpan(out ReadOnlySpan<byte> text))
        {
            return text.Length <= bound ? text : throw RecordFrame.Damaged($"{what} is longer than {bound} bytes");
        }

        ReadOnlySequence<byte> value = ReadSequence(ref reader, bound, what);
        return value.IsSingleSegment ? value.FirstSpan : value.ToArray();
    }

    /// <summary>Reads a str or bin, at most <paramref name="bound"/> bytes long, as it lies in the record.</summary>
    /// <exception cref="BackshiftException">It is longer, or of another type.</exception>
    public static ReadOnlySequence<byte> ReadSequence(scoped ref MessagePackReader reader, int bound, string what)
    {
        ReadOnlySequence<byte>? value = reader.NextMessagePackType switch
        {
            MessagePackType.String => reader.ReadStringSequence(),
            MessagePackType.Binary => reader.ReadBytes(),
            _ => throw RecordFrame.Damaged($"{what} is neither bytes nor text"),
        };
        return value!.Value.Length <= bound ? value.Value : throw RecordFrame.Damaged($"{what} is longer than {bound} bytes");
    }

    /// <inheritdoc cref="ReadSpan"/>
    public static byte[] ReadBytes(ref MessagePackReader reader, int bound, string what) => ReadSequence(ref reader, bound, what).ToArray();

    /// <summary>Reads a str or bin of exactly <paramref name="size"/> bytes.</summary>
    /// <exception cref="BackshiftException">It is of another length or type.</exception>
    public static byte[] ReadExactly(ref MessagePackReader reader, int size, string what)
    {
        byte[] bytes = ReadBytes(ref reader, size, what);
        return bytes.Length == size ? bytes : throw RecordFrame.Damaged($"{what} is {bytes.Length} bytes long, not {size}");
    }

    /// <summary>Reads text, at most <paramref name="bound"/> bytes of UTF-8.</summary>
    /// <exception cref="BackshiftException">It is longer, of another type, or not UTF-8.</exception>
    public static string ReadString(ref MessagePackReader reader, int bound, string what)
    {
        ReadOnlySpan<byte> text = ReadSpan(ref reader, bound, what);
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : throw RecordFrame.Damaged($"{what} is not UTF-8");
    }

    /// <summary>A text, cut if it takes more than <paramref name="bound"/> bytes of UTF-8, as one with an escaped name may: that takes up to four times its
    /// length.</summary>
    public static string Cut(string text, int bound)
    {
        const string End = "...";
        if (text.Length <= bound / 3 || Encoding.UTF8.GetByteCount(text) <= bound)
        {
            return text;
        }

        Encoding.UTF8.GetEncoder().Convert(text, new byte[bound - End.Length], flush: false, out int taken, out _, out _);
        return string.Concat(text.AsSpan(0, taken), End);
    }

    /// <summary>Reads a key of a map of records: a str of at most 255 bytes.</summary>
    /// <exception cref="BackshiftException">It is longer, or of another type.</exception>
    internal static ReadOnlySpan<byte> ReadKey(scoped ref MessagePackReader reader) =>
        reader.NextMessagePackType == MessagePackType.String ? ReadSpan(ref reader, MaxKey, "key") : throw RecordFrame.Damaged("a key is not text");

    /// <summary>Reads an integer from 0 to <paramref name="bound"/>.</summary>
    /// <exception cref="BackshiftException">It is negative, larger, or of another type.</exception>
    public static long ReadCount(ref MessagePackReader reader, long bound, string what)
    {
        ulong value = ReadNumber(ref reader, what);
        return value <= (ulong)bound ? (long)value : throw RecordFrame.Damaged($"{what} is larger than {bound}");
    }

    /// <summary>Reads an integer from 0 to 2^64−1.</summary>
    /// <exception cref="BackshiftException">It is negative or of another type.</exception>
    public static ulong ReadNumber(ref MessagePackReader reader, string what)
    {
        if (reader.NextMessagePackType != MessagePackType.Integer)
        {
            throw RecordFrame.Damaged($"{what} is not a number");
        }

        try
        {
            return reader.ReadUInt64();
        }
        catch (OverflowException e)
        {
            throw RecordFrame.Damaged($"{what} is negative", e);
        }
    }

    /// <summary>Reads the digest of a chunk.</summary>
    /// <exception cref="BackshiftException">It is of another length or type.</exception>
    public static Digest ReadDigest(ref MessagePackReader reader, string what)
    {
        ReadOnlySpan<byte> digest = ReadSpan(ref reader, 64, what);
        return digest.Length == Digest.Size ? new Digest(digest) : throw RecordFrame.Damaged($"a {what} is {digest.Length} bytes long, not {Digest.Size}");
    }

    internal static bool Is(ref MessagePackReader reader, ReadOnlySpan<byte> expected) =>
        reader.NextMessagePackType == MessagePackType.String && ReadSpan(ref reader, MaxKey, "key").SequenceEqual(expected);

    /// <summary>The kind of a record, for messages.</summary>
    /// <param name="encoded">A record that a <see cref="RecordReader"/> gave.</param>
    public static string KindOf(ReadOnlySequence<byte> encoded)
    {
        MessagePackReader reader = new(encoded);
        reader.ReadMapHeader();
        reader.Skip();
        return Posix.Escaping.Display(ReadSpan(ref reader, 64, "kind"));
    }
}
