using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>A header block, of whatever dialect. Lives only as long as the block does.</summary>
public readonly ref struct TarHeader
{
    private readonly ReadOnlySpan<byte> block;

    public TarHeader(ReadOnlySpan<byte> block) => this.block = block;

    public static bool IsZero(ReadOnlySpan<byte> block) => !block.ContainsAnyExcept((byte)0);

    public byte Type => block[TarField.Type.Offset];

    /// <summary>POSIX: the name may have a prefix.</summary>
    public bool IsPosix => TarField.Magic.Of(block).SequenceEqual("ustar\0"u8);

    /// <summary>GNU before POSIX; its version is a blank and a NUL.</summary>
    public bool IsGnu => TarField.Magic.Of(block).SequenceEqual("ustar "u8);

    public BytePath Name
    {
        get
        {
            ReadOnlySpan<byte> name = Text(TarField.Name);
            ReadOnlySpan<byte> prefix = IsPosix ? Text(TarField.Prefix) : default;
            return prefix.IsEmpty ? new BytePath(name) : new BytePath(prefix).Join(name);
        }
    }

    /// <summary>Text up to its NUL or the end of the field.</summary>
    public ReadOnlySpan<byte> Text(TarField field)
    {
        ReadOnlySpan<byte> text = field.Of(block);
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    /// <summary>A number, or null if there is none that can be read.</summary>
    public long? Number(TarField field) => TarNumber.TryRead(field.Of(block), out long number) ? number : null;

    public ReadOnlySpan<byte> Bytes(TarField field) => field.Of(block);

    /// <summary>Whether the sum of all bytes is what the header says, its own field taken for blanks. Some old programs added signed bytes.</summary>
    public bool HasValidChecksum()
    {
        // Asked of every block of garbage, most of which has no number there.
        if (Number(TarField.Checksum) is not { } sum)
        {
            return false;
        }

        int unsigned = 0, signed = 0;
        for (int i = 0; i < TarBlock.Size; i++)
        {
            byte b = i >= TarField.Checksum.Offset && i < TarField.Type.Offset ? (byte)' ' : block[i];
            unsigned += b;
            signed += (sbyte)b;
        }

        return sum == unsigned || sum == signed;
    }
}
