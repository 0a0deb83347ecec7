using System.Buffers;
using Backshift.Records;

namespace Backshift.Tools.Diff;

/// <summary>The pieces of a file, one after the other.</summary>
internal interface IContent
{
    /// <summary>Length of the piece in bytes.</summary>
    long Size { get; }

    /// <summary>Whether the piece is zeros that take no space.</summary>
    bool IsHole { get; }

    /// <summary>The digest of the piece, taken now if it did not come along; null for a hole.</summary>
    Digest? Digest { get; }

    ValueTask<bool> MoveNextAsync(CancellationToken cancel);

    /// <summary>The bytes of the piece, not of a hole; valid until the next move.</summary>
    /// <exception cref="BackshiftException">The repository does not have it, or only damaged.</exception>
    ReadOnlySequence<byte> Bytes();
}
