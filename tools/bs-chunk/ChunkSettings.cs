using Backshift.Chunking;
using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>What bs-chunk was asked to do.</summary>
/// <param name="Key">What the cutter keeps secret.</param>
/// <param name="Average">Average length of a chunk.</param>
/// <param name="Naming">How chunks are named: as the repository names them for which the stream is cut.</param>
internal sealed record ChunkSettings(CutterKey Key, int Average, ChunkNaming Naming)
{
    /// <summary>How many files are opened and read at a time.</summary>
    internal int Readers { get; init; } = 1;

    /// <summary>Whether every chunk carries its digest.</summary>
    internal bool Digests { get; init; }

    /// <summary>Whether the page cache is to stay as it is.</summary>
    internal bool LeaveCache { get; init; }

    /// <summary>Whether a file may have another inode than its entry says.</summary>
    internal bool IgnoreInode { get; init; }

    internal CutterNote Note => new("p16", Average, Key.Identity.ToArray());
}
