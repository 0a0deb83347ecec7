using System.Diagnostics.CodeAnalysis;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Links;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Restore;

/// <summary>
/// The entries of a saveset that are to be restored, in order, with links put right. They are read ahead of the restore; damage to the tree ends them, and
/// damage to the list of one file's chunks does not.
/// </summary>
internal sealed class SavesetEntries : IDisposable
{
    private readonly RepositoryReader reader;
    private readonly Saveset saveset;
    private readonly PathSelection selection;
    private readonly RestoreReport report;
    private readonly LinkNames links;
    private readonly IEnumerator<StoredEntry> entries;

    /// <param name="reader">Reads the saveset; not closed.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="selection">What of it.</param>
    /// <param name="report">Where what is left out is reported.</param>
    internal SavesetEntries(RepositoryReader reader, Saveset saveset, PathSelection selection, RestoreReport report)
    {
        this.reader = reader;
        this.saveset = saveset;
        this.selection = selection;
        this.report = report;
        links = new LinkNames(reader.Cursor(saveset), saveset.Entries, path => selection.Contains(path.Span),
            () => SelectedEntries.Read(reader, saveset, selection));
        entries = Resolve().GetEnumerator();
    }

    /// <summary>What ended the entries before their end, or null.</summary>
    internal BackshiftException? Damage { get; private set; }

    /// <summary>The entries that have not been given yet.</summary>
    internal IEnumerable<StoredEntry> Rest()
    {
        while (TryMove(out StoredEntry? entry))
        {
            yield return entry;
        }
    }

    public void Dispose()
    {
        entries.Dispose();
        links.Dispose();
    }

    private bool TryMove([NotNullWhen(true)] out StoredEntry? entry)
    {
        try
        {
            entry = entries.MoveNext() ? entries.Current : null;
        }
        catch (BackshiftException e)
        {
            Damage = e;
            entry = null;
        }

        return entry is not null;
    }

    private IEnumerable<StoredEntry> Resolve()
    {
        PlaceRule places = new();
        foreach (StoredEntry entry in SelectedEntries.Read(reader, saveset, selection))
        {
            if (!places.Admits(entry.Path.Span, entry.Entry.Type))
            {
                report.Problem($"{entry.Path}: lies below {Escaping.Display(places.Last)}, which is not a directory; left out");
            }
            else if (links.Resolve(entry) is { } resolved)
            {
                yield return resolved;
            }
            else
            {
                report.Problem($"{entry.Path}: is a link to {Escaping.Display(entry.Entry.Target)}, which is not in {saveset.Name}; left out");
            }
        }
    }
}
