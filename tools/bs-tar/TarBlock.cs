using System.Buffers.Binary;

namespace Backshift.Tools.Tar;

/// <summary>One header block, field by field. Used again and again.</summary>
internal sealed class TarBlock
{
    internal const int Size = 512;

    // POSIX.1-2001, pax, "ustar Interchange Format": each field begins where the one before it ends.
    internal static readonly TarField Name = new(0, 100);
    internal static readonly TarField Mode = Name.Then(8);
    internal static readonly TarField Uid = Mode.Then(8);
    internal static readonly TarField Gid = Uid.Then(8);
    internal static readonly TarField Length = Gid.Then(12);
    internal static readonly TarField Mtime = Length.Then(12);
    internal static readonly TarField LinkName = TypeFlag.Then(100);
    internal static readonly TarField User = Version.Then(32);
    internal static readonly TarField Group = User.Then(32);
    internal static readonly TarField DeviceMajor = Group.Then(8);
    internal static readonly TarField DeviceMinor = DeviceMajor.Then(8);
    internal static readonly TarField Prefix = DeviceMinor.Then(155);

    private readonly byte[] bytes = new byte[Size];

    private static TarField Checksum => Mtime.Then(8);

    private static TarField TypeFlag => Checksum.Then(1);

    private static TarField Magic => LinkName.Then(6);

    private static TarField Version => Magic.Then(2);

    /// <summary>The largest number that fits a field in octal.</summary>
    internal static long Most(TarField field) => (1L << (3 * (field.Length - 1))) - 1;

    internal void Clear() => bytes.AsSpan().Clear();

    /// <summary>Writes as much of a text as the field takes.</summary>
    internal void SetText(TarField field, ReadOnlySpan<byte> text) => text[..Math.Min(text.Length, field.Length)].CopyTo(bytes.AsSpan(field.Offset));

    /// <summary>Writes a number from 0 to <see cref="Most"/> in octal, with a NUL after it.</summary>
    internal void SetOctal(TarField field, long number)
    {
        for (int i = field.Length - 2; i >= 0; i--)
        {
            bytes[field.Offset + i] = (byte)('0' + (number & 7));
            number >>= 3;
        }
    }

    /// <summary>Writes any number as GNU tar does: big-endian two's complement, the first bit set to tell it from octal.</summary>
    internal void SetBinary(TarField field, long number)
    {
        Span<byte> span = bytes.AsSpan(field.Offset, field.Length);
        span.Fill((byte)(number < 0 ? 0xFF : 0));
        if (field.Length >= sizeof(long))
        {
            BinaryPrimitives.WriteInt64BigEndian(span[^sizeof(long)..], number);
        }

        span[0] |= 0x80;
    }

    /// <summary>Puts in what all headers have, and the checksum.</summary>
    internal ReadOnlySpan<byte> Seal(char type, TarFormat format)
    {
        bytes[TypeFlag.Offset] = (byte)type;

        SetText(Magic, format == TarFormat.Gnu ? "ustar "u8 : "ustar"u8);
        SetText(Version, format == TarFormat.Gnu ? " "u8 : "00"u8);
        Span<byte> checksum = bytes.AsSpan(Checksum.Offset, Checksum.Length);
        checksum.Fill((byte)' ');
        int sum = 0;
        foreach (byte b in bytes)
        {
            sum += b;
        }

        SetOctal(new TarField(Checksum.Offset, Checksum.Length - 1), sum);
        checksum[^2] = 0;
        return bytes;
    }
}
