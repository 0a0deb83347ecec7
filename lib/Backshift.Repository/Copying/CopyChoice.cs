using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Copying;

/// <summary>
/// Chooses the savesets that another repository lacks. Their names decide: where none is missing, the savesets of both repositories are listed, and nothing is
/// read.
/// </summary>
internal sealed class CopyChoice
{
    // The date and the time of day in the name of a saveset; digits of the second follow, where several began in one.
    private const int SecondSize = 15;

    private readonly RepositoryDirectory from;
    private readonly CopyOptions options;
    private readonly CopyCounts counts;
    private readonly Action<BackshiftException> fault;
    private readonly Action<BackshiftException> warn;
    private readonly RepositoryDirectory to;
    private readonly HashSet<BytePath> there;
    private readonly HashSet<BytePath> listed = [];
    private readonly Lazy<HashSet<BytePath>> expired;
    private Dictionary<BytePath, long> taken = [];

    /// <param name="from">Where they are.</param>
    /// <param name="to">Where they are to be.</param>
    /// <param name="options">Which are wanted.</param>
    /// <param name="counts">Counts those that are there, and those that were expired there.</param>
    /// <param name="fault">Receives each that cannot be read.</param>
    /// <param name="warn">Receives other trouble.</param>
    /// <exception cref="BackshiftException">Those of the other repository cannot be listed.</exception>
    internal CopyChoice(RepositoryDirectory from, RepositoryDirectory to, CopyOptions options, CopyCounts counts, Action<BackshiftException> fault,
        Action<BackshiftException> warn)
    {
        this.from = from;
        this.to = to;
        this.options = options;
        this.counts = counts;
        this.fault = fault;
        this.warn = warn;
        there = [.. to.Store.List(ObjectType.Saveset).Select(static path => path.Path)];
        expired = new Lazy<HashSet<BytePath>>(() =>
            [.. to.Store.List(ObjectType.Expired).Select(static path => SavesetName.Below(ObjectType.Saveset, path.Path))]);
    }

    /// <summary>The savesets to be copied, in the order in which they were started, with what was said of them.</summary>
    /// <param name="clock">Tells what is the future.</param>
    /// <param name="readListed">Reads names from standard input.</param>
    /// <exception cref="BackshiftException">One that is named is not there.</exception>
    internal List<Saveset> Choose(TimeProvider clock, Func<IReadOnlyList<string>> readListed)
    {
        List<Saveset> chosen = options.Names.Count > 0 ? Named(clock, readListed) : Missing();
        chosen.Sort(static (left, right) =>
        {
            int order = left.Started.CompareTo(right.Started);
            return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
        });
        return chosen;
    }

    /// <summary>The savesets that both have, of which something was said since it was copied, as far as the listings tell; see
    /// <see cref="TagMerge.Matching"/>. To be called after <see cref="Choose"/>.</summary>
    /// <exception cref="BackshiftException">The tags cannot be listed.</exception>
    internal List<ObjectPath> Changed()
    {
        List<(BytePath Place, long Number)> tagged =
        [
            .. TagsFiles.LatestNumbers(from, fault).Where(tags => there.Contains(tags.Key) && listed.Contains(tags.Key))
                .Select(static tags => (tags.Key, tags.Value)),
        ];
        if (tagged.Count == 0)
        {
            return [];
        }

        taken = TagsFiles.LatestNumbers(to, fault);
        return
        [
            .. tagged.Where(tags => taken.GetValueOrDefault(tags.Place) != TagMerge.Matching(tags.Number)).Select(static tags => ObjectPath.Saveset(tags.Place))
                .OrderBy(static path => path.Path.ToString(), StringComparer.Ordinal),
        ];
    }

    /// <summary>Whether the other repository has a saveset of this name.</summary>
    internal bool IsThere(BytePath place) => there.Contains(place);

    /// <summary>Whether only the other repository has a saveset of this name.</summary>
    internal bool IsOnlyThere(BytePath place) =>
        there.Contains(place) && !listed.Contains(place) && from.Store.Exists(ObjectPath.Saveset(place)) == false;

    /// <summary>The number of the tags that a saveset has in the other repository, as far as <see cref="Changed"/> was shown; 0 for none.</summary>
    internal long NumberOf(BytePath place) => taken.GetValueOrDefault(place);

    /// <summary>Whether the other repository has tags of a saveset that it does not have, be it among those that were expired.</summary>
    internal bool HasTagsAlone(BytePath place) => taken.ContainsKey(place) && !there.Contains(place) && !expired.Value.Contains(place);

    /// <summary>Notes a saveset that was published there.</summary>
    internal void Add(Saveset saveset) => there.Add(saveset.Place);

    /// <summary>Whether a saveset was expired in the other repository, and its name is still known there.</summary>
    internal bool IsExpired(Saveset saveset) => expired.Value.Contains(saveset.Place);

    private List<Saveset> Named(TimeProvider clock, Func<IReadOnlyList<string>> readListed)
    {
        List<Saveset> named = NamedSavesets.Find(from, options.Names, readListed, clock, fault);
        listed.UnionWith(named.Select(static saveset => saveset.Place).Where(IsThere));
        counts.Present = named.RemoveAll(saveset => IsThere(saveset.Place));
        return named;
    }

    private List<Saveset> Missing()
    {
        Dictionary<BytePath, string> latest = options.Newer ? Latest() : [];
        List<Saveset> missing = [];
        foreach (ObjectPath path in from.Store.List(ObjectType.Saveset, unlisted: (_, trouble) => fault(trouble)))
        {
            listed.Add(path.Path);
            if (there.Contains(path.Path))
            {
                counts.Present++;
            }
            else if (IsWanted(path.Path, latest) && TryRead(path) is { } saveset && IsWantedAs(saveset, latest))
            {
                missing.Add(saveset);
            }
        }

        if (missing.Count > 0)
        {
            TagsFiles.ApplyTo(from, default, missing, warn);
        }

        return missing;
    }

    /// <summary>Whether a saveset that was renamed is wanted by what became there of the names that it had before.</summary>
    private bool IsWantedAs(Saveset saveset, Dictionary<BytePath, string> latest) =>
        saveset.Renamed is null || FormerNames.Of(saveset).Any(there.Contains) || FormerNames.Of(saveset).All(place => IsWanted(place, latest));

    private bool IsWanted(BytePath path, Dictionary<BytePath, string> latest)
    {
        if (path.Name.Contains((byte)'~') || (latest.TryGetValue(path.Parent, out string? last) && string.CompareOrdinal(SecondOf(path), last) < 0))
        {
            // A checkpoint, or one of which the other repository has later ones.
            return false;
        }

        if (expired.Value.Contains(path))
        {
            counts.Expired++;
            return false;
        }

        return true;
    }

    /// <summary>The second of the latest saveset of each host and subset in the other repository.</summary>
    private Dictionary<BytePath, string> Latest()
    {
        Dictionary<BytePath, string> latest = [];
        foreach (BytePath path in there)
        {
            if (!latest.TryGetValue(path.Parent, out string? last) || string.CompareOrdinal(SecondOf(path), last) > 0)
            {
                latest[path.Parent] = SecondOf(path);
            }
        }

        return latest;
    }

    private static string SecondOf(BytePath path) => Encoding.ASCII.GetString(path.Name[..SecondSize]);

    private Saveset? TryRead(ObjectPath path)
    {
        try
        {
            // It may have been expired since it was listed.
            return Saveset.TryRead(from, path);
        }
        catch (BackshiftException e)
        {
            fault(e is StoreException trouble
                ? new BackshiftException(ExitCode.DataError, $"saveset {from.Root.Join(path.Path)}: {trouble.Reason}", cause: e) : e);
            return null;
        }
    }
}
