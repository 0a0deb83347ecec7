using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>
/// Copies of a writer that may not read what it stores: of its own savesets, the trees in them, and the names of the chunks that it has stored, so that the
/// next save knows what has changed. A help alone: without them everything is stored again. So where they cannot be kept, no save ends for it: the user reads
/// so once, and no more of them are kept by this process.
/// </summary>
public interface IOwnCopies
{
    /// <summary>Takes, once at the most, what is wrong with the copies; also what was wrong before it was set. Until then nothing is said.</summary>
    Action<BackshiftException>? Warn { get; set; }

    /// <summary>Whether copies are kept; no longer once that has failed.</summary>
    bool AreKept { get; }

    /// <summary>Notes that something cannot be kept. A saveset of which a part is missing is worse than the one before it: from now on nothing is.</summary>
    /// <param name="cause">Why not.</param>
    void GiveUp(Exception cause);

    /// <summary>Whether objects of a type are read from the copies, and not from the store.</summary>
    bool Serve(ObjectType type);

    /// <summary>The SHA-256 at the end of a small object, as the store has it.</summary>
    /// <exception cref="BackshiftException">There is no copy.</exception>
    byte[] SumOf(ObjectPath path);

    /// <summary>Keeps an object that was published, if copies are kept.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="stored">The object.</param>
    /// <param name="from">The offset from which on its bytes are wanted; its header is kept too.</param>
    void Keep(ObjectPath path, IStoredObject stored, long from);

    /// <summary>Keeps a small object that was published, if copies are kept.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="bytes">All of it, as it was given to be published.</param>
    void Keep(ObjectPath path, ReadOnlySpan<byte> bytes);

    /// <summary>When a copy was made; null where there is none.</summary>
    UnixTime? KeptAt(ObjectPath path);

    /// <summary>Deletes a copy, if that can be done.</summary>
    void Drop(ObjectPath path);
}
