using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Since;

/// <summary>A base: an earlier saveset, in which files are looked up.</summary>
internal sealed class BaseSaveset
{
    private readonly RepositoryReader repository;
    private readonly Saveset saveset;
    private readonly TreeCursor? cursor;
    private readonly Action<string> warn;
    private bool damaged;

    /// <param name="repository">Where it is; not closed with the base.</param>
    /// <param name="saveset">The saveset.</param>
    /// <param name="warn">Called once if a part of it cannot be read.</param>
    internal BaseSaveset(RepositoryReader repository, Saveset saveset, Action<string> warn)
    {
        this.repository = repository;
        this.saveset = saveset;
        this.warn = warn;
        cursor = repository.Cursor(saveset);
    }

    internal UnixTime Started => saveset.Started;

    /// <inheritdoc cref="TreeCursor.LeavesRead"/>
    internal long LeavesRead => cursor?.LeavesRead ?? 0;

    /// <summary>The entry with this path, or of the file that it is a link of, with what tells its version and content; null if there is none, or none that can
    /// be read.</summary>
    internal StoredEntry? Find(ReadOnlySpan<byte> path)
    {
        try
        {
            // The content lies under the first name in the order of a tree, which need not be the first that came.
            StoredEntry? found = cursor?.FindVersion(path);
            return found is { Entry.Type: EntryType.Link } ? cursor!.FindVersion(found.Entry.Target) : found;
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            Report(e);
            return null;
        }
    }

    /// <summary>
    /// Whether the repository still has all the content of an entry. A list is read for it, node by node, and read again by a caller that needs the parts.
    /// </summary>
    internal bool HasContentOf(StoredEntry entry)
    {
        long rest = entry.Entry.Size ?? 0;
        try
        {
            foreach (ContentPart part in repository.Parts(entry))
            {
                if (part.Size > rest || (part.Digest is { } digest && !repository.Contains(digest, part.Size)))
                {
                    return false;
                }

                rest -= part.Size;
            }
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            Report(e);
            return false;
        }

        return rest == 0;
    }

    /// <summary>The chunks of an entry, all of them still there; null if there are none, or more than an entry of a stream may name, or holes among
    /// them.</summary>
    internal IReadOnlyList<EarlierChunk>? ChunksOf(StoredEntry entry)
    {
        if (entry.List is not null || entry.Parts.Count is 0 or > StreamLimits.Earlier)
        {
            return null;
        }

        EarlierChunk[] chunks = new EarlierChunk[entry.Parts.Count];
        for (int i = 0; i < chunks.Length; i++)
        {
            ContentPart part = entry.Parts[i];
            if (part.Digest is not { } digest || !repository.Contains(digest, part.Size))
            {
                return null;
            }

            chunks[i] = new EarlierChunk(digest, (int)part.Size);
        }

        return chunks;
    }

    private void Report(BackshiftException damage)
    {
        if (!damaged)
        {
            damaged = true;
            warn($"base {saveset.Name}: {damage.Message}; files that cannot be looked up in it are read");
        }
    }
}
