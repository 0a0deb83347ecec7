using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>
/// The one door to the objects of a repository. Behind it stands a directory, or a server on another machine or in
/// front of a bucket. It knows names and bytes, and nothing about what the bytes mean.
/// </summary>
/// <remarks>
/// <para>
/// <i>Requests.</i> Any call may take as long as a round trip to another continent. A caller therefore counts requests, not bytes: it reads the end
/// of a pack in one piece rather than trailer, header and directory one by one. Calls may come from several threads at once, so that several requests
/// are under way.
/// </para>
/// <para>
/// <i>What a caller may rely on.</i> An object is written once and never changes, and its name is never used again for other bytes, not even after it was
/// deleted: whatever was read of an object may be cached for ever. When publishing returns true, the object is whole, visible and durable. A name that is
/// taken is never overwritten.
/// </para>
/// <para>
/// <i>What a caller may not rely on.</i> Listings: they may omit what was published a moment ago and name what is gone. Only opening an object, or
/// asking for it by name, tells whether it is there. Leases: a store without locks grants every lease to everyone, so no object may be deleted on the
/// strength of one.
/// </para>
/// <para>
/// <i>Answers.</i> An object is there, or it is <i>gone</i>: null or false. A name is free, or it <i>exists</i>: publishing returns false. Otherwise
/// the store <i>refused</i> or is <i>broken</i>: a <see cref="StoreException"/> says which. Where something other than an object lies in its place,
/// such as a symbolic link or a fifo, the repository is damaged: a plain <see cref="BackshiftException"/> with <see cref="ExitCode.DataError"/>.
/// Running out of descriptors or memory is trouble of this process and not of the store; it ends the program.
/// </para>
/// </remarks>
public interface IObjectStore : IDisposable
{
    /// <summary>Where the store is, as the user called it; for messages.</summary>
    BytePath Location { get; }

    /// <summary>
    /// Whether of two writers that publish under one name in the same instant one is told that the name is taken. Known for certain once something was
    /// published.
    /// </summary>
    bool HasExclusiveNames { get; }

    /// <summary>
    /// Whether a listing shows at once what any process published or deleted, and <see cref="IsHeld"/> knows of every process: so it is in a directory on a
    /// disk of this machine. Elsewhere both take a while.
    /// </summary>
    bool IsImmediate { get; }

    /// <summary>What identifies the machine whose system <see cref="IsHeld"/> asks, see <see cref="Posix.Machine.Identity"/>; null if that is not
    /// known.</summary>
    string? Machine => Posix.Machine.Identity();

    /// <summary>What identifies the time since that machine was started, see <see cref="Posix.Machine.Boot"/>; null if that is not known.</summary>
    string? Boot => Posix.Machine.Boot();

    /// <summary>Encrypts the bodies of small objects; null where they are not encrypted.</summary>
    IBodySeal? Seal => null;

    /// <summary>The path of an object as the store has it, to be left where others read who may not know names; see <see cref="Shown"/>.</summary>
    /// <param name="path">The path of a saveset, from the top.</param>
    string Hidden(string path) => path;

    /// <summary>The path that <see cref="Hidden"/> made another one of; that other one where it cannot be told.</summary>
    string Shown(string path) => path;

    /// <summary>Copies that a writer keeps of what it cannot read where it is stored; null where it can.</summary>
    IOwnCopies? Copies => null;

    /// <summary>The same store with its objects as they are stored: to keep and to mend them without understanding them.</summary>
    IObjectStore Raw => this;

    /// <summary>An object of <see cref="Raw"/>, or what is read in place of it, as this store shows it.</summary>
    /// <param name="stored">The object; closed with what is returned.</param>
    /// <param name="path">What it is and where.</param>
    /// <exception cref="BackshiftException">It does not belong to this store.</exception>
    IStoredObject Unsealed(IStoredObject stored, ObjectPath path) => stored;

    /// <summary>
    /// Opens an object and reads its first or last bytes: one request for both. Of an object shorter than <paramref name="buffer"/> these are all its bytes.
    /// </summary>
    /// <param name="path">Its name.</param>
    /// <param name="end">Which end is read.</param>
    /// <param name="buffer">Takes the bytes; one that is empty asks for the length alone.</param>
    /// <param name="count">How many there are: less than the object's length and the buffer's only where storage lost some, or where a cache has the
    /// beginning of a long end: then that is still to be read.</param>
    /// <returns>The object; null if it is gone, or was never there.</returns>
    /// <exception cref="StoreException">It cannot be opened or read.</exception>
    /// <exception cref="BackshiftException">Something else is in its place.</exception>
    IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count);

    /// <summary>Whether there is a cache of this machine from which <see cref="IStoredObject.ReadKept"/> may read, and an end that is read when an object is
    /// opened.</summary>
    bool MayKeep => false;

    /// <summary>Forgets what a cache of this machine has of an object that seems to be damaged, and keeps nothing of it from now on.</summary>
    /// <returns>Whether there is such a cache, and it may have had some of it: then the object is to be opened and read once more.</returns>
    bool TryForget(ObjectPath path) => false;

    /// <summary>Whether requests take so long that reads are to be announced, see <see cref="IStoredObject.TryAnnounce"/>.</summary>
    bool TakesAnnouncements => false;

    /// <summary>
    /// Says that an object is going to be opened, soon and by just this call of <see cref="TryOpen"/>: where requests take long, it is asked for now. A hint,
    /// as <see cref="IStoredObject.TryAnnounce"/> is; trouble is left to the opening.
    /// </summary>
    /// <param name="path">The object.</param>
    /// <param name="end">Which end is going to be read.</param>
    /// <param name="length">How much of it.</param>
    /// <returns>False if so much is asked for that this was not: it may be announced again later.</returns>
    bool TryAnnounceOpening(ObjectPath path, ObjectEnd end, int length) => true;

    /// <summary>Whether an opening that was announced would have to wait for its answer.</summary>
    /// <inheritdoc cref="TryAnnounceOpening"/>
    bool IsOpeningUnderWay(ObjectPath path, ObjectEnd end, int length) => false;

    /// <summary>Says that this program goes on from savesets to what they hold: a store that is far away can ask for the index with them.</summary>
    /// <param name="end">At which end it is going to open runs.</param>
    void ExpectIndex(ObjectEnd end)
    {
    }

    /// <summary>Whether an object is there; null where that cannot be told now. One request.</summary>
    bool? Exists(ObjectPath path);

    /// <summary><see cref="Exists(ObjectPath)"/> of several, of which each is looked for after the call began. As one request where the store can.</summary>
    bool?[] Exists(IReadOnlyList<ObjectPath> paths) => [.. paths.Select(Exists)];

    /// <summary>
    /// Lists the objects of a type, in the order of their names as far as the store has one. Files whose names no object can have are passed over.
    /// The listing is read while it is enumerated: an exception may follow objects that were listed correctly.
    /// </summary>
    /// <param name="type">Which; the configuration is not listed.</param>
    /// <param name="below">Only those below this folder of theirs; the empty path for all of them.</param>
    /// <param name="unlisted">Takes the folders below the first that cannot be listed, and why; if null, the first of them ends the listing.</param>
    /// <exception cref="StoreException">They cannot be listed.</exception>
    /// <exception cref="BackshiftException">Something else is in the place of a folder.</exception>
    IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null);

    /// <summary>Starts an object. What is disposed of unpublished leaves nothing behind.</summary>
    /// <param name="type">What it is going to be.</param>
    /// <exception cref="StoreException">It cannot be made.</exception>
    IObjectDraft Create(ObjectType type);

    /// <summary>Writes and publishes an object that is at hand; see <see cref="IObjectDraft.TryPublish"/>. One request where the store can.</summary>
    /// <returns>False if the name is taken.</returns>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Publishes an object, and holds it until what is returned is disposed of or the process ends, however it ends: others can tell by <see cref="IsHeld"/>
    /// whether its writer still runs.
    /// </summary>
    /// <param name="path">The name that it gets.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="survivesExecute">Whether a program that takes the place of this process, and its children, go on holding it.</param>
    /// <returns>Null if the name is taken.</returns>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false);

    /// <summary>
    /// Puts the right bytes in the place of an object of which storage has damaged some: in one step, so that a reader finds these or those, and only if it is
    /// still there. It counts as received when it was first.
    /// </summary>
    /// <param name="path">Its name.</param>
    /// <param name="bytes">All of it, as it was published.</param>
    /// <returns>False where it is gone, or the store cannot do so.</returns>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    /// <exception cref="BackshiftException">Something else is in its place.</exception>
    bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes);

    /// <summary>Whether a process of this machine holds an object; null where that cannot be told: it is gone, or there are no locks.</summary>
    bool? IsHeld(ObjectPath path);

    /// <summary>The time by the clock that <see cref="IStoredObject.Received"/> goes by.</summary>
    /// <exception cref="StoreException">It cannot be told.</exception>
    UnixTime Now();

    /// <summary>
    /// Makes sure that the name of an object outlives a crash which another writer published: that writer may have been killed before it did so. To be called
    /// before anything refers to the object. It counts for all objects of the same folder that were there before the call, and also for the deletion of one.
    /// </summary>
    /// <exception cref="StoreException">It cannot.</exception>
    void MakeDurable(ObjectPath path);

    /// <summary>Deletes an object, which may be gone already.</summary>
    /// <returns>False where this program may not: some repositories forbid deleting, which is not an error.</returns>
    /// <exception cref="StoreException">It failed.</exception>
    bool Delete(ObjectPath path);

    /// <summary>Deletes an object by which this program said that it is at work, at the end of that. Whether that succeeds is not waited for.</summary>
    void Discard(ObjectPath path)
    {
        try
        {
            Delete(path);
        }
        catch (Exception e) when (e is StoreException or StoreGoneException)
        {
            // It is in the way of a collector until that finds that this process has ended. A store that is gone says so again when it is used next.
        }
    }

    /// <summary>Removes what killed writers left unpublished, once it is old enough that no living writer can own it. Trouble is ignored: leftovers do no
    /// harm.</summary>
    void Sweep();

    /// <summary>A lease, until it is disposed of or the process ends.</summary>
    /// <returns>Null while another process holds one that excludes it. Where there are no locks, every lease is given.</returns>
    /// <exception cref="StoreException">That cannot be determined.</exception>
    IDisposable? TryLease(LeaseKind kind);

    /// <summary>Looks whether the store can be written to as it is. To be called once before the first <see cref="Create"/>.</summary>
    /// <exception cref="BackshiftException">Something else is in the place of a folder.</exception>
    void PrepareForWriting();

    /// <summary>Scratch space for this process, on the disk of the store if that is at hand and may see the names of files: it has room for what is being
    /// stored.</summary>
    /// <exception cref="BackshiftException">It cannot be made.</exception>
    ScratchSpace CreateScratch();

    /// <summary>
    /// Verifies that the store is still what a later program finds at <see cref="Location"/>: not moved, unmounted or replaced meanwhile. To be called before a
    /// program says that it has stored something.
    /// </summary>
    /// <param name="published">What was published; null for nothing in particular.</param>
    /// <exception cref="BackshiftException">It is not, and what was stored is elsewhere.</exception>
    /// <exception cref="StoreException">That cannot be determined.</exception>
    void VerifyPlace(ObjectPath? published);
}
