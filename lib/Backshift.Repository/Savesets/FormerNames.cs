using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Savesets;

/// <summary>Savesets that are there under an old name beside the new one; see backshift-repository(5), "Renamed savesets".</summary>
internal static class FormerNames
{
    /// <summary>All places that a saveset can have had before it was renamed, the latest name first.</summary>
    internal static IEnumerable<BytePath> Of(Saveset saveset)
    {
        foreach (string from in saveset.Renamed is { } origin ? origin.Before.Prepend(origin.From) : [])
        {
            string[] owner = from.Split('/', 2);
            foreach (BytePath place in Places(saveset, owner[0], owner.Length > 1 ? owner[1] : null))
            {
                yield return place;
            }
        }
    }

    /// <summary>All places that a saveset can have under a host and subset.</summary>
    internal static IEnumerable<BytePath> Places(Saveset saveset, string host, string? subset)
    {
        BytePath directory = SavesetName.Directory(host, subset);
        return SavesetName.Forms(saveset.Started, saveset.Save).Select(time => directory.Join(saveset.Checkpoint > 0 ? $"{time}~{saveset.Checkpoint}" : time));
    }

    /// <summary>Whether two savesets are the same but for their names.</summary>
    internal static bool IsSame(Saveset one, Saveset other) =>
        one.Started == other.Started && one.Finished == other.Finished && one.Root == other.Root && one.Checkpoint == other.Checkpoint
            && one.Save.AsSpan().SequenceEqual(other.Save);

    /// <summary>
    /// Whether a collector that is listing savesets, one host after the other, may be shown neither the new one nor the old one. Packs go only by a condemned
    /// list that is there before the savesets are listed for the last time. So it is looked for after the new one was published, and before the old one is
    /// deleted.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="renamed">The new one.</param>
    /// <param name="warn">Receives lists that cannot be read.</param>
    /// <exception cref="StoreException">It cannot be told.</exception>
    internal static bool MayBeMissed(RepositoryDirectory repository, Saveset renamed, Action<BackshiftException> warn)
    {
        foreach (ObjectName name in repository.ListCondemned())
        {
            try
            {
                if (CondemnedList.TryRead(repository, name) is { } list && list.Reason != CondemnedList.Deleted)
                {
                    return !IsOld(repository, renamed);
                }
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                // No pack goes by a list that is damaged.
                warn(e);
            }
        }

        return false;
    }

    private static bool IsOld(RepositoryDirectory repository, Saveset renamed)
    {
        using IStoredObject? stored = repository.Store.TryOpen(ObjectPath.Saveset(renamed.Place), ObjectEnd.Head, [], out _);
        return stored is not null && repository.Store.Now().Seconds - stored.Received.Seconds >= (long)ListingLag.Most.TotalSeconds;
    }
}
