using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3;

/// <summary>
/// A store in a bucket. It needs no more of a server than to take whole objects, give ranges of them, list and delete: nothing is renamed, nothing overwritten,
/// nothing deleted on a condition, and no listing is believed to be up to date.
/// </summary>
public sealed partial class S3Store : IObjectStore
{
    private static readonly TimeSpan SweptAfter = TimeSpan.FromDays(1);

    private readonly S3Settings settings;
    private readonly S3Bucket bucket;
    private readonly Lock gate = new();
    private bool? isExclusive;

    // The configuration as it was when the store was opened; null while there is none.
    private string? configuration;

    internal S3Store(S3Settings settings, S3Bucket bucket, string? configuration)
    {
        this.settings = settings;
        this.bucket = bucket;
        this.configuration = configuration;
    }

    public BytePath Location => settings.Location.Text;

    /// <summary>Assumed until something is published: then it was tried.</summary>
    public bool HasExclusiveNames
    {
        get
        {
            lock (gate)
            {
                return isExclusive ?? true;
            }
        }
    }

    /// <summary>No server says whether its listings lag, and none knows which processes live.</summary>
    public bool IsImmediate => false;

    public string? Machine => null;

    public string? Boot => null;

    public IStoredObject? TryOpen(ObjectPath path, ObjectEnd end, Span<byte> buffer, out int count)
    {
        string key = bucket.KeyOf(path.Path);
        BytePath shown = Shown(path);
        count = 0;
        if (buffer.IsEmpty)
        {
            return bucket.Look(key, shown) is { } found ? new StoredKey(bucket, key, shown, found) : null;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            if (bucket.Read(key, shown, end == ObjectEnd.Head ? 0 : null, rented.AsMemory(0, buffer.Length)) is not { } read)
            {
                return null;
            }

            rented.AsSpan(0, read.Count).CopyTo(buffer);
            count = read.Count;
            return new StoredKey(bucket, key, shown, read.State);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public bool? Exists(ObjectPath path)
    {
        try
        {
            return bucket.Look(bucket.KeyOf(path.Path), Shown(path)) is not null;
        }
        catch (StoreException)
        {
            return null;
        }
    }

    /// <summary>Several are asked for at once.</summary>
    public bool?[] Exists(IReadOnlyList<ObjectPath> paths)
    {
        bool?[] found = new bool?[paths.Count];
        AtOnce.Do(found.Length, settings.Requests, i => found[i] = Exists(paths[i]));
        return found;
    }

    public IEnumerable<ObjectPath> List(ObjectType type, BytePath below = default, Action<BytePath, BackshiftException>? unlisted = null)
    {
        BytePath folder = below.IsEmpty ? ObjectPath.FolderOf(type) : below;
        foreach (BytePath path in bucket.List(System.Text.Encoding.UTF8.GetString(folder.Span) + "/", Location.Join(folder)))
        {
            if (ObjectPath.TryParse(type, path) is { } found)
            {
                yield return found;
            }
        }
    }

    /// <summary>No process can be seen from a bucket.</summary>
    public bool? IsHeld(ObjectPath path) => null;

    public UnixTime Now()
    {
        _ = bucket.Look(bucket.KeyOf(ObjectPath.Configuration.Path), Shown(ObjectPath.Configuration));
        return bucket.Clock.Last ?? throw S3Trouble.Wrong(Location, "the server does not say what time it is");
    }

    /// <summary>What a server has taken is durable, and so is its name.</summary>
    public void MakeDurable(ObjectPath path)
    {
    }

    public void Sweep()
    {
        try
        {
            UnixTime now = Now();
            bucket.DropUploads(settings.Location.Prefix, now with { Seconds = now.Seconds - (long)SweptAfter.TotalSeconds });
        }
        catch (BackshiftException)
        {
            // Leftovers do no harm.
        }
    }

    public IDisposable TryLease(LeaseKind kind) => NoHolding.Instance;

    public void PrepareForWriting() => EnsureProbed();

    public ScratchSpace CreateScratch() => ScratchFile.Create();

    public void VerifyPlace(ObjectPath? published)
    {
        StoredState? found = bucket.Look(bucket.KeyOf(ObjectPath.Configuration.Path), Shown(ObjectPath.Configuration));
        if (configuration is { } known && found?.Tag != known)
        {
            throw Elsewhere("is no longer the repository that was opened there; it was deleted or replaced meanwhile");
        }

        if (published is { } path && path.Type != ObjectType.Configuration && bucket.Look(bucket.KeyOf(path.Path), Shown(path)) is null)
        {
            throw Elsewhere($"{path.Path} was published there, and is gone");
        }

        if (published?.Type == ObjectType.Configuration && found is null)
        {
            throw Elsewhere("its configuration was published there, and is gone");
        }
    }

    public void Dispose() => bucket.Dispose();

    private BackshiftException Elsewhere(string what) => new(ExitCode.InputOutput, $"{Location}: {what}",
        "another program works on the same bucket, or a rule of its life cycle does");

    private BytePath Shown(ObjectPath path) => Location.Join(path.Path);
}
