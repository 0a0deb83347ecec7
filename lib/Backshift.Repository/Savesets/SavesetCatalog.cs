using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Savesets;

/// <summary>The savesets of a repository, and which of them a user means.</summary>
public static class SavesetCatalog
{
    /// <summary>All savesets, in the order in which they were started. A saveset is small; a repository has thousands at the most.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Receives each that cannot be read; the others are listed all the same.</param>
    /// <param name="superseded">Takes the checkpoints that another saveset replaces; they are not listed.</param>
    /// <param name="unreadable">Takes the paths of savesets, and of directories of them, that cannot be read.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public static List<Saveset> List(RepositoryDirectory repository, Action<BackshiftException> damaged, List<Saveset>? superseded = null,
        List<BytePath>? unreadable = null) =>
        List(repository, ObjectType.Saveset, default, damaged, superseded, unreadable);

    /// <summary>The savesets that are wanted, in the order in which they were started; those whose paths show that they are not are not opened.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="filter">Which.</param>
    /// <param name="damaged">Receives each that may be wanted and cannot be read.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public static List<Saveset> ListWhere(RepositoryDirectory repository, SavesetFilter filter, Action<BackshiftException> damaged) =>
        ListWhere(repository, ObjectType.Saveset, filter, damaged);

    /// <summary>As <see cref="ListWhere(RepositoryDirectory, SavesetFilter, Action{BackshiftException})"/>, of the savesets that were expired and whose data
    /// may still be there.</summary>
    public static List<Saveset> ListExpiredWhere(RepositoryDirectory repository, SavesetFilter filter, Action<BackshiftException> damaged) =>
        ListWhere(repository, ObjectType.Expired, filter, damaged);

    private static List<Saveset> ListWhere(RepositoryDirectory repository, ObjectType type, SavesetFilter filter, Action<BackshiftException> damaged)
    {
        if (!filter.IsPossible)
        {
            return [];
        }

        List<Saveset> savesets = List(repository, type, filter.Folder(type), damaged, superseded: null, unreadable: null, filter.MayTake);
        savesets.RemoveAll(saveset => !filter.Takes(saveset));
        return savesets;
    }

    /// <summary>The savesets that were expired and whose data may still be there, in the order in which they were started.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="damaged">Receives each that cannot be read.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public static List<Saveset> ListExpired(RepositoryDirectory repository, Action<BackshiftException> damaged) =>
        List(repository, ObjectType.Expired, default, damaged, superseded: null, unreadable: null);

    /// <summary>The savesets of one host and subset; those of others are not opened. See <see cref="List(RepositoryDirectory, Action{BackshiftException},
    /// List{Saveset}, List{BytePath})"/>.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="host">The host.</param>
    /// <param name="subset">The subset, or null.</param>
    /// <param name="damaged">Receives each that cannot be read.</param>
    /// <param name="superseded">Takes the checkpoints that another saveset replaces.</param>
    /// <param name="unreadable">Takes the paths of savesets that cannot be read.</param>
    /// <exception cref="StoreException">A directory cannot be read.</exception>
    public static List<Saveset> ListOf(
        RepositoryDirectory repository, string host, string? subset, Action<BackshiftException> damaged, List<Saveset>? superseded = null,
            List<BytePath>? unreadable = null) =>
        List(repository, ObjectType.Saveset, SavesetName.Directory(host, subset), damaged, superseded, unreadable);

    private static List<Saveset> List(RepositoryDirectory repository, ObjectType type, BytePath folder, Action<BackshiftException> damaged,
        List<Saveset>? superseded, List<BytePath>? unreadable, Func<ObjectPath, bool>? wanted = null)
    {
        List<Saveset> savesets = [];
        foreach (ObjectPath path in repository.Store.List(type, folder, Unlisted))
        {
            // The object is authoritative, but is refused where it differs from its path: so savesets in other folders are those of others.
            if (wanted?.Invoke(path) ?? (folder.IsEmpty || path.Path.Parent == folder))
            {
                Read(path);
            }
        }

        PassOverSuperseded(savesets, superseded);
        if (savesets.Count > 0)
        {
            TagsFiles.ApplyTo(repository, folder, savesets, damaged);
        }

        savesets.Sort(static (left, right) =>
        {
            int order = left.Started.CompareTo(right.Started);
            return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
        });
        return savesets;

        void Read(ObjectPath path)
        {
            try
            {
                // A checkpoint may have been replaced since the directory was read.
                if (Saveset.TryRead(repository, path) is { } saveset)
                {
                    savesets.Add(saveset);
                }
            }
            catch (BackshiftException e)
            {
                string what = $"saveset {repository.Root.Join(path.Path)}";
                Tell(path.Path, e is StoreException trouble ? new BackshiftException(ExitCode.DataError, $"{what}: {trouble.Reason}", cause: e) : e);
            }
        }

        void Unlisted(BytePath folder, BackshiftException e) =>
            Tell(folder, e is StoreException ? new BackshiftException(ExitCode.DataError, e.Message, cause: e) : e);

        void Tell(BytePath path, BackshiftException trouble)
        {
            unreadable?.Add(path);
            damaged(trouble);
        }
    }

    private static void PassOverSuperseded(List<Saveset> savesets, List<Saveset>? superseded)
    {
        Dictionary<string, Saveset> standing = [];
        foreach (Saveset saveset in savesets)
        {
            string save = SaveOf(saveset);
            if (saveset.Save.Length > 0 && (!standing.TryGetValue(save, out Saveset? other) || StandsFor(saveset, other)))
            {
                standing[save] = saveset;
            }
        }

        savesets.RemoveAll(saveset =>
        {
            bool over = saveset.Checkpoint > 0 && standing.TryGetValue(SaveOf(saveset), out Saveset? other) && StandsFor(other, saveset);
            if (over)
            {
                superseded?.Add(saveset);
            }

            return over;
        });

        // Only within a host and subset: another host that has read `save` must not be able to replace savesets of this one.
        static string SaveOf(Saveset saveset) => $"{Convert.ToHexString(saveset.Save)} {saveset.Host}/{saveset.Subset}";

        static bool StandsFor(Saveset left, Saveset right) => right.Checkpoint > 0 && (left.Checkpoint == 0 || left.Checkpoint > right.Checkpoint);
    }

    /// <summary>
    /// Finds the saveset that <paramref name="name"/> means: host@time or host/subset@time, where time is any prefix that is unique, with or without dashes
    /// and colons, or latest, or latest~N, the N-th complete one before it. Without a host all savesets count. Those from the future are the latest only if
    /// there are no others.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">The name that the user gave.</param>
    /// <param name="clock">Tells what is the future.</param>
    /// <param name="damaged">Receives each that cannot be read, and is called if one from the future is skipped.</param>
    /// <exception cref="BackshiftException">None or several match.</exception>
    public static Saveset Find(RepositoryDirectory repository, string name, TimeProvider clock, Action<BackshiftException> damaged)
    {
        int at = name.LastIndexOf('@');
        if (at < 0)
        {
            throw new BackshiftException(ExitCode.Usage, $"{Shown(name)}: is not the name of a saveset",
                "a saveset is named HOST@TIME, HOST@latest or @latest; bs-ls lists them");
        }

        string owner = name[..at];
        string time = name[(at + 1)..];
        List<BytePath> unreadable = [];
        List<Saveset> owned = List(repository, ObjectType.Saveset, FolderOf(owner), damaged, superseded: null, unreadable);
        if (owned.Count == 0)
        {
            throw new BackshiftException(ExitCode.NoInput,
                owner.Length == 0 ? $"{repository.Root}: there is no saveset yet"
                : $"{Shown(name)}: there is no saveset of {Shown(owner)}", "bs-ls lists the savesets");
        }

        // Those of the same owner lie in one directory.
        UnreadableSavesets lost = new(unreadable);
        return time.StartsWith("latest", StringComparison.Ordinal) ? Latest(name, time, owned, lost, UnixTime.Now(clock), damaged)
            : ByTime(name, time, owned, lost);
    }

    /// <summary>Where the savesets of HOST or HOST/SUBSET are, or all of them for an empty string. A host has no slash.</summary>
    private static BytePath FolderOf(string owner)
    {
        int slash = owner.IndexOf('/', StringComparison.Ordinal);
        return owner.Length == 0 ? default : slash < 0 ? SavesetName.Directory(owner, null) : SavesetName.Directory(owner[..slash], owner[(slash + 1)..]);
    }

    /// <summary>For messages: the name that the user gave can have any bytes.</summary>
    private static string Shown(string name) => Escaping.Display(Encoding.UTF8.GetBytes(name));

    private static Saveset Latest(string name, string time, List<Saveset> owned, UnreadableSavesets lost, UnixTime now, Action<BackshiftException> warn)
    {
        int back = 0;
        if (time != "latest"
            && !(time.StartsWith("latest~", StringComparison.Ordinal)
            && int.TryParse(time.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out back)))
        {
            throw new BackshiftException(ExitCode.Usage, $"{Shown(name)}: is neither latest nor latest~N");
        }

        List<Saveset> complete = [.. owned.Where(saveset => saveset.Complete)];

        // A machine whose own clock stands at 1970 sees nothing but the future.
        string? passedOver = null;
        List<Saveset> present = FutureSavesets.PassOver(complete, now, message => passedOver = message);
        if (present.Count > 0 && passedOver is not null)
        {
            warn(new BackshiftException(ExitCode.DataError, passedOver, "name it by its time to use it"));
        }

        complete = present.Count > 0 ? present : complete;

        if (back < complete.Count)
        {
            Saveset found = complete[^(back + 1)];
            lost.CheckNoneLater(Shown(name), found, complete == present ? FutureSavesets.Beginning(now) : null);
            return found;
        }

        throw new BackshiftException(
            ExitCode.NoInput, $"{Shown(name)}: there are {complete.Count} complete savesets, and {owned.Count - complete.Count} incomplete ones",
            "an incomplete saveset is named by its time; bs-ls lists them");
    }

    private static Saveset ByTime(string name, string time, List<Saveset> owned, UnreadableSavesets lost)
    {
        string digits = Plain(time);
        List<Saveset> matching = [.. owned.Where(saveset => Plain(saveset.Time).StartsWith(digits, StringComparison.OrdinalIgnoreCase))];
        if (matching.Count > 1 && matching.Where(saveset => Plain(saveset.Time) == digits).ToList() is [var exact])
        {
            return exact;
        }

        if (matching.Count == 1)
        {
            lost.CheckNoneBegins(Shown(name), digits, matching[0]);
        }

        return matching.Count switch
        {
            1 => matching[0],
            0 => throw new BackshiftException(ExitCode.NoInput, $"{Shown(name)}: there is no such saveset", "bs-ls lists the savesets"),
            _ => throw new BackshiftException(ExitCode.NoInput,
                $"{Shown(name)}: {matching.Count} savesets match, {matching[0].Name} and {matching[1].Name} among them", "give more of the time"),
        };
    }

    /// <summary>A time without the dashes and colons that a user may write.</summary>
    internal static string Plain(string time) => time.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal);
}
