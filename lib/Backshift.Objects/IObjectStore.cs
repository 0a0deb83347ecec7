using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>
/// The one door to the objects of a repository: a directory today, a child process that speaks with another machine, or an object store. It knows names
/// and bytes, and nothing of what the bytes mean.
/// </summary>
/// <remarks>
/// <para>
/// Every call but <see cref="IDisposable.Dispose"/> may take as long as a round trip to another continent, and may be made by several threads at once: so
/// several
/// requests can be under way. A caller counts requests, not bytes; it asks for the end of a pack in one piece rather than for its parts.
/// </para>
/// <para>
/// A caller may rely on this. An object is written once and never changes; its name is never used again, not even after it was deleted. So whatever was
/// read of an
/// object may be kept for ever. What is published is durable and whole when the call returns. A name that is taken is never overwritten.
/// </para>
/// <para>
/// A caller may not rely on listings: they may lack what was published a moment ago, and name what is gone. Only opening an object, or asking for it by its
/// name, tells. It may not rely on leases either where deleting is concerned: a store without locks grants all of them to everybody.
/// </para>
/// <para>
/// An answer is one of five. <i>There.</i> <i>Gone</i>: null or false. <i>Taken</i>: publishing returns false. <i>Refused</i> and <i>broken</i>: a
/// <see cref="StoreException"/>, which says which. Where something lies that is no object, a symbolic link or a fifo in the place of a file, it is a plain
/// <see cref="BackshiftException"/> with <see cref="ExitCode.DataError"/>: the repository is damaged. What this process itself has run out of, descriptors
/// or memory, is
/// no answer of the store: it ends the program.
/// </para>
/// </remarks>
public interface IObjectStore : IDisposable
{
    /// <summary>Where the store is, as the user called it; for messages.</summary>
    BytePath Location { get; }

    /// <summary>
    /// Opens an object and reads its first or last bytes: one request for both. For an object that is shorter than <paramref name="buffer"/> these are all
    /// of it.
    /// </summary>
    /// <param name="path">Its name.</param>
    /// <param name="end">Which end is read.</param>
    /// <param name="buffer">Takes the bytes; one that is empty asks for the length alone.</param>
    /// <param name="count">How many there are: less than the object's length and the buffer's only where storage lost some.</param>
    /// <returns>The object; null if it is gone, or was never there.</returns>
    /// <exception cref="StoreException">It cannot be opened or read.</exception>
    /// <exception cref="BackshiftException">Something else is in its place.</exception>
    IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count);

    /// <summary>Whether an object is there; null where that cannot be told now. One request.</summary>
    bool? Exists(ObjectPath path);

    /// <summary>
    /// The objects of a type that a listing shows, in the order of their names as far as the store has one. Files with names that no object has are passed
    /// over. What is
    /// listed is read as it is asked for: an exception can come after some were given, and these are good.
    /// </summary>
    /// <param name="type">Which: packs, runs, savesets or condemned lists.</param>
    /// <param name="below">Only those below this folder of theirs; the empty path for all of them.</param>
    /// <param name="unlisted">Takes the folders below the first that cannot be listed, and why; if null, the first of them ends the listing.</param>
    /// <exception cref="StoreException">They cannot be listed.</exception>
    /// <exception cref="BackshiftException">Something else is in the place of a folder.</exception>
    IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null);

    /// <summary>Starts an object. What is disposed of unpublished leaves nothing behind.</summary>
    /// <exception cref="StoreException">It cannot be made.</exception>
    IObjectDraft Create();

    /// <summary>Writes and publishes an object that is at hand; see <see cref="IObjectDraft.TryPublish"/>. One request where the store can.</summary>
    /// <returns>False if the name is taken.</returns>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Makes sure that the name of an object outlives a crash which another writer published: that writer may have been killed before it did so. To be called
    /// before anything refers to the object. It counts for all objects of the same folder that were there before the call.
    /// </summary>
    /// <exception cref="StoreException">It cannot.</exception>
    void MakeDurable(ObjectPath path);

    /// <summary>Deletes an object, which may be gone already.</summary>
    /// <returns>False where this program may not: there are repositories that nobody may delete from, and nothing is wrong with them.</returns>
    /// <exception cref="StoreException">It failed.</exception>
    bool Delete(ObjectPath path);

    /// <summary>Removes what killed writers left unpublished, once it is old enough that no living writer can own it. Trouble is passed over: it is in
    /// nobody's way.</summary>
    void Sweep();

    /// <summary>A lease, until it is disposed of or the process ends.</summary>
    /// <returns>Null while another process holds one that excludes it. Where there are no locks, every lease is given.</returns>
    /// <exception cref="StoreException">It cannot be told.</exception>
    IDisposable? TryLease(LeaseKind kind);

    /// <summary>Looks whether the store can be written to as it is. To be called once before the first <see cref="Create"/>.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of a folder.</exception>
    void PrepareForWriting();

    /// <summary>Scratch space for this process, on the disk of the store if that is at hand: it has room for what is being stored.</summary>
    /// <exception cref="StoreException">It cannot be made.</exception>
    ScratchSpace CreateScratch();

    /// <summary>
    /// Verifies that the store is still what a later program finds at <see cref="Location"/>: not moved, unmounted or replaced meanwhile. To be called before a
    /// program says that it has stored something.
    /// </summary>
    /// <param name="published">What was published; null for nothing in particular.</param>
    /// <exception cref="BackshiftException">It is not, and what was stored is elsewhere.</exception>
    /// <exception cref="StoreException">It cannot be told.</exception>
    void VerifyPlace(ObjectPath? published);
}
