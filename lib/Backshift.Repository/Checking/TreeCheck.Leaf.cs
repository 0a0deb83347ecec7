using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Findings;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Checking;

/// <content>Leaves and their entries.</content>
internal sealed partial class TreeCheck
{
    private Sum Leaf(Digest id, BytePath? first, BytePath? end)
    {
        Sum sum = default;
        PlaceRule places = new();
        LeafSteps steps = new(NodeReader.Read(nodes, id, "leaf", 0), first, end);
        while (steps.TryNext(out ReadOnlyMemory<byte> encoded))
        {
            if (changes != finder.Changes)
            {
                // Something may be missing now that was there before.
                changes = finder.Changes;
                soundEntries.Clear();
            }

            ulong hash = soundEntries.HashOf(encoded.Span);
            if (soundEntries.TryFind(hash, out SoundEntries.Known known))
            {
                ReadOnlyMemory<byte> path = known.PathIn(encoded);
                steps.Arrive(path);
                Place(places, path.Span, known.EntryType);
                sum = new Sum(sum.Entries + 1, Add(sum.Bytes, known.Size), sum.HasFarLinks, default);
                continue;
            }

            long before = problems;
            StoredEntry entry = steps.Read(encoded);
            steps.Arrive(entry.Path.Bytes);
            Place(places, entry.Path.Span, entry.Entry.Type);
            long size = Entry(entry);
            sum = new Sum(sum.Entries + 1, Add(sum.Bytes, size), sum.HasFarLinks, default);
            if (entry.Entry.Type == EntryType.Link)
            {
                BytePath target = new(entry.Entry.Target!);
                bool isNear = (first is not { } from || target.CompareTo(from) >= 0) && (end is not { } to || target.CompareTo(to) < 0);
                sum = sum with { HasFarLinks = sum.HasFarLinks || !isNear };
                Link(new Subject(entry.Path), target);
            }
            else if (problems == before && withContents && entry.Entry.Type != EntryType.Unknown)
            {
                soundEntries.Add(hash, encoded.Span, entry.Entry, size);
            }
        }

        // What lies below an entry follows it at once; so the first of it is what the next leaf begins with.
        if (end is { } next && places.IsBelow(next.Span))
        {
            Say(FindingKind.PlaceBelowNoDirectory, new Subject(next), $"lies below {Escaping.Display(places.Last)}, which is not a directory");
        }

        return sum;
    }

    private void Place(PlaceRule places, ReadOnlySpan<byte> path, EntryType type)
    {
        if (!places.Admits(path, type))
        {
            Say(FindingKind.PlaceBelowNoDirectory, new Subject(new BytePath(path)), $"lies below {Escaping.Display(places.Last)}, which is not a directory");
        }
    }

    /// <summary>Checks an entry by itself, and its content.</summary>
    /// <returns>What it adds to the bytes of the saveset.</returns>
    private long Entry(StoredEntry entry)
    {
        Subject subject = new(entry.Path);
        if (entry.Entry.Type == EntryType.Unknown)
        {
            // Once, in the first saveset that has it: the node is sound.
            counts.Unknown++;
            string type = Escaping.Display(entry.Entry.TypeName);
            Say(FindingKind.TypeUnknown, subject, $"has the type \"{type}\", which this version does not know; a later one restores it");
        }

        if (EntryRules.FaultOf(entry.Entry) is { } fault)
        {
            Say(FindingKind.EntryUnusable, subject, fault);
        }

        long size = entry.Entry.Type == EntryType.File ? entry.Entry.Size ?? 0 : 0;
        long before = problems;
        long length = withContents ? Content(subject, entry, isProblems: false).Bytes : size;
        if (problems == before && length != size && entry.Entry.Type != EntryType.Unknown)
        {
            Say(FindingKind.ContentLength, subject, $"has {length} bytes of content; its entry says {size}");
        }

        return size;
    }

    private void Link(Subject what, BytePath target)
    {
        EntryType? found;
        try
        {
            found = tree!.Find(target)?.Entry.Type;
        }
        catch (BackshiftException e)
        {
            Say(FindingKind.LinkBroken, what, $"is a link to {target}, which cannot be read: {e.Message}");
            return;
        }

        if (found is null or EntryType.Link or EntryType.Directory)
        {
            string why = found switch { null => "is not there", EntryType.Link => "is a link itself", _ => "is a directory" };
            Say(FindingKind.LinkBroken, what, $"is a link to {target}, which {why}");
        }
    }
}
