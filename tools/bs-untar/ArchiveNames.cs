using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;
using MessagePack;

namespace Backshift.Tools.Untar;

/// <summary>
/// The names of an archive as they come, so that what is written is a tree and every link leads to what tar would link it with. To tar a link is another name
/// of what has the target's name at that moment; in a stream it is one of what has it at the end. Memory is bounded; what does not fit goes to scratch files.
/// </summary>
internal sealed class ArchiveNames : IDisposable
{
    private const int DefaultLimit = 8 << 20;

    // Links that wait for each other go in a circle after this many.
    private const int LongestChain = 1000;

    private readonly NameTable names;
    private readonly LinkNotes notes;

    // A directory in which something lies: so do all above it.
    private byte[] lastParent = [];
    private bool someWait;
    private bool someLost;

    /// <param name="createScratch">Makes files for what does not fit into memory.</param>
    /// <param name="limit">How many bytes of names, and of links, stay there.</param>
    internal ArchiveNames(Func<ScratchSpace> createScratch, int limit = DefaultLimit)
    {
        names = new NameTable(createScratch, limit);
        notes = new LinkNotes(createScratch, limit);
    }

    /// <summary>Takes an entry.</summary>
    /// <param name="entry">With path and target as a stream has them.</param>
    /// <param name="mayWait">Whether a link may wait for its target; if not, it is left out.</param>
    /// <exception cref="UnixException">There is no space for scratch files.</exception>
    internal Placement Add(EntryRecord entry, bool mayWait = true)
    {
        ReadOnlySpan<byte> path = entry.Path.Span;
        if (path.SequenceEqual("."u8))
        {
            return new Placement(PlacementKind.Written);
        }

        int known = KnownParent(path, out string? why);
        if (why is not null)
        {
            return new Placement(PlacementKind.LeftOut, why);
        }

        NameFacts facts = names.Find(path);
        bool wasDirectory = facts.State == NameState.Directory;
        if (wasDirectory && facts.IsUsed && entry.Type != EntryType.Directory)
        {
            return new Placement(PlacementKind.LeftOut, "comes again, not as a directory, while there are entries in it; left out");
        }

        Placement placement = new(PlacementKind.Written);
        NameFacts made;
        uint version = facts.State == NameState.None ? 0 : facts.Version + 1;
        switch (entry.Type)
        {
            case EntryType.Directory:
                made = wasDirectory ? facts : new NameFacts(NameState.Directory, false, version, 0);
                break;
            case EntryType.Link:
                placement = AddLink(entry, facts, mayWait, version, out made);
                break;
            default:
                made = new NameFacts(NameState.Other, false, version, entry.Size ?? 0);
                break;
        }

        if (placement.Kind is PlacementKind.Written or PlacementKind.Waits)
        {
            someLost |= facts is { State: NameState.Other, IsUsed: true };
            MakeParents(path, known);
            names.Set(path, made);
        }

        return placement;
    }

    /// <summary>The size of the file that has a path, which must be the root of a link; from now on it is another.</summary>
    internal long ChangeSize(BytePath root, long size)
    {
        NameFacts facts = names.Find(root.Span);
        if (facts.Note != size)
        {
            names.Set(root.Span, facts with { Note = size });
        }

        return facts.Note;
    }

    /// <summary>The links about which something is to be said or done at the end of the archive.</summary>
    internal IEnumerable<LateLink> Finish()
    {
        if (!someWait && !someLost)
        {
            yield break;
        }

        long end = notes.End;
        for (long at = 0; at < end;)
        {
            LinkNote note = notes.Read(at, out long next);
            NameFacts facts = names.Find(note.Name.Span);
            if (facts.Note == at && facts.State == NameState.AwaitingLink)
            {
                yield return Late(note, facts);
            }
            else if (facts.Note == at && facts.State == NameState.Link && !Has(note.Target, note.Version))
            {
                yield return new LateLink(note.Name, null,
                    $"is a link to \"{Shown.Name(note.Target)}\", which comes again after it: the content that they shared is stored under no name");
            }

            at = next;
        }
    }

    private LateLink Late(LinkNote note, NameFacts facts)
    {
        BytePath target = note.Target;
        NameFacts its = names.Find(target.Span);
        for (int i = 0; i < LongestChain && its.State == NameState.AwaitingLink; i++)
        {
            target = notes.Read(its.Note, out _).Target;
            its = names.Find(target.Span);
        }

        string? why = TryResolve(target, out BytePath root, out uint version, out bool missing);
        if (why is not null || missing)
        {
            return new LateLink(note.Name, null, why ?? $"is a link to \"{Shown.Name(note.Target)}\", which is not in the archive; left out");
        }

        EntryRecord entry = EntryRecord.ReadFrom(new ReadOnlySequence<byte>(note.Entry));
        entry.Target = root.Bytes;
        names.Set(note.Name.Span, facts with { State = NameState.Link, Note = notes.End });
        notes.Add(new LinkNote(note.Name, root, version, []));
        return new LateLink(note.Name, entry, null);
    }

    private Placement AddLink(EntryRecord entry, NameFacts facts, bool mayWait, uint version, out NameFacts made)
    {
        BytePath target = new(entry.Target!);
        made = new NameFacts(NameState.Link, false, version, notes.End);
        string? why = TryResolve(target, out BytePath root, out uint rootVersion, out bool missing);
        if (why is null && missing)
        {
            why = target == entry.Path ? "is a link to itself, and nothing precedes it under this name; left out"
                : mayWait && facts.State is NameState.None or NameState.AwaitingLink ? null
                : $"is a link to \"{Shown.Name(target)}\", which does not precede it; left out";
        }

        if (why is not null)
        {
            return new Placement(PlacementKind.LeftOut, why);
        }

        if (missing)
        {
            ArrayBufferWriter<byte> encoded = new();
            MessagePackWriter writer = new(encoded);
            entry.WriteTo(ref writer);
            writer.Flush();
            made = made with { State = NameState.AwaitingLink };
            notes.Add(new LinkNote(entry.Path, target, 0, encoded.WrittenSpan.ToArray()));
            someWait = true;
            return new Placement(PlacementKind.Waits);
        }

        // tar writes a link to itself, or the same link, for a name that came before.
        if (root == entry.Path
            || (facts.State == NameState.Link && notes.Read(facts.Note, out _) is { } before && before.Target == root && before.Version == rootVersion))
        {
            return new Placement(PlacementKind.Known, Root: root);
        }

        entry.Target = root.Bytes;
        notes.Add(new LinkNote(entry.Path, root, rootVersion, []));
        names.Set(root.Span, names.Find(root.Span) with { IsUsed = true });
        return new Placement(PlacementKind.Written, Root: root);
    }

    /// <summary>Finds what a name stands for now.</summary>
    /// <param name="target">The name.</param>
    /// <param name="root">The path of the entry with the inode.</param>
    /// <param name="version">Which of those that had that path.</param>
    /// <param name="missing">Whether nothing has the name yet.</param>
    /// <returns>Why there is none for ever, or null.</returns>
    private string? TryResolve(BytePath target, out BytePath root, out uint version, out bool missing)
    {
        NameFacts facts = names.Find(target.Span);
        (root, version) = (target, facts.Version);
        missing = facts.State is NameState.None or NameState.AwaitingLink;
        switch (facts.State)
        {
            case NameState.Directory:
                return $"is a link to \"{Shown.Name(target)}\", which is a directory; left out";
            case NameState.Link:
                LinkNote note = notes.Read(facts.Note, out _);
                (root, version) = (note.Target, note.Version);
                return Has(root, version) ? null
                    : $"is a link to \"{Shown.Name(target)}\", a link to an earlier \"{Shown.Name(root)}\" that was replaced; left out";
            default:
                // "." has no place in the table.
                return target.Span.SequenceEqual("."u8) ? "is a link to the top, which is a directory; left out" : null;
        }
    }

    private bool Has(BytePath path, uint version) => names.Find(path.Span) is { State: NameState.Other } facts && facts.Version == version;

    /// <summary>Finds the lowest of the directories above a path that is known, and sees that it is one.</summary>
    /// <returns>Its length; 0 if none is known.</returns>
    private int KnownParent(ReadOnlySpan<byte> path, out string? why)
    {
        why = null;
        for (int end = path.LastIndexOf((byte)'/'); end > 0; end = path[..end].LastIndexOf((byte)'/'))
        {
            ReadOnlySpan<byte> parent = path[..end];
            if (parent.SequenceEqual(lastParent))
            {
                return end;
            }

            NameFacts facts = names.Find(parent);
            if (facts.State == NameState.Directory)
            {
                // Used or not, those above it are.
                return facts.IsUsed ? end : Math.Max(parent.LastIndexOf((byte)'/'), 0);
            }

            if (facts.State != NameState.None)
            {
                why = $"lies below \"{Shown.Name(new BytePath(parent))}\", which is not a directory in the archive; left out";
                return 0;
            }
        }

        return 0;
    }

    /// <summary>Says of the directories above a path that something lies in them.</summary>
    /// <param name="path">The path.</param>
    /// <param name="known">Up to where that is known.</param>
    private void MakeParents(ReadOnlySpan<byte> path, int known)
    {
        int last = path.LastIndexOf((byte)'/');
        for (int end = last; end > known; end = path[..end].LastIndexOf((byte)'/'))
        {
            NameFacts facts = names.Find(path[..end]);
            names.Set(path[..end], facts with { State = NameState.Directory, IsUsed = true });
        }

        if (last > 0 && !path[..last].SequenceEqual(lastParent))
        {
            lastParent = path[..last].ToArray();
        }
    }

    public void Dispose()
    {
        names.Dispose();
        notes.Dispose();
    }
}
