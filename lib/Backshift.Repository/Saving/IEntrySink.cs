using System.Buffers;
using Backshift.Records;

namespace Backshift.Repository.Saving;

/// <summary>What becomes of the entries of a stream once their chunks are stored: a saveset, or the stream again with references in place of
/// contents.</summary>
public interface IEntrySink
{
    /// <summary>Takes the first record.</summary>
    /// <exception cref="BackshiftException">The saveset that it asks for cannot be made.</exception>
    void Begin(BeginRecord begin);

    /// <summary>Finishes the entry before and starts the next.</summary>
    /// <returns>Whether it is taken; if not, that has been reported, and its content is to be left out.</returns>
    bool StartEntry(EntryRecord entry);

    /// <summary>Stores a chunk and adds it to the entry.</summary>
    /// <param name="digest">The digest of <paramref name="bytes"/>.</param>
    /// <param name="bytes">The content; valid during the call.</param>
    /// <returns>Whether it was new.</returns>
    bool StoreChunk(Digest digest, ReadOnlySpan<byte> bytes);

    /// <summary>Adds a chunk to the entry that is stored already.</summary>
    void AddChunk(Digest digest, int size);

    /// <summary>Adds all content below a list node of the repository to the entry.</summary>
    void AddList(in ListRecord list);

    /// <summary>Adds a hole to the entry.</summary>
    void AddHole(long size);

    /// <summary>Takes a piece of a fork; valid during the call.</summary>
    void AddFork(in ForkRecord piece, ReadOnlySequence<byte> encoded);

    /// <summary>Takes a problem.</summary>
    void AddProblem(ProblemRecord problem);

    /// <summary>Takes the entry back: some of its content is not available.</summary>
    void DropEntry();

    /// <summary>Takes a record of a kind that is not known here; valid during the call.</summary>
    void AddOther(ReadOnlySequence<byte> encoded);
}
