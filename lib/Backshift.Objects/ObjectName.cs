using System.Buffers.Binary;
using System.Globalization;
using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>The name of an object: 16 random bytes; see backshift-repository(5), "Header".</summary>
public readonly record struct ObjectName(ulong High, ulong Low) : IComparable<ObjectName>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 16;

    /// <summary>Where this thread's new names come from, in a test that can be repeated exactly; null for the system's source of randomness.</summary>
    [field: ThreadStatic]
    internal static Func<ObjectName>? Source { get; set; }

    /// <summary>A new name from the system's source of randomness.</summary>
    public static ObjectName Random()
    {
        if (Source is { } source)
        {
            return source();
        }

        Span<byte> bytes = stackalloc byte[Size];
        RandomBytes.Fill(bytes);
        return Read(bytes);
    }

    public static ObjectName Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void CopyTo(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, High);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Low);
    }

    /// <summary>Reads 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ObjectName name)
    {
        name = default;
        if (text.Length != Size * 2 || text.ContainsAnyExcept("0123456789abcdef"u8))
        {
            return false;
        }

        name = new ObjectName(
            ulong.Parse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ulong.Parse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return true;
    }

    public int CompareTo(ObjectName other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
