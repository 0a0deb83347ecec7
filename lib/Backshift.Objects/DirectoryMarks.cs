namespace Backshift.Objects;

/// <summary>The names and letters by which a directory is known for a repository or a cache, also by programs that do not open it as one.</summary>
public static class DirectoryMarks
{
    /// <summary>The file of the configuration, which begins with <see cref="ObjectHeader.Magic"/>.</summary>
    public static ReadOnlySpan<byte> Configuration => TerminatedConfiguration[..^1];

    /// <summary>The file that marks a cache, https://bford.info/cachedir/.</summary>
    public static ReadOnlySpan<byte> CacheTag => TerminatedCacheTag[..^1];

    /// <summary><see cref="Configuration"/> with a NUL after it, as system calls want it.</summary>
    public static ReadOnlySpan<byte> TerminatedConfiguration => "backshift\0"u8;

    /// <summary><see cref="CacheTag"/> with a NUL after it.</summary>
    public static ReadOnlySpan<byte> TerminatedCacheTag => "CACHEDIR.TAG\0"u8;

    /// <summary>What the file of a cache begins with.</summary>
    public static ReadOnlySpan<byte> CacheSignature => "Signature: 8a477f597d28d172789f06886806bc55"u8;
}
