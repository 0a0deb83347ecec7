using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Renaming;

/// <summary>
/// Gives savesets another host or subset; see backshift-repository(5), "Renamed savesets". A saveset is published under its new name before it is deleted under
/// the old one: after a crash it may be there twice, and doing the same again deletes the old one.
/// </summary>
public sealed class SavesetRenaming
{
    private readonly RepositoryDirectory repository;
    private readonly TimeProvider clock;
    private readonly Action<BackshiftException> warn;

    /// <param name="repository">The repository, locked for writing; not closed with this.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="warn">Receives trouble that changes nothing about the result.</param>
    public SavesetRenaming(RepositoryDirectory repository, TimeProvider clock, Action<BackshiftException> warn)
    {
        this.repository = repository;
        this.clock = clock;
        this.warn = warn;
    }

    /// <summary>Renames a saveset, with its tags.</summary>
    /// <param name="saveset">The saveset.</param>
    /// <param name="host">Its new host.</param>
    /// <param name="subset">Its new subset, or null.</param>
    /// <returns>Its new name.</returns>
    /// <exception cref="BackshiftException">It is gone, its tags cannot be read, all forms of its new name are taken, or it has the old name too while packs
    /// wait to be deleted.</exception>
    /// <exception cref="StoreException">It cannot be written, or not be deleted.</exception>
    public string Rename(Saveset saveset, string host, string? subset)
    {
        if (saveset.HasUnreadableTags)
        {
            throw new BackshiftException(ExitCode.DataError, $"{saveset.Name}: its tags cannot be read, so they would not go along",
                "bs-tag sets them anew");
        }

        SavesetTags? tags = TagsFiles.Latest(repository, saveset);
        Saveset renamed = FindPublished(saveset, host, subset) ?? Publish(saveset, host, subset);

        // The old saveset still has its own, a hold among them, until it is deleted.
        UnixTime now = UnixTime.Now(clock);
        TagsFiles.Change(repository, renamed, now, _ => (tags ?? SavesetTags.NoneOf(renamed)) with
        {
            Host = renamed.Host,
            Subset = renamed.Subset,
            Time = renamed.Time,
            Number = 0,
            Received = saveset.Received,
        }, warn);
        repository.Store.VerifyPlace(ObjectPath.Saveset(renamed.Place));
        if (FormerNames.MayBeMissed(repository, renamed, warn))
        {
            throw new BackshiftException(ExitCode.Busy,
                $"{saveset.Name}: is there as {renamed.Name} too: the old one stays while packs wait to be deleted, for at most 12 hours",
                "run the same again then, or after bs-collect");
        }

        if (!repository.Store.Delete(ObjectPath.Saveset(saveset.Place)))
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{saveset.Name}: may not be deleted; it is there as {renamed.Name} too");
        }

        TagsFiles.DeleteAll(repository, saveset);
        return renamed.Name;
    }

    /// <summary>Deletes a checkpoint for which another saveset stands: nothing lists it any more.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public void DeleteSuperseded(Saveset checkpoint) => checkpoint.Delete(repository);

    /// <summary>The saveset under its new name, if an earlier attempt published it.</summary>
    private Saveset? FindPublished(Saveset saveset, string host, string? subset)
    {
        foreach (BytePath place in FormerNames.Places(saveset, host, subset))
        {
            if (TryRead(place) is { } there && there.Renamed?.From == saveset.Owner && FormerNames.IsSame(there, saveset))
            {
                return there;
            }
        }

        return null;
    }

    private Saveset? TryRead(BytePath place)
    {
        try
        {
            return Saveset.TryRead(repository, ObjectPath.Saveset(place));
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            // Not ours, whatever it is: its name is taken.
            return null;
        }
    }

    private Saveset Publish(Saveset saveset, string host, string? subset)
    {
        string what = $"saveset {saveset.Name}";
        byte[] body = SmallObject.TryRead(repository.Store, ObjectPath.Saveset(saveset.Place), what, out _)
            ?? throw new BackshiftException(ExitCode.NoInput, $"{saveset.Name}: was deleted meanwhile");
        byte[] changed = RenamedBody.Of(body, host, subset, SavesetOrigin.Of(saveset, UnixTime.Now(clock)));
        Saveset renamed = Saveset.Parse(changed, what);
        byte[] bytes = SmallObject.Encode(new ObjectHeader(ObjectType.Saveset, 0, ObjectName.Random()), changed);
        foreach (BytePath place in FormerNames.Places(saveset, host, subset))
        {
            // One of that name that was expired could not come back.
            if (repository.Store.Exists(ObjectPath.Expired(SavesetName.Below(ObjectType.Expired, place))) == false
                && repository.Store.TryPublish(ObjectPath.Saveset(place), bytes))
            {
                return renamed with { Place = place, Time = System.Text.Encoding.ASCII.GetString(place.Name) };
            }
        }

        throw new BackshiftException(ExitCode.CannotCreate, $"{saveset.Name}: {renamed.Owner} has savesets of the same time, or had them");
    }
}
