using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Expiring;

/// <summary>
/// Moves savesets out of the way and back, and gives up their data; see backshift-repository(5), "Expired savesets". No data is deleted here: a collector does
/// that, for all that no saveset needs. Every step may be the last one of this process: doing the same again finishes what was begun.
/// </summary>
public sealed class Expiry
{
    private readonly RepositoryDirectory repository;
    private readonly TimeProvider clock;
    private readonly Action<BackshiftException> warn;

    /// <param name="repository">The repository, locked for writing; not closed with this.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="warn">Receives trouble that changes nothing about the result.</param>
    public Expiry(RepositoryDirectory repository, TimeProvider clock, Action<BackshiftException> warn)
    {
        this.repository = repository;
        this.clock = clock;
        this.warn = warn;
    }

    /// <summary>Expires a saveset. Its tags stay, for the case that it is brought back.</summary>
    /// <returns>False if it is on hold: it may have been put on hold after it was listed.</returns>
    /// <exception cref="BackshiftException">Another saveset of the same name was expired before and its data is still there.</exception>
    /// <exception cref="StoreException">It cannot be written, or not be deleted.</exception>
    public bool Expire(Saveset saveset)
    {
        ObjectPath from = ObjectPath.Saveset(saveset.Place);
        ObjectPath to = ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, saveset.Place));
        if (SmallObject.TryReadBytes(repository.Store, from, $"saveset {saveset.Name}", out _) is not { } bytes)
        {
            // Another process has finished the same.
            return true;
        }

        // The copy has another time; what the calendar goes by is kept with the tags.
        SavesetTags tags = Change(saveset, before => before.Hold || before.Received is not null ? null : before with { Received = saveset.Received });
        if (tags.Hold)
        {
            return false;
        }

        bool isNew = PublishSame(to, bytes, saveset, "was expired before, and its data is still there");

        // Whoever sets a hold looks for the copy afterwards; so one of the two sees the other.
        if (TagsFiles.With(repository, saveset, warn).IsHeld)
        {
            if (isNew)
            {
                Delete(to, saveset);
            }

            return false;
        }

        Delete(from, saveset);
        return true;
    }

    /// <summary>Gives up the data of a saveset: what its files contain may be deleted, and only its metadata is kept.</summary>
    /// <returns>False if it is on hold.</returns>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public bool ExpireData(Saveset saveset) =>
        !Change(saveset, before => before.Hold ? null : before with { DataExpired = before.DataExpired ?? UnixTime.Now(clock) }).Hold;

    /// <summary>Deletes a checkpoint for which another saveset stands: nothing lists it any more.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public void DeleteSuperseded(Saveset checkpoint) => checkpoint.Delete(repository);

    /// <summary>Whether an expired copy of a saveset is there: then it is being expired, or a program that did so was killed.</summary>
    public bool IsBeingExpired(Saveset saveset) =>
        repository.Store.Exists(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, saveset.Place))) != false;

    /// <summary>Verifies that an expired saveset could be brought back now.</summary>
    /// <param name="expired">The saveset, from the list of expired ones.</param>
    /// <param name="reader">Reads the same repository.</param>
    /// <exception cref="BackshiftException">Its data is being deleted.</exception>
    public void VerifyUndo(Saveset expired, RepositoryReader reader) => ExpiredData.Verify(repository, repository.ReadsPacks ? reader.Nodes : null, expired);

    /// <summary>Brings an expired saveset back, with its tags, as long as all of its data is there; or the data of one of which only the metadata was kept.
    /// </summary>
    /// <param name="expired">The saveset, from the list of expired ones, or of all.</param>
    /// <param name="reader">Reads the same repository.</param>
    /// <exception cref="BackshiftException">Its data is being deleted, or another saveset has its name by now.</exception>
    /// <exception cref="StoreException">It cannot be told, or not be written.</exception>
    public void Undo(Saveset expired, RepositoryReader reader)
    {
        if (ObjectPath.TryParse(ObjectType.Expired, expired.Place) is null)
        {
            UndoData(expired, reader);
            return;
        }

        // A writer's act: the announcement of this writer to collectors belongs here, before it looks at anything.
        ExpiredData.Verify(repository, repository.ReadsPacks ? reader.Nodes : null, expired);
        ObjectPath from = ObjectPath.Expired(expired.Place);
        ObjectPath to = ObjectPath.Saveset(SavesetName.Below(ObjectType.Saveset, expired.Place));
        byte[] bytes = SmallObject.TryReadBytes(repository.Store, from, $"expired saveset {expired.Name}", out _)
            ?? throw new BackshiftException(ExitCode.NoInput, $"{expired.Name}: its data was deleted meanwhile");
        bool isNew = PublishSame(to, bytes, expired, "there is another saveset of this name by now");
        try
        {
            // And here it asks whether a collector took it for dead meanwhile. A collector that listed the savesets before this one was published may have
            // begun to delete: the packs are looked at again.
            ExpiredData.Verify(repository, repository.ReadsPacks ? reader.Nodes : null, expired);
        }
        catch (BackshiftException) when (isNew)
        {
            _ = repository.Store.Delete(to);
            throw;
        }

        repository.Store.VerifyPlace(to);
        _ = repository.Store.Delete(from);
    }

    private void UndoData(Saveset saveset, RepositoryReader reader)
    {
        // A writer's act, as above.
        ExpiredData.Verify(repository, repository.ReadsPacks ? reader.Nodes : null, saveset);
        SavesetTags kept = Change(saveset, static tags => tags.DataExpired is null ? null : tags with { DataExpired = null });
        try
        {
            ExpiredData.Verify(repository, repository.ReadsPacks ? reader.Nodes : null, saveset);
        }
        catch (BackshiftException)
        {
            Change(saveset, tags => tags with { DataExpired = saveset.DataExpired });
            throw;
        }

        repository.Store.VerifyPlace(ObjectPath.Tags(kept.Place));
    }

    /// <summary>Publishes bytes; if they are there already, that is as good.</summary>
    /// <returns>Whether they were published now.</returns>
    private bool PublishSame(ObjectPath path, byte[] bytes, Saveset saveset, string otherwise)
    {
        if (repository.Store.TryPublish(path, bytes))
        {
            return true;
        }

        return SmallObject.TryReadBytes(repository.Store, path, $"saveset {path.Path}", out _) is { } there && there.AsSpan().SequenceEqual(bytes) ? false
            : throw new BackshiftException(ExitCode.CannotCreate, $"{saveset.Name}: {otherwise}");
    }

    private SavesetTags Change(Saveset saveset, Func<SavesetTags, SavesetTags?> change) =>
        TagsFiles.Change(repository, saveset, UnixTime.Now(clock), change, warn);

    private void Delete(ObjectPath path, Saveset saveset)
    {
        if (!repository.Store.Delete(path))
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{saveset.Name}: {path.Path} may not be deleted");
        }
    }
}
