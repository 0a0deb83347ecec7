using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

public sealed partial class S3Store
{
    private const int ProbeWriters = 4;
    private const int VersionsLimit = 100;
    private const string ProbeFolder = "tmp";

    public IObjectDraft Create(ObjectType type) => new S3Draft(this, ScratchFile.Create());

    public bool TryPublish(ObjectPath path, ReadOnlySpan<byte> bytes) => TryPublish(path, new MemoryObject(bytes.ToArray()));

    /// <summary>Nothing is held: whether a writer lives shows in how old its intent is.</summary>
    public IDisposable? TryPublishHeld(ObjectPath path, ReadOnlySpan<byte> bytes, bool survivesExecute = false) =>
        TryPublish(path, bytes) ? NoHolding.Instance : null;

    /// <summary>Not here: an object that is replaced counts as received anew.</summary>
    public bool TryMend(ObjectPath path, ReadOnlySpan<byte> bytes) => false;

    public bool Delete(ObjectPath path)
    {
        string key = bucket.KeyOf(path.Path);
        BytePath shown = Shown(path);

        // Where the bucket keeps versions, what is deleted without one stays, and takes space; and below the last one may be the same object once more.
        for (int i = 0; i < VersionsLimit; i++)
        {
            if (bucket.Look(key, shown) is not { } found)
            {
                return true;
            }

            if (found.LockedUntil is { } until && until.CompareTo(UnixTime.From(bucket.Clock.Now)) > 0)
            {
                return false;
            }

            if (!bucket.Delete(key, found.Version, shown))
            {
                return false;
            }

            if (found.Version is null)
            {
                return true;
            }
        }

        throw S3Trouble.Wrong(shown, "it is still there after it was deleted many times");
    }

    /// <summary>Publishes what a draft or a caller has.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="source">Its bytes.</param>
    /// <returns>False if the name is taken.</returns>
    internal bool TryPublish(ObjectPath path, IStoredObject source)
    {
        bool isConditional = EnsureProbed();
        SentForm form = FormOf(path, source);

        // Names in parts are drawn at random: so it does no harm that few servers know a condition there.
        bool isInParts = path.Type is ObjectType.Pack or ObjectType.Run or ObjectType.Parity && source.Length > settings.WholeLimit;
        if ((isInParts || !isConditional) && bucket.Look(form.Key, form.Shown) is not null)
        {
            return false;
        }

        bool isStored = isInParts ? bucket.PutInParts(form, source, isConditional) : bucket.Put(form, source, isConditional);

        // Taken, the server says: by this program, where an answer was lost. Or stored, where another writer may have overwritten it in the same instant.
        bool isMine = (isStored && isConditional && !isInParts) || IsMine(form, source.Length);
        if (isMine && path.Type == ObjectType.Configuration)
        {
            configuration = bucket.Look(form.Key, form.Shown)?.Tag;
        }

        return isMine;
    }

    private bool IsMine(SentForm form, long length)
    {
        StoredState? found = bucket.Look(form.Key, form.Shown);
        if (found is null)
        {
            throw S3Trouble.Wrong(form.Shown, "the server has taken it, and does not have it");
        }

        if (found.Writer != form.Writer)
        {
            return false;
        }

        return found.Length == length ? true : throw S3Trouble.Wrong(form.Shown, "the server has stored another length than it was sent");
    }

    private SentForm FormOf(ObjectPath path, IStoredObject source)
    {
        return new SentForm(bucket.KeyOf(path.Path), Shown(path), NewWriter(), HoldsContents(path, source) ? settings.StorageClass : null,
            IsNeeded(path) ? settings.LockFor : null);
    }

    // By a restore. All others can be made anew, or come and go with each program: so do the savesets of saves that have not ended, whose names have a number.
    private static bool IsNeeded(ObjectPath path) =>
        path.Type is ObjectType.Configuration or ObjectType.KeySlot or ObjectType.Pack
        || (path.Type == ObjectType.Saveset && !path.Path.Name.Contains((byte)'~'));

    // Packs of nodes say so in their headers, also where they are encrypted. Every save and every restore reads them.
    private static bool HoldsContents(ObjectPath path, IStoredObject source)
    {
        if (path.Type != ObjectType.Pack || source.Length < ObjectHeader.Size)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[ObjectHeader.Size];
        source.ReadExactly(header, 0);
        return ObjectHeader.FlagsOf(header) == 0;
    }

    /// <summary>
    /// Whether the server keeps names exclusive: of several that are sent under one name in the same instant, it takes one. Some take all of them, and ignore
    /// the condition; some do not know it. Tried once, before the first object is published, as is whether it has the storage class.
    /// </summary>
    private bool EnsureProbed()
    {
        lock (gate)
        {
            return isExclusive ??= Probe();
        }
    }

    private bool Probe()
    {
        BytePath path = BytePath.Of($"{ProbeFolder}/{NewWriter()}");
        string key = bucket.KeyOf(path);
        BytePath shown = Location.Join(path);
        if (settings.StorageClass is { } named)
        {
            // Else it would come out at the first pack, after the intent of a save, or after the configuration of a repository that is being made.
            bucket.TryClass(new SentForm(key, Location, NewWriter(), named, null));
        }

        int stored = 0, refused = 0;
        try
        {
            using MemoryObject source = new("probe"u8.ToArray());
            AtOnce.Do(ProbeWriters, ProbeWriters, _ =>
            {
                SentForm form = new(key, shown, NewWriter(), null, null);
                try
                {
                    bool isStored = bucket.Put(form, source, isConditional: true) || bucket.Look(key, shown)?.Writer == form.Writer;
                    Interlocked.Increment(ref isStored ? ref stored : ref refused);
                }
                catch (StoreException)
                {
                    // It may not know the condition. Other trouble is seen below, by the one that is sent alone.
                    Interlocked.Add(ref refused, ProbeWriters);
                }
            });
            SentForm last = new(key, shown, NewWriter(), null, null);
            if (stored == 1 && refused == ProbeWriters - 1)
            {
                return !bucket.Put(last, source, isConditional: true);
            }

            // It must be possible without.
            bucket.Put(last, source, isConditional: false);
            return false;
        }
        finally
        {
            TryDelete(key, shown);
        }
    }

    private void TryDelete(string key, BytePath shown)
    {
        try
        {
            bool isLeft = true;
            for (int i = 0; isLeft && i <= ProbeWriters && bucket.Look(key, shown) is { } found; i++)
            {
                isLeft = bucket.Delete(key, found.Version, shown) && found.Version is not null;
            }
        }
        catch (StoreException)
        {
            // It is five bytes long, and no object.
        }
    }

    private static string NewWriter() => ObjectName.Random().ToString();
}
