using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>
/// A store in which objects are encrypted, seen as one in which they are not: packs and runs are read and written as they would be without sealing, and
/// savesets have the names of their hosts. Small objects are sealed when they are published, and opened by <see cref="SmallObject"/>; see
/// backshift-repository(5), "Encryption".
/// </summary>
public sealed class SealedStore : IObjectStore
{
    private readonly IObjectStore raw;
    private readonly SealingKeys keys;
    private readonly GridUnits units = new();
    private readonly WholePacks? packs;

    /// <param name="raw">The store; closed with this one.</param>
    /// <param name="keys">The keys of the repository; disposed of with the store.</param>
    /// <param name="hidesAccess">Whether packs are read as a whole, so that the storage does not see which parts of them are needed.</param>
    public SealedStore(IObjectStore raw, SealingKeys keys, bool hidesAccess = false)
    {
        this.raw = raw;
        this.keys = keys;
        packs = hidesAccess ? new WholePacks() : null;
        Seal = new SmallSeal(keys);
    }

    public BytePath Location => raw.Location;

    public bool HasExclusiveNames => raw.HasExclusiveNames;

    public bool IsImmediate => raw.IsImmediate;

    public string? Machine => raw.Machine;

    public string? Boot => raw.Boot;

    public IBodySeal? Seal { get; }

    public IObjectStore Raw => raw;

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        if (!IsSegmented(path.Type))
        {
            return raw.TryOpen(Hidden(path), end, buffer, out count);
        }

        // The seal, the length and what is asked for, in one request, if that is at the end.
        count = 0;
        byte[] tail = ArrayPool<byte>.Shared.Rent(RawLength(buffer.Length));
        KnownEnd? stored = null;
        IStoredObject? view = null;
        try
        {
            if (OpenRaw(path, tail.AsSpan(0, RawLength(buffer.Length)), out int known) is not { } opened)
            {
                return null;
            }

            IStoredObject read = path.Type != ObjectType.Pack ? opened : packs is null ? new GridReads(opened, units) : new WholeReads(opened, packs);
            stored = new KnownEnd(read, tail.AsMemory(0, known));
            IStoredObject shown = Unsealed(stored, path);
            int wanted = (int)Math.Min(buffer.Length, shown.Length);
            count = shown.ReadKept(buffer[..wanted], end == ObjectEnd.Head ? 0 : shown.Length - wanted);
            view = shown;
            return view;
        }
        finally
        {
            stored?.Forget();
            if (view is null)
            {
                stored?.Dispose();
            }

            ArrayPool<byte>.Shared.Return(tail);
        }
    }

    /// <summary>Opens an object as it is stored, also where its end cannot be read: its first seal and most of its content may be.</summary>
    private IStoredObject? OpenRaw(ObjectPath path, Span<byte> tail, out int known)
    {
        try
        {
            return raw.TryOpen(path, ObjectEnd.Tail, tail, out known);
        }
        catch (StoreException e) when (e.Trouble == StoreTrouble.Broken)
        {
            return raw.TryOpen(path, ObjectEnd.Head, [], out known);
        }
    }

    public IStoredObject Unsealed(IStoredObject stored, ObjectPath path)
    {
        byte[] key = new byte[SealingKeys.KeySize];
        Span<byte> seal = stackalloc byte[Sealing.Seal.SizeWithSession];
        if (stored.Length < new SealedLayout(Sealing.Seal.Size).LeastObject)
        {
            // It was cut so short that nothing of it is left.
            return ObjectSegments.Open(stored, key);
        }

        foreach (bool atEnd in (ReadOnlySpan<bool>)[true, false])
        {
            if (Sealing.Seal.Read(stored, atEnd, seal) is > 0 and int size
                && Sealing.Seal.TryOpen(keys, path.Type, path.Name, seal[..size], key, out Session? session))
            {
                return ObjectSegments.Open(stored, key, size, isReliable: session is null);
            }
        }

        if (keys.For(path.Type).IsEmpty && keys.Writing(path.Type) is null)
        {
            throw keys.Refuse();
        }

        string what = $"{Location.Join(path.Path)}";
        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        bool isPlain = IsReadable(stored, header, 0) && header.StartsWith(ObjectHeader.Magic) && !ObjectHeader.IsSealed(header);
        throw new BackshiftException(ExitCode.DataError, isPlain
            ? $"{what}: is not encrypted, and everything in this repository is"
            : $"{what}: its seals are damaged, or it was sealed with another key");
    }

    public bool MayKeep => raw.MayKeep;

    public bool TakesAnnouncements => raw.TakesAnnouncements;

    public bool TryAnnounceOpening(ObjectPath path, ObjectEnd end, int length) => IsSegmented(path.Type)
        ? raw.TryAnnounceOpening(path, ObjectEnd.Tail, RawLength(length)) : raw.TryAnnounceOpening(Hidden(path), end, length);

    public bool IsOpeningUnderWay(ObjectPath path, ObjectEnd end, int length) => IsSegmented(path.Type)
        ? raw.IsOpeningUnderWay(path, ObjectEnd.Tail, RawLength(length)) : raw.IsOpeningUnderWay(Hidden(path), end, length);

    public void ExpectIndex(ObjectEnd end) => raw.ExpectIndex(ObjectEnd.Tail);

    public bool TryForget(ObjectPath path) => raw.TryForget(Hidden(path));

    public bool? Exists(ObjectPath path) => raw.Exists(Hidden(path));

    public bool?[] Exists(IReadOnlyList<ObjectPath> paths) => raw.Exists([.. paths.Select(Hidden)]);

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null)
    {
        if (!HasNames(type))
        {
            return raw.List(type, below, unlisted);
        }

        BytePath hidden = below.IsEmpty ? below : keys.Names.Hide(below, NamesIn(below, hasFile: false));
        Action<BytePath, BackshiftException>? shown = unlisted is null ? null
            : (path, trouble) => unlisted(keys.Names.TryShow(path, NamesIn(path, hasFile: false)) ?? path, trouble);
        return Shown(raw.List(type, hidden, shown), unlisted);
    }

    public string Hidden(string path) => Hidden(new ObjectPath(ObjectType.Saveset, BytePath.Of(path))).Path.ToString();

    public string Shown(string path)
    {
        BytePath hidden = BytePath.Of(path);
        return ObjectPath.TryParse(ObjectType.Saveset, hidden) is null ? path
            : keys.Names.TryShow(hidden, NamesIn(hidden, hasFile: true))?.ToString() ?? path;
    }

    public IObjectDraft Create(ObjectType type) => new SealedDraft(raw.Create(type), keys);

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes) => raw.TryPublish(Hidden(path), Closed(path, bytes));

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false) =>
        raw.TryPublishHeld(Hidden(path), Closed(path, bytes), survivesExecute);

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes) => raw.TryMend(Hidden(path), bytes);

    public bool? IsHeld(ObjectPath path) => raw.IsHeld(Hidden(path));

    public UnixTime Now() => raw.Now();

    public void MakeDurable(ObjectPath path) => raw.MakeDurable(Hidden(path));

    public bool Delete(ObjectPath path) => raw.Delete(Hidden(path));

    public void Discard(ObjectPath path) => raw.Discard(Hidden(path));

    public void Sweep() => raw.Sweep();

    public IDisposable? TryLease(LeaseKind kind) => raw.TryLease(kind);

    public void PrepareForWriting() => raw.PrepareForWriting();

    /// <summary>Not on the disk of the store: what is sorted has the names of files, and a file without a name leaves its bytes where it was.</summary>
    /// <inheritdoc/>
    public ScratchSpace CreateScratch() => ScratchFile.Create();

    public void VerifyPlace(ObjectPath? published) => raw.VerifyPlace(published is { } path ? Hidden(path) : null);

    public void Dispose()
    {
        raw.Dispose();
        packs?.Dispose();
        keys.Dispose();
    }

    /// <summary>
    /// Objects under the names that they have for users. A folder whose name is none of ours has objects all the same: it counts as one that cannot be
    /// listed, since a collector would otherwise take what they need for unneeded.
    /// </summary>
    private IEnumerable<ObjectPath> Shown(IEnumerable<ObjectPath> listed, Action<BytePath, BackshiftException>? unlisted)
    {
        BytePath foreign = default;
        foreach (ObjectPath path in listed)
        {
            if (keys.Names.TryShow(path.Path, NamesIn(path.Path, hasFile: true)) is { } shown)
            {
                yield return path with { Path = shown };
                continue;
            }

            BytePath folder = path.Path.Parent;
            if (folder == foreign)
            {
                continue;
            }

            foreign = folder;
            BackshiftException trouble = new(ExitCode.DataError, $"{Location.Join(folder)}: its name was changed, or is that of another repository",
                "give it the name that it had in a copy of the repository, or move it away");
            if (unlisted is null)
            {
                throw trouble;
            }

            unlisted(folder, trouble);
        }
    }

    private static bool IsSegmented(ObjectType type) => type is ObjectType.Pack or ObjectType.Run;

    /// <summary>How much of the end of a sealed object has so many bytes of content, and its seal.</summary>
    private static int RawLength(int content) => content + (2 * SealedLayout.Segment);

    private static bool HasNames(ObjectType type) => type is ObjectType.Saveset or ObjectType.Expired or ObjectType.Tags;

    private static int NamesIn(BytePath path, bool hasFile) => path.Span.Count((byte)'/') - (hasFile ? 1 : 0);

    private static bool IsReadable(IStoredObject stored, Span<byte> target, long offset)
    {
        try
        {
            return stored.ReadAt(target, offset) == target.Length;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private ObjectPath Hidden(ObjectPath path) =>
        HasNames(path.Type) ? path with { Path = keys.Names.Hide(path.Path, NamesIn(path.Path, hasFile: true)) } : path;

    private ReadOnlySpan<byte> Closed(ObjectPath path, ReadOnlySpan<byte> bytes) =>
        SmallObject.MaySeal(path.Type) && !ObjectHeader.IsSealed(bytes) ? SmallObject.Close(bytes, path.Type, Seal!) : bytes;
}
