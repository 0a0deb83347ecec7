using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>The copies of a host that may only write, in a directory of its user; see backshift(7), "HOSTS THAT MAY ONLY SAVE".</summary>
internal sealed class OwnCopies : IOwnCopies, IDisposable
{
    private readonly BytePath folder;
    private readonly IObjectStore repository;
    private readonly Lock gate = new();
    private DirectoryStore? store;
    private BackshiftException? trouble;
    private bool isTold;
    private (ObjectPath Path, byte[] Sum) published;

    /// <param name="folder">Where they are.</param>
    /// <param name="repository">What they are copies of; not closed with them.</param>
    internal OwnCopies(BytePath folder, IObjectStore repository)
    {
        this.folder = folder;
        this.repository = repository;
    }

    public Action<BackshiftException>? Warn
    {
        get;
        set
        {
            field = value;
            Tell();
        }
    }

    public bool AreKept { get; private set; } = true;

    public bool Serve(ObjectType type) => type is ObjectType.Pack or ObjectType.Run or ObjectType.Saveset;

    /// <summary>Where they are; null if there are none yet, or they cannot be read.</summary>
    internal DirectoryStore? Existing
    {
        get
        {
            try
            {
                return store is not null || DirectoryStore.Exists(folder) ? Store : null;
            }
            catch (BackshiftException)
            {
                // The first that writes there says why.
                return null;
            }
        }
    }

    /// <summary>Where they are, made if need be.</summary>
    /// <exception cref="BackshiftException">They cannot be opened or made.</exception>
    internal DirectoryStore Store
    {
        get
        {
            if (store is null && !DirectoryStore.Exists(folder))
            {
                Make();
            }

            return store ??= DirectoryStore.Open(folder);
        }
    }

    public void GiveUp(Exception cause)
    {
        AreKept = false;
        Report(cause);
    }

    /// <summary>Notes that a copy cannot be read, or not be deleted: others can.</summary>
    internal void Report(Exception cause)
    {
        lock (gate)
        {
            trouble ??= new BackshiftException(ExitCode.InputOutput,
                $"the state of this host, by which it knows what it has saved: {cause.Message}; more is read and stored again than need be",
                "nothing is lost; another directory for it: XDG_STATE_HOME", cause);
        }

        Tell();
    }

    public byte[] SumOf(ObjectPath path)
    {
        byte[] sum = new byte[Sha256.HashSizeInBytes];
        using IStoredObject? copy = Existing?.TryOpen(path, ObjectEnd.Tail, sum, out int count);
        return copy is not null ? sum : throw new BackshiftException(ExitCode.DataError, $"{folder.Join(path.Path)}: is gone");
    }

    public void Keep(ObjectPath path, IStoredObject stored, long from) => TryKeep(() =>
    {
        using IObjectDraft draft = Store.Create(ObjectType.Pack);
        CopiedPack.Write(draft, stored, from);
        return draft.TryPublish(path);
    });

    public void Keep(ObjectPath path, ReadOnlySpan<byte> bytes)
    {
        if (published.Path != path)
        {
            throw new InvalidOperationException($"{path.Path}: was not published just now");
        }

        byte[] copy = [.. bytes, .. published.Sum];
        TryKeep(() => Store.TryPublish(path, copy));
    }

    public UnixTime? KeptAt(ObjectPath path)
    {
        using IStoredObject? copy = Existing?.TryOpen(path, ObjectEnd.Head, [], out _);
        return copy?.Received;
    }

    public void Drop(ObjectPath path)
    {
        try
        {
            Existing?.Delete(path);
        }
        catch (BackshiftException e)
        {
            Report(e);
        }
    }

    /// <summary>Notes what a small object is in the store.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="bytes">All of it, as it is stored.</param>
    internal void Published(ObjectPath path, ReadOnlySpan<byte> bytes) => published = (path, SmallObject.SumOf(bytes));

    public void Dispose() => store?.Dispose();

    private void TryKeep(Func<bool> keep)
    {
        if (!AreKept)
        {
            return;
        }

        try
        {
            _ = keep();
        }
        catch (BackshiftException e)
        {
            GiveUp(e);
        }
    }

    private void Tell()
    {
        Action<BackshiftException>? warn = null;
        lock (gate)
        {
            if (trouble is not null && !isTold && Warn is not null)
            {
                (isTold, warn) = (true, Warn);
            }
        }

        warn?.Invoke(trouble!);
    }

    private void Make()
    {
        try
        {
            using DirectoryStore made = DirectoryStore.Make(folder);
            byte[] configuration = SmallObject.TryReadBytes(repository, ObjectPath.Configuration, "the configuration", out _)
                ?? throw new BackshiftException(ExitCode.DataError, $"{repository.Location}: its configuration is gone");
            _ = made.TryPublish(ObjectPath.Configuration, configuration);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.CannotCreate && DirectoryStore.Exists(folder))
        {
            // Another process has made it meanwhile.
        }
    }
}
