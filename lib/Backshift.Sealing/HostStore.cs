using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>
/// An encrypted store as a host sees it that may only write: what it has stored it reads from its own copies, and what others have stored not at all. Runs,
/// which it does not publish, are among the copies too; see backshift-repository(5), "Sessions".
/// </summary>
public sealed class HostStore : IObjectStore
{
    private readonly SealedStore store;
    private readonly HostKeys keys;
    private readonly OwnCopies copies;

    /// <param name="raw">The store; closed with this one.</param>
    /// <param name="key">The host key; copied.</param>
    /// <param name="folder">Where hosts keep their copies of this repository, each in a folder of its own.</param>
    public HostStore(IObjectStore raw, HostKey key, BytePath folder)
    {
        Host = key.Host;
        keys = new HostKeys(key);
        store = new SealedStore(raw, keys);
        copies = new OwnCopies(folder.Join(key.Folder), raw);
    }

    public BytePath Location => store.Location;

    public bool HasExclusiveNames => store.HasExclusiveNames;

    public bool IsImmediate => store.IsImmediate;

    public string? Machine => store.Machine;

    public string? Boot => store.Boot;

    public IBodySeal? Seal => store.Seal;

    public IOwnCopies? Copies => copies;

    public IObjectStore Raw => store.Raw;

    /// <summary>The name of the host.</summary>
    public string Host { get; }

    /// <summary>Its keys; disposed of with the store.</summary>
    public SealingKeys Keys => keys;

    public IStoredObject Unsealed(IStoredObject stored, ObjectPath path) => store.Unsealed(stored, path);

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        count = 0;
        switch (path.Type)
        {
            case ObjectType.Run:
                return TryOpenCopy(path, end, buffer, out count);
            case ObjectType.Pack:
            case ObjectType.Saveset:
                return OpenCopy(path) is { } copy ? ReadEnd(copy, end, buffer, out count) : null;
            default:
                return store.TryOpen(path, end, buffer, out count);
        }
    }

    public bool?[] Exists(IReadOnlyList<ObjectPath> paths) =>
        paths.Any(static path => path.Type == ObjectType.Run) ? [.. paths.Select(Exists)] : store.Exists(paths);

    public bool? Exists(ObjectPath path) => path.Type == ObjectType.Run ? copies.Existing?.Exists(path) ?? false : store.Exists(path);

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null) => type switch
    {
        ObjectType.Pack or ObjectType.Run or ObjectType.Saveset => ListCopies(type, below),
        ObjectType.Expired or ObjectType.Tags or ObjectType.CheckRecord or ObjectType.Moved => [],
        _ => store.List(type, below, unlisted),
    };

    public string Hidden(string path) => store.Hidden(path);

    public string Shown(string path) => store.Shown(path);

    public IObjectDraft Create(ObjectType type) => type == ObjectType.Run ? copies.Store.Create(type) : store.Create(type);

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        if (path.Type != ObjectType.Saveset)
        {
            return store.TryPublish(path, bytes);
        }

        byte[] closed = SmallObject.Close(bytes, path.Type, Seal!);
        copies.Published(path, closed);
        return store.TryPublish(path, closed);
    }

    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false) =>
        store.TryPublishHeld(path, bytes, survivesExecute);

    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes) => false;

    public bool? IsHeld(ObjectPath path) => store.IsHeld(path);

    public UnixTime Now() => store.Now();

    public void MakeDurable(ObjectPath path)
    {
        if (path.Type == ObjectType.Run)
        {
            copies.Store.MakeDurable(path);
            return;
        }

        store.MakeDurable(path);
    }

    public void Discard(ObjectPath path) => store.Discard(path);

    public bool Delete(ObjectPath path)
    {
        if (path.Type == ObjectType.Run)
        {
            return copies.Existing?.Delete(path) ?? true;
        }

        if (path.Type == ObjectType.Saveset)
        {
            copies.Drop(path);
        }

        return store.Delete(path);
    }

    public void Sweep()
    {
        store.Sweep();
        copies.Existing?.Sweep();
    }

    public IDisposable? TryLease(LeaseKind kind) => kind == LeaseKind.Tidying ? copies.Store.TryLease(kind) : store.TryLease(kind);

    public void PrepareForWriting()
    {
        store.PrepareForWriting();
        try
        {
            copies.Store.PrepareForWriting();
        }
        catch (BackshiftException e)
        {
            copies.GiveUp(e);
        }
    }

    public ScratchSpace CreateScratch() => store.CreateScratch();

    public void VerifyPlace(ObjectPath? published) => store.VerifyPlace(published is { Type: ObjectType.Run } ? null : published);

    public void Dispose()
    {
        copies.Dispose();
        store.Dispose();
    }

    /// <summary>The copies, as far as they can be listed.</summary>
    private IEnumerable<ObjectPath> ListCopies(ObjectType type, BytePath below)
    {
        using IEnumerator<ObjectPath>? listed = copies.Existing?.List(type, below, (_, trouble) => copies.Report(trouble)).GetEnumerator();
        while (true)
        {
            try
            {
                if (listed?.MoveNext() != true)
                {
                    yield break;
                }
            }
            catch (BackshiftException e)
            {
                copies.Report(e);
                yield break;
            }

            yield return listed.Current;
        }
    }

    /// <summary>Opens a copy; null also where it cannot be read.</summary>
    private IStoredObject? TryOpenCopy(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        count = 0;
        try
        {
            return copies.Existing?.TryOpen(path, end, buffer, out count);
        }
        catch (BackshiftException e)
        {
            copies.Report(e);
            return null;
        }
    }

    private static IStoredObject ReadEnd(IStoredObject copy, ObjectEnd end, Span<byte> buffer, out int count)
    {
        IStoredObject? opened = copy;
        try
        {
            Span<byte> wanted = buffer[..(int)Math.Min(buffer.Length, copy.Length)];
            count = copy.ReadAt(wanted, end == ObjectEnd.Head ? 0 : copy.Length - wanted.Length);
            opened = null;
            return copy;
        }
        finally
        {
            opened?.Dispose();
        }
    }

    private UnixTime ReceivedOf(ObjectPath pack)
    {
        try
        {
            using IStoredObject? stored = store.Raw.TryOpen(pack, ObjectEnd.Head, [], out _);
            return stored?.Received ?? default;
        }
        catch (BackshiftException)
        {
            return default;
        }
    }

    /// <summary>Opens a copy; null where there is none, or where what it is a copy of is gone.</summary>
    private IStoredObject? OpenCopy(ObjectPath path)
    {
        if (TryOpenCopy(path, ObjectEnd.Head, [], out _) is not { } copy)
        {
            return null;
        }

        IStoredObject? opened = copy;
        try
        {
            IStoredObject? shown = path.Type == ObjectType.Pack
                ? CopiedPack.TryOpen(copy, new Lazy<bool>(() => store.Exists(path) == true), new Lazy<UnixTime>(() => ReceivedOf(path)))
                : store.Exists(path) == false ? null
                : new CopiedSmallObject(copy);
            if (shown is null && path.Type == ObjectType.Saveset)
            {
                // It was expired, or renamed, and says nothing of what is there any more.
                copies.Drop(path);
            }

            opened = shown is null ? copy : null;
            return shown;
        }
        catch (StoreException e)
        {
            copies.Report(e);
            return null;
        }
        finally
        {
            opened?.Dispose();
        }
    }
}
