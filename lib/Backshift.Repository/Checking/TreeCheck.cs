using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Packs;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Checking;

/// <summary>
/// Walks the entry trees of savesets. A node that was found sound is not visited again for the next saveset, so that checking a hundred savesets costs
/// little more than one; a node that was not is, because its files have to be named for each.
/// </summary>
internal sealed class TreeCheck
{
    private readonly StoredChunks readable;
    private readonly ChunkReader nodes;
    private readonly CheckCounts counts;
    private readonly Action<string> say;
    private readonly CancellationToken cancel;
    private readonly Dictionary<Digest, Sum> sound = [];
    private string name = "";
    private TreeReader? tree;
    private long problems;

    internal TreeCheck(StoredChunks readable, ChunkReader nodes, CheckCounts counts, Action<string> say, CancellationToken cancel)
    {
        this.readable = readable;
        this.nodes = nodes;
        this.counts = counts;
        this.say = say;
        this.cancel = cancel;
    }

    private readonly record struct Sum(long Entries, long Bytes);

    internal void Check(Saveset saveset)
    {
        name = saveset.Name;
        problems = 0;
        Sum sum = default;
        if (saveset.Root is { } root)
        {
            tree = new TreeReader(nodes, root, saveset.Level);
            sum = Node(root, saveset.Level, null, null);
        }

        counts.Entries += sum.Entries;
        if (problems == 0 && (sum.Entries != saveset.Entries || sum.Bytes != saveset.Bytes))
        {
            Say($"has {sum.Entries} entries and {sum.Bytes} bytes; it says {saveset.Entries} and {saveset.Bytes}");
        }

        Content("its problem records", saveset.ProblemList, size: null);
    }

    private Sum Node(Digest id, int level, BytePath? first, BytePath? end)
    {
        cancel.ThrowIfCancellationRequested();
        if (sound.TryGetValue(id, out Sum known))
        {
            return known;
        }

        long before = problems;
        Sum sum = default;
        try
        {
            sum = level == 0 ? Leaf(id, first, end) : Inner(id, level, first, end);
        }
        catch (BackshiftException e)
        {
            Say($"{Span(first, end)}: {e.Message}");
        }

        if (problems == before)
        {
            sound.Add(id, sum);
        }

        return sum;
    }

    private Sum Inner(Digest id, int level, BytePath? first, BytePath? end)
    {
        Sum sum = default;
        List<(BytePath First, Digest Child)> children = TreeReader.InnerItems(nodes, id, level);
        for (int i = 0; i < children.Count; i++)
        {
            BytePath? next = i + 1 < children.Count ? children[i + 1].First : end;
            if ((i == 0 && first is { } expected && children[0].First != expected) || (next is { } limit && children[i].First.CompareTo(limit) >= 0))
            {
                Say($"{children[i].First}: node {id} is out of order");
            }

            Sum child = Node(children[i].Child, level - 1, children[i].First, next);
            sum = new Sum(sum.Entries + child.Entries, sum.Bytes + child.Bytes);
        }

        return sum;
    }

    private Sum Leaf(Digest id, BytePath? first, BytePath? end)
    {
        Sum sum = default;
        BytePath previous = default;
        foreach (StoredEntry entry in TreeReader.LeafItems(nodes, id))
        {
            if (sum.Entries == 0 ? first is { } expected && entry.Path != expected : entry.Path.CompareTo(previous) <= 0 || (end is { } limit && entry.Path.CompareTo(limit) >= 0))
            {
                Say($"{entry.Path}: is out of order");
            }

            previous = entry.Path;
            long size = entry.Entry.Type == EntryType.File ? entry.Entry.Size ?? 0 : 0;
            sum = new Sum(sum.Entries + 1, sum.Bytes + size);
            Content(entry.Path.ToString(), entry, entry.Entry.Type == EntryType.Unknown ? null : size);
            if (entry.Entry.Type == EntryType.Link && tree!.Find(new BytePath(entry.Entry.Target!)) is not { Entry.Type: not EntryType.Link })
            {
                Say($"{entry.Path}: is a link to {Escaping.Display(entry.Entry.Target)}, which is not there");
            }
        }

        return sum;
    }

    private void Content(string what, StoredEntry entry, long? size)
    {
        long length = 0;
        try
        {
            if (entry.List is { } list)
            {
                length = List(what, list.Id, list.Level).Bytes;
            }

            foreach (ContentPart part in entry.Parts)
            {
                length += part.Size;
                Part(what, part);
            }
        }
        catch (BackshiftException e)
        {
            Say($"{what}: {e.Message}");
            return;
        }

        if (size is { } expected && length != expected)
        {
            Say($"{what}: has {length} bytes of content; it says {expected}");
        }
    }

    private Sum List(string what, Digest id, int level)
    {
        cancel.ThrowIfCancellationRequested();
        if (sound.TryGetValue(id, out Sum known))
        {
            return known;
        }

        long before = problems;
        long length = 0;
        foreach (ContentPart part in TreeReader.ListItems(nodes, id, level))
        {
            length += part.Size;
            if (level == 0)
            {
                Part(what, part);
            }
            else if (part.Digest is not { } child || List(what, child, level - 1).Bytes != part.Size)
            {
                Say($"{what}: list node {id} does not fit what is below it");
            }
        }

        Sum sum = new(0, length);
        if (problems == before)
        {
            sound.Add(id, sum);
        }

        return sum;
    }

    private void Part(string what, ContentPart part)
    {
        if (part.Digest is not { } digest)
        {
            return;
        }

        if (readable.Find(digest) is not { } place)
        {
            Say($"{what}: chunk {digest}{(readable.ReasonAgainst(digest) is { } reason ? $": {reason}" : " is missing")}");
        }
        else if (place.Size != part.Size)
        {
            Say($"{what}: chunk {digest} has {place.Size} bytes, not {part.Size}");
        }
    }

    private static string Span(BytePath? first, BytePath? end) =>
        first is null ? "all entries" : end is null ? $"entries from {first}" : $"entries from {first} up to {end}";

    private void Say(string damage)
    {
        problems++;
        say($"{name}: {damage}");
    }
}
