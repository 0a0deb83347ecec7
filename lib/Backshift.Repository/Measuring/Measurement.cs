using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Measuring;

/// <summary>Measures what a repository holds, and what each saveset and each host holds alone.</summary>
public static class Measurement
{
    private const int NumberLimit = SlotUse.Several - 1;

    /// <summary>Measures.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="wanted">Whether a saveset is measured by itself; the others count all the same as needing what they do.</param>
    /// <param name="warn">Receives what cannot be read; then the sizes are not whole.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    /// <exception cref="BackshiftException">Too many savesets are to be measured at once.</exception>
    public static RepositorySize Measure(
        RepositoryDirectory repository, Func<Saveset, bool> wanted, Action<BackshiftException> warn, CancellationToken cancel)
    {
        List<Saveset> superseded = [];
        bool isRead = true;
        List<Saveset> savesets = SavesetCatalog.List(repository, Unread, superseded);
        List<Saveset> measured = savesets.FindAll(saveset => wanted(saveset));
        string[] hosts = [.. savesets.Select(static saveset => saveset.Host).Distinct().Order(StringComparer.Ordinal)];
        if (measured.Count > NumberLimit || hosts.Length > NumberLimit)
        {
            throw new BackshiftException(
                ExitCode.Usage, $"{measured.Count} savesets of {hosts.Length} hosts: no more than {NumberLimit} can be measured at once",
                "choose some, with --host or --since");
        }

        Dictionary<string, ushort> numbers = [];
        for (int i = 0; i < measured.Count; i++)
        {
            numbers[measured[i].Name] = (ushort)(i + 1);
        }

        using UseWalk walk = new(repository, Unread, measured.Count, hosts.Length, cancel);
        foreach (Saveset saveset in savesets.Concat(superseded).OrderBy(static saveset => saveset.DataExpired is not null))
        {
            ushort host = (ushort)(Array.BinarySearch(hosts, saveset.Host, StringComparer.Ordinal) + 1);
            walk.Add(saveset, NumberOf(saveset, numbers, measured), host == 0 ? SlotUse.Several : host);
        }

        if (walk.Missing > 0)
        {
            warn(new BackshiftException(ExitCode.DataError, $"{repository.Root}: chunks that savesets need are missing or damaged", "bs-check names them"));
        }

        (long packs, long bytes) = PacksOf(repository, Unread, cancel);
        return new RepositorySize
        {
            Savesets = [.. measured.Select((saveset, i) => new SavesetSize(saveset, walk.OfSavesets.Bytes(i + 1), walk.OfSavesets.Stored(i + 1)))],
            Hosts = [.. hosts.Select((host, i) => new HostSize(
                host, savesets.FindAll(saveset => saveset.Host == host), walk.OfHosts.Bytes(i + 1), walk.OfHosts.Stored(i + 1)))],
            Chunks = walk.Chunks,
            UniqueBytes = walk.Bytes,
            StoredBytes = walk.StoredBytes,
            Packs = packs,
            PackBytes = bytes,
            IsWhole = walk.IsWhole && isRead,
        };

        void Unread(BackshiftException trouble)
        {
            isRead = false;
            warn(trouble);
        }
    }

    /// <summary>The number of a saveset. A checkpoint that was replaced has that of the saveset that replaced it: it goes with it.</summary>
    private static ushort NumberOf(Saveset saveset, Dictionary<string, ushort> numbers, List<Saveset> measured)
    {
        if (numbers.TryGetValue(saveset.Name, out ushort number))
        {
            return number;
        }

        int standing = saveset.Checkpoint == 0 || saveset.Save.Length == 0 ? -1
            : measured.FindIndex(other => other.Owner == saveset.Owner && other.Save.AsSpan().SequenceEqual(saveset.Save));
        return standing < 0 ? SlotUse.Several : (ushort)(standing + 1);
    }

    private static (long Count, long Bytes) PacksOf(RepositoryDirectory repository, Action<BackshiftException> warn, CancellationToken cancel)
    {
        long count = 0, bytes = 0;
        foreach (ObjectName name in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                using IStoredObject? pack = repository.Store.TryOpen(ObjectPath.Pack(name), ObjectEnd.Head, [], out _);
                count += pack is null ? 0 : 1;
                bytes += pack?.Length ?? 0;
            }
            catch (BackshiftException e)
            {
                warn(e);
            }
        }

        return (count, bytes);
    }
}
