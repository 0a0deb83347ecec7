using Backshift.Posix;

namespace Backshift.Tar;

/// <summary>Names in the texts of problems, which have a limit: a name in an archive has none.</summary>
public static class Shown
{
    private const int Limit = 1000;

    public static string Name(BytePath name) => Bytes(name.Span, Limit);

    /// <summary>The bytes of a field, up to its NULs and blanks.</summary>
    public static string Field(ReadOnlySpan<byte> field) => Bytes(field.TrimEnd("\0 "u8), 40);

    private static string Bytes(ReadOnlySpan<byte> bytes, int limit) =>
        bytes.Length <= limit ? Escaping.Display(bytes) : Escaping.Display(bytes[..limit]) + "…";
}
