namespace Backshift.Tools.Untar;

/// <summary>Compressed formats, recognized by their first bytes, that are given to bs-untar in place of an archive.</summary>
internal static class Compression
{
    /// <summary>The command that makes an archive of what begins so, or null if it is not known.</summary>
    internal static string? CommandFor(ReadOnlySpan<byte> start) => start switch
    {
        [0x1f, 0x8b, ..] or [0x1f, 0x9d, ..] => "gzip -dc",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "bzip2 -dc",
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] or [0x5d, 0, 0, ..] => "xz -dc",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd -dc",
        [0x04, 0x22, 0x4d, 0x18, ..] => "lz4 -dc",
        [(byte)'L', (byte)'Z', (byte)'I', (byte)'P', ..] => "lzip -dc",
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'7', (byte)'z', 0xbc, 0xaf, ..] => "bsdtar -cf - @-",
        [(byte)'0', (byte)'7', (byte)'0', (byte)'7', (byte)'0', ..] => "bsdtar -cf - @-",
        _ => null,
    };
}
