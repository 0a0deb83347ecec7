using System.Buffers.Text;
using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>The "GNU.sparse." keys of an extended header: formats 0.0 and 0.1, which hold the map, and 1.0, whose map comes before the content.</summary>
public sealed class PaxSparse
{
    private SparseMap? map;
    private long? offset;
    private long? major;
    private long? minor;

    /// <summary>The file's name; the member has a made-up one.</summary>
    public BytePath? Name { get; private set; }

    /// <summary>The file's length with its holes.</summary>
    public long? Size { get; private set; }

    /// <summary>Its fault, or null.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Whether the member is a sparse file.</summary>
    public bool IsSparse => major is not null || map is not null || Size is not null || Wrong is not null;

    /// <summary>Whether its map stands before its content.</summary>
    public bool IsMapInContent => major is 1 && minor is 0;

    /// <summary>Whether this is one of the three formats there are.</summary>
    public bool IsKnown => IsMapInContent || (major ?? 0) == 0;

    /// <summary>The map of formats 0.0 and 0.1.</summary>
    public SparseMap Map => map ?? new SparseMap();

    public PaxSparse Copy() => new() { map = map?.Copy(), offset = offset, major = major, minor = minor, Name = Name, Size = Size, Wrong = Wrong };

    /// <summary>Takes a record; what is wrong with it stays with the member, whose content cannot be told then.</summary>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        try
        {
            Take(key, value);
        }
        catch (FormatException e)
        {
            Wrong ??= e.Message;
        }
    }

    private void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case var _ when key.SequenceEqual("major"u8): major = Number(value); break;
            case var _ when key.SequenceEqual("minor"u8): minor = Number(value); break;
            case var _ when key.SequenceEqual("name"u8): Name = value.IsEmpty ? null : new BytePath(value); break;
            case var _ when key.SequenceEqual("size"u8) || key.SequenceEqual("realsize"u8): Size = Number(value); break;
            case var _ when key.SequenceEqual("numblocks"u8): map ??= new SparseMap(); break;
            case var _ when key.SequenceEqual("offset"u8): offset = Number(value); break;
            case var _ when key.SequenceEqual("numbytes"u8):
                map ??= new SparseMap();
                map.Add(offset ?? throw new FormatException("a length without an offset in a sparse map"), Number(value));
                offset = null;
                break;
            case var _ when key.SequenceEqual("map"u8): AddPairs(value); break;
        }
    }

    private void AddPairs(ReadOnlySpan<byte> list)
    {
        map = new SparseMap();
        long? first = null;
        foreach (Range range in list.Split((byte)','))
        {
            if (list[range].IsEmpty)
            {
                continue;
            }

            long number = Number(list[range]);
            if (first is { } start)
            {
                map.Add(start, number);
                first = null;
            }
            else
            {
                first = number;
            }
        }
    }

    private static long Number(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out long number, out int used) && used == text.Length && number >= 0
        ? number
        : throw new FormatException($"\"{Shown.Field(text[..Math.Min(text.Length, 40)])}\" in a sparse map");
}
