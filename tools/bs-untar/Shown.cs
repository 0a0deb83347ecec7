using Backshift.Posix;

namespace Backshift.Tools.Untar;

/// <summary>Names in the texts of problems, which have a limit: a name in an archive has none.</summary>
internal static class Shown
{
    private const int Limit = 1000;

    internal static string Name(BytePath name) => Bytes(name.Span, Limit);

    /// <summary>The bytes of a field, up to its NULs and blanks.</summary>
    internal static string Field(ReadOnlySpan<byte> field) => Bytes(field.TrimEnd("\0 "u8), 40);

    private static string Bytes(ReadOnlySpan<byte> bytes, int limit) => bytes.Length <= limit ? Escaping.Display(bytes) : Escaping.Display(bytes[..limit]) + "…";
}
