using Backshift.Records;

namespace Backshift.Tools.Store;

/// <summary>A record in a batch; which of the values count depends on its kind.</summary>
internal sealed class BatchItem
{
    internal required RecordKind Kind { get; init; }

    internal EntryRecord? Entry { get; init; }

    internal ProblemRecord? Problem { get; init; }

    /// <summary>A record of another kind, as it came.</summary>
    internal byte[]? Encoded { get; init; }

    /// <summary>Length of a hole.</summary>
    internal long Hole { get; init; }

    /// <summary>A list that the stream refers to.</summary>
    internal ListRecord List { get; init; }

    /// <summary>The content of a chunk; valid until the batch is cleared.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The array of the shared pool that <see cref="Bytes"/> lies in, if it is one.</summary>
    internal byte[]? Rented { get; init; }

    /// <summary>Length of a chunk.</summary>
    internal int Size { get; init; }

    /// <summary>The digest that came along.</summary>
    internal Digest? Given { get; init; }

    internal bool IsReference { get; init; }

    /// <summary>Whether the content does not match the digest that came along.</summary>
    internal bool IsWrong { get; set; }

    /// <summary>The digest that was taken here.</summary>
    internal Digest Digest { get; set; }
}
