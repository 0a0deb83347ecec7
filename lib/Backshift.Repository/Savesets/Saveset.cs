using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Savesets;

/// <summary>One backup; see backshift-repository(5), "Savesets".</summary>
public sealed partial record Saveset
{
    public required string Host { get; init; }

    public string? Subset { get; init; }

    /// <summary>When the saving began; the time in the name.</summary>
    public UnixTime Started { get; init; }

    public UnixTime Finished { get; init; }

    /// <summary>The time as it stands in the name.</summary>
    public string Time { get; init; } = "";

    /// <summary>Whether the stream came to its end.</summary>
    public bool Complete { get; init; }

    /// <summary>What ended an incomplete one.</summary>
    public string? Reason { get; init; }

    /// <summary>Digest of the root of the entry tree; null if there is no entry.</summary>
    public Digest? Root { get; init; }

    public int Level { get; init; }

    public long Entries { get; init; }

    /// <summary>Sizes of the files, added up.</summary>
    public long Bytes { get; init; }

    public long Problems { get; init; }

    /// <summary>The problem records of the stream, as the parts of a file.</summary>
    public StoredEntry ProblemList { get; init; } = new(new EntryRecord { Path = BytePath.Of("problems"), Type = EntryType.File });

    /// <summary>The packs that hold what it needs.</summary>
    public NeededPacks Packs { get; init; } = NeededPacks.None;

    /// <summary>Bytes that this saveset added to the repository.</summary>
    public long Added { get; init; }

    public CutterNote? Cutter { get; init; }

    public IReadOnlyList<string> Bases { get; init; } = [];

    /// <summary>The roots from which it comes, and how much came of each; none where the stream named none.</summary>
    public IReadOnlyList<SavedRoot> Roots { get; init; } = [];

    public string? Program { get; init; }

    /// <summary>Random bytes, the same in all that one save records; empty where they are not known.</summary>
    public byte[] Save { get; init; } = [];

    /// <summary>The latest saveset of the same host and subset when this one began; null if there was none.</summary>
    public PreviousSaveset? Previous { get; init; }

    /// <summary>Words that the user gave it, then or later.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Number of a checkpoint, from 1; 0 for what was recorded when the save had ended.</summary>
    public long Checkpoint { get; init; }

    /// <summary>When a repair found that something of it is lost; null if nothing is, as far as is known.</summary>
    public UnixTime? Damaged { get; init; }

    /// <summary>What the user noted about it; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it is on hold, and not expired therefore. One whose tags cannot be read counts as held.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The number of the tags that were read; 0 if there were none. A listing that shows only older ones later is out of date.</summary>
    internal long TagsNumber { get; init; }

    /// <summary>Whether there are tags that cannot be read.</summary>
    public bool HasUnreadableTags { get; init; }

    /// <summary>The tags that it was recorded with, where others count; null where <see cref="Tags"/> are these.</summary>
    internal IReadOnlyList<string>? RecordedTags { get; init; }

    /// <summary>When its data was expired and only its metadata kept; null while all of it is there.</summary>
    public UnixTime? DataExpired { get; init; }

    /// <summary>The name that it had before; null if it was never renamed.</summary>
    public SavesetOrigin? Renamed { get; init; }

    /// <summary>When the repository received it, by the clock of the repository; the default before it was read.</summary>
    public UnixTime Received { get; init; }

    /// <summary>Host and subset as they stand in a name: host or host/subset.</summary>
    public string Owner => Subset is null ? Host : $"{Host}/{Subset}";

    /// <summary>Its file below the repository's directory; empty before it is published.</summary>
    internal BytePath Place { get; init; }

    /// <summary>The SHA-256 at its end; empty before it was read.</summary>
    internal byte[] Sum { get; init; } = [];

    /// <summary>host@time or host/subset@time.</summary>
    public string Name => $"{Owner}@{Time}";

    /// <summary>The name as a column of exact output: escaped, and without blanks, so that it ends where the next column begins.</summary>
    public string ColumnName => Escaping.Display(System.Text.Encoding.UTF8.GetBytes(Name)).Replace(" ", @"\x20", StringComparison.Ordinal);

    /// <summary>Reads a saveset; null if it is gone.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="path">Its place, among the savesets or among the expired ones; the last component is its time.</param>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static Saveset? TryRead(RepositoryDirectory repository, ObjectPath path)
    {
        string what = $"saveset {repository.Root.Join(path.Path)}";
        if (SmallObject.TryRead(repository.Store, path, what, out _, out byte[] sum, out UnixTime received) is not { } body)
        {
            return null;
        }

        Saveset saveset = Parse(body, what) with
        {
            Place = path.Path,
            Sum = sum,
            Received = received,
            Time = System.Text.Encoding.ASCII.GetString(path.Path.Name),
        };
        return saveset.IsInItsPlace(path.Type) ? saveset : throw new BackshiftException(
            ExitCode.DataError,
            $"{what}: is the saveset of another place, {Escaping.Display(System.Text.Encoding.UTF8.GetBytes(saveset.Owner))} at {saveset.Started}",
            "it was moved, renamed or swapped; give it back its own name");
    }

    /// <summary>Removes what was read, or published; nothing happens if it is gone, or may not be deleted.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    internal void Delete(RepositoryDirectory repository) => _ = repository.Store.Delete(ObjectPath.Saveset(Place));

    /// <summary>
    /// Whether its name is made of its own host, subset, time and number. One that was put in the place of another would be restored instead of it, and deleted
    /// instead of it.
    /// </summary>
    private bool IsInItsPlace(ObjectType type)
    {
        if (!Started.IsCalendar)
        {
            return false;
        }

        BytePath directory = SavesetName.Directory(Host, Subset, type);
        foreach (string time in SavesetName.Forms(Started, Save))
        {
            if (Place == directory.Join(Checkpoint > 0 ? $"{time}~{Checkpoint}" : time))
            {
                return true;
            }
        }

        return false;
    }
}
