namespace Backshift.Repository.Codecs;

/// <summary>How a block is stored; the byte at offset 24 of its record in a pack directory.</summary>
public enum Codec : byte
{
    /// <summary>As it is.</summary>
    None = 0,

    /// <summary>One Zstandard frame, RFC 8878.</summary>
    Zstd = 1,

    /// <summary>The format .lzma.</summary>
    Lzma = 2,

    /// <summary>One Zstandard frame with the contents of named chunks as its raw dictionary.</summary>
    ZstdWithPrefix = 3,

    /// <summary>One Brotli stream, RFC 7932.</summary>
    Brotli = 4,
}
