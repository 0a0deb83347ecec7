using Backshift.Posix;

namespace Backshift.Repository.Searching;

/// <summary>Makes versions of what savesets had at one path, told in their order: which came with which, and when each went.</summary>
internal sealed class VersionHistory
{
    private readonly BytePath path;
    private readonly SearchedSavesets savesets;
    private readonly List<(int First, FoundVersion Version)> found = [];
    private Span? standing;
    private Span? passing;

    /// <param name="path">The path.</param>
    /// <param name="savesets">The savesets of one host and subset.</param>
    internal VersionHistory(BytePath path, SearchedSavesets savesets)
    {
        this.path = path;
        this.savesets = savesets;
    }

    /// <summary>Takes what a saveset has there where that differs from what the one it was compared with has.</summary>
    /// <param name="number">The saveset.</param>
    /// <param name="version">The version; null if it has none.</param>
    internal void Add(int number, SeenVersion? version)
    {
        if (!savesets.IsWhole(number))
        {
            // A file that an incomplete saveset does not have may be there all the same.
            if (version is { } seen && standing?.Version.Identity != seen.Identity)
            {
                AddPassing(number, seen);
            }

            return;
        }

        if (version is { } same && standing?.Version.Identity == same.Identity)
        {
            return;
        }

        if (standing is { } before)
        {
            Write(before with { Last = savesets.WholeBefore(number) }, version is null ? VersionEnd.Gone : VersionEnd.Changed);
        }

        standing = null;
        if (version is { } next)
        {
            int first = passing?.Version.Identity == next.Identity ? passing.First : number;
            passing = first == number ? passing : null;
            standing = new Span(next, first, number);
        }

        WritePassing();
    }

    /// <summary>The versions, oldest first.</summary>
    internal IReadOnlyList<FoundVersion> Finish()
    {
        WritePassing();
        if (standing is { } last)
        {
            Write(last with { Last = savesets.LastWhole }, VersionEnd.Stays);
        }

        return [.. found.OrderBy(static one => one.First).Select(static one => one.Version)];
    }

    private void AddPassing(int number, SeenVersion version)
    {
        if (passing is { } before && before.Version.Identity == version.Identity)
        {
            passing = before with { Last = number };
            return;
        }

        WritePassing();
        passing = new Span(version, number, number);
    }

    /// <summary>Writes a version that only savesets have of which not everything is known.</summary>
    private void WritePassing()
    {
        if (passing is { } seen)
        {
            passing = null;
            Write(seen, savesets.LastWhole < seen.Last ? VersionEnd.Stays : standing is null ? VersionEnd.Gone : VersionEnd.Changed);
        }
    }

    private void Write(Span span, VersionEnd end)
    {
        SeenVersion version = span.Version;
        found.Add((span.First, new FoundVersion(path, version.Type, version.Size, version.Mtime, savesets[span.First], savesets[span.Last], end)));
    }

    private sealed record Span(SeenVersion Version, int First, int Last);
}
