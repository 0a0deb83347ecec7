using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Packs;

/// <summary>A block that a worker compresses and a pack takes.</summary>
internal abstract class PackedBlock : Job
{
    /// <summary>The length of the content in bytes.</summary>
    internal abstract int Length { get; }

    /// <summary>Number of its chunks.</summary>
    internal abstract int Count { get; }

    /// <summary>How it is stored, once the job was waited for.</summary>
    internal Codec Codec { get; private protected set; }

    /// <summary>CRC-32 of the stored bytes, once the job was waited for.</summary>
    internal uint Crc { get; private protected set; }

    /// <summary>Length of the longest chain of blocks that must be read before it.</summary>
    internal virtual byte Depth => 0;

    /// <summary>How hard a recompression tried; 0 where a save wrote it.</summary>
    internal virtual byte Effort => 0;

    /// <summary>The chunks whose contents it was compressed against.</summary>
    internal virtual IReadOnlyList<Digest> Prefixes => [];

    /// <summary>The bytes to store, once the job was waited for.</summary>
    internal abstract ReadOnlySpan<byte> Stored { get; }

    internal abstract Digest DigestAt(int number);

    internal abstract int SizeAt(int number);
}
