namespace Backshift.Fuzz.Streams;

/// <summary>
/// Holds what a saveset gives back against the stream that it was made of: the last of equal paths, links that lead to the same inodes, content and keys as
/// they came. What is not there must be named by a problem.
/// </summary>
internal sealed class StreamComparison
{
    private readonly StreamContents given;
    private readonly StreamContents found;
    private readonly ChunkBook book;
    private readonly bool complete;
    private readonly Dictionary<string, List<StreamEntry>> byPath;
    private readonly Dictionary<string, StreamEntry> foundByPath = new(StringComparer.Ordinal);
    private readonly HashSet<string> named;
    private readonly HashSet<string> linked;

    private StreamComparison(StreamContents given, StreamContents found, ChunkBook book, bool complete)
    {
        this.given = given;
        this.found = found;
        this.book = book;
        this.complete = complete;
        byPath = given.Entries.GroupBy(static entry => entry.Path, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.ToList(), StringComparer.Ordinal);
        linked = [.. given.Entries.Where(static entry => entry.IsLink).SelectMany(static entry => (string[])[entry.Path, entry.Target])];
        named = [.. found.Problems.Select(static problem => problem.Path)];
    }

    /// <summary>What is not as it should be; nothing if all is.</summary>
    /// <param name="given">The stream that was stored.</param>
    /// <param name="found">The stream that was read of it.</param>
    /// <param name="book">All chunks.</param>
    /// <param name="complete">Whether the saveset is complete: of an incomplete one, entries may be missing.</param>
    internal static List<string> Faults(StreamContents given, StreamContents found, ChunkBook book, bool complete) =>
        [.. new StreamComparison(given, found, book, complete).Find().Take(5)];

    private IEnumerable<string> Find()
    {
        foreach (StreamEntry entry in found.Entries)
        {
            if (!foundByPath.TryAdd(entry.Path, entry))
            {
                yield return $"{Shown(entry.Path)} comes twice";
            }
        }

        foreach (StreamEntry entry in found.Entries)
        {
            if (Fault(entry) is { } fault)
            {
                yield return $"{Shown(entry.Path)}: {fault}";
            }
        }

        if (complete)
        {
            foreach (string path in byPath.Keys.Where(path => !foundByPath.ContainsKey(path) && !named.Contains(path)))
            {
                yield return $"{Shown(path)}: is a {Shown(byPath[path][^1].Type)} and missing, and no problem names it";
            }

            foreach (StreamProblem problem in given.Problems.Where(problem =>
                !problem.Marks && !found.Problems.Exists(other => other.Path == problem.Path && other.Text == problem.Text)))
            {
                yield return $"{Shown(problem.Path)}: the problem \"{Shown(problem.Text)}\" is lost";
            }

            foreach (string path in LostStreams())
            {
                yield return $"{Shown(path)}: has a fork, and no problem says that it is lost";
            }
        }
    }

    private IEnumerable<string> LostStreams() =>
        byPath.Where(pair => pair.Value[^1].HasStreams && foundByPath.TryGetValue(pair.Key, out StreamEntry? entry) && !named.Contains(pair.Key)
            && !(Resolve(entry, path => foundByPath.GetValueOrDefault(path)) is { } real && named.Contains(real.Path))).Select(static pair => pair.Key);

    private string? Fault(StreamEntry entry)
    {
        if (!byPath.ContainsKey(entry.Path))
        {
            return "was never given";
        }

        StreamEntry? real = Resolve(entry, path => foundByPath.GetValueOrDefault(path));
        if (real is null)
        {
            return $"is a link that leads nowhere, by way of {Shown(entry.Target)}";
        }

        string? fault = "no entry of the stream can be it";
        foreach (StreamEntry candidate in Candidates(entry.Path))
        {
            StreamEntry? inode = Resolve(candidate, path => byPath.GetValueOrDefault(path)?[^1]);
            fault = inode is null ? $"is a link to {Shown(candidate.Target)}, which leads nowhere" : Difference(entry, real, candidate, inode);
            if (fault is null)
            {
                return null;
            }
        }

        // Which entries a link led to where the stream stopped is not known here.
        return (complete || !linked.Contains(entry.Path)) && !LeadsOverNamed(byPath[entry.Path][^1]) ? fault : null;
    }

    /// <summary>Whether a link leads over an entry of which a problem tells: then an earlier one of that path may be what it leads to.</summary>
    private bool LeadsOverNamed(StreamEntry entry)
    {
        for (int i = 0; entry.IsLink && i < byPath.Count; i++)
        {
            if (named.Contains(entry.Target))
            {
                return true;
            }

            if (!byPath.TryGetValue(entry.Target, out List<StreamEntry>? next))
            {
                return false;
            }

            entry = next[^1];
        }

        return false;
    }

    /// <summary>The entries that a path may stand for: the last that came, or any where a problem says that something happened to it.</summary>
    private IEnumerable<StreamEntry> Candidates(string path)
    {
        List<StreamEntry> all = byPath[path];
        return complete && !named.Contains(path) && !named.Contains(all[^1].Target) ? [all[^1]] : all.AsEnumerable().Reverse();
    }

    private string? Difference(StreamEntry entry, StreamEntry real, StreamEntry candidate, StreamEntry inode)
    {
        foreach (StreamEntry possible in complete && !named.Contains(inode.Path) ? [inode] : byPath[inode.Path].AsEnumerable().Reverse())
        {
            if (possible.Inode == real.Inode && possible.Content(book) == real.Content(book))
            {
                inode = possible;
                break;
            }
        }

        string? wanted = inode.Content(book);
        if (wanted is null || wanted != real.Content(book))
        {
            return $"has the content {real.Content(book)}, and should have {wanted}";
        }

        if (inode.Inode != real.Inode)
        {
            return $"is {Shown(real.Inode)}, and should be {Shown(inode.Inode)}";
        }

        if (entry.IsLink && entry.Repeated != candidate.Repeated)
        {
            return $"repeats {Shown(entry.Repeated)}, and should {Shown(candidate.Repeated)}";
        }

        if (entry.Unknown != candidate.Unknown && !(candidate.Unknown.Length == 0 && entry.Unknown == inode.Unknown))
        {
            return $"has the further keys {Shown(entry.Unknown)}, and should have {Shown(candidate.Unknown)}";
        }

        // Where several problems mark an entry the first is kept.
        return !entry.IsLink && entry.Type == "file" && inode.Marks.Count > 0 && real.Marks.Count == 0 ? $"has lost its problem {Shown(inode.Marks[0])}" : null;
    }

    private static StreamEntry? Resolve(StreamEntry? entry, Func<string, StreamEntry?> at)
    {
        StreamEntry? first = entry;
        for (int i = 0; entry is { IsLink: true }; i++)
        {
            entry = at(entry.Target);
            if (i > 1000)
            {
                return null;
            }
        }

        return entry is null || (entry.Type == "dir" && !ReferenceEquals(entry, first)) ? null : entry;
    }

    /// <summary>Text that may stand on a line.</summary>
    internal static string Shown(string text)
    {
        string safe = string.Concat(text.Select(static c => c is >= ' ' and < '\u007f' ? c.ToString() : $"\\x{(int)c:x2}"));
        return safe.Length > 240 ? $"{safe[..100]}...({safe.Length})...{safe[^100..]}" : safe;
    }
}
