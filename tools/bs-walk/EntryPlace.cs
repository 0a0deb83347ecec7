using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>Where an entry is, for calls of the system.</summary>
/// <param name="directory">Where the name starts, or null for the working directory.</param>
/// <param name="terminatedName">The name, or path, with a NUL after it.</param>
/// <param name="terminatedPath">The path from the working directory or the root, with a NUL after it; empty if that is the name.</param>
internal readonly ref struct EntryPlace(UnixFile? directory, ReadOnlySpan<byte> terminatedName, ReadOnlySpan<byte> terminatedPath = default)
{
    // PATH_MAX, with the NUL.
    private const int Longest = 4096;

    internal UnixFile? Directory { get; } = directory;

    internal ReadOnlySpan<byte> TerminatedName { get; } = terminatedName;

    private ReadOnlySpan<byte> TerminatedPath { get; } = terminatedPath;

    /// <summary>The same by its path, if the path is short enough for a call.</summary>
    internal EntryPlace ByPath => TerminatedPath.Length is > 0 and <= Longest ? new EntryPlace(null, TerminatedPath) : this;
}
