namespace Backshift.Tar;

/// <summary>A header block that is written field by field. Used again and again; <see cref="TarHeader"/> reads one.</summary>
public sealed class TarBlock
{
    /// <summary>Length of a block of an archive.</summary>
    public const int Size = 512;

    private readonly byte[] bytes = new byte[Size];

    /// <summary>Empties all fields.</summary>
    public void Clear() => bytes.AsSpan().Clear();

    /// <summary>Writes as much of a text as the field takes.</summary>
    public void SetText(TarField field, ReadOnlySpan<byte> text) => text[..Math.Min(text.Length, field.Length)].CopyTo(bytes.AsSpan(field.Offset));

    /// <summary>Writes a number from 0 to <see cref="TarNumber.OctalLimit"/> in octal, with a NUL after it.</summary>
    public void SetOctal(TarField field, long number) => TarNumber.WriteOctal(bytes.AsSpan(field.Offset, field.Length), number);

    /// <summary>Writes any number as GNU tar does, in binary.</summary>
    public void SetBinary(TarField field, long number) => TarNumber.WriteBinary(bytes.AsSpan(field.Offset, field.Length), number);

    /// <summary>Puts in what all headers have, and the checksum.</summary>
    /// <returns>The block; valid until the next change.</returns>
    public ReadOnlySpan<byte> Seal(char type, TarFormat format)
    {
        bytes[TarField.Type.Offset] = (byte)type;

        SetText(TarField.Magic, format == TarFormat.Gnu ? "ustar "u8 : "ustar"u8);
        SetText(TarField.Version, format == TarFormat.Gnu ? " "u8 : "00"u8);
        Span<byte> checksum = bytes.AsSpan(TarField.Checksum.Offset, TarField.Checksum.Length);
        checksum.Fill((byte)' ');
        int sum = 0;
        foreach (byte b in bytes)
        {
            sum += b;
        }

        // Six digits, a NUL and a blank, as every tar has written it.
        TarNumber.WriteOctal(checksum[..^1], sum);
        checksum[^2] = 0;
        return bytes;
    }
}
