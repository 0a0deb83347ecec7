using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Packs;
using Backshift.Repository.Reading;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Checking;

/// <summary>
/// Walks the entry trees of savesets. A node that was found sound is not visited again for the next saveset, so that checking a hundred savesets costs
/// little more than one; a node that was not is, because its files have to be named for each. What is known of a sound node takes some 80 bytes.
/// </summary>
/// <remarks>
/// Nodes are read by the code of the readers, so that what ends a reader is noticed here. A node is remembered as what it was found sound as: a list is no leaf, and a
/// leaf between other paths may be out of order.
/// </remarks>
internal sealed class TreeCheck
{
    private readonly StoredChunks readable;
    private readonly ChunkReader nodes;
    private readonly CheckCounts counts;
    private readonly Action<string> say;
    private readonly CancellationToken cancel;
    private readonly Dictionary<Digest, Sum> sound = [];

    // Damaged list nodes of one file: each is named for it once, however many ways lead there.
    private readonly Dictionary<Digest, Sum> damaged = [];
    private readonly ArrayBufferWriter<byte> scratch = new();
    private string name = "";
    private TreeCursor? tree;
    private long problems;
    private long passed;

    internal TreeCheck(StoredChunks readable, ChunkReader nodes, CheckCounts counts, Action<string> say, CancellationToken cancel)
    {
        this.readable = readable;
        this.nodes = nodes;
        this.counts = counts;
        this.say = say;
        this.cancel = cancel;
    }

    /// <summary>Says what is no damage.</summary>
    internal Action<string>? Note { get; init; }

    /// <summary>What lies below a sound node.</summary>
    /// <param name="Entries">How many entries, or problem records.</param>
    /// <param name="Bytes">Their sizes, or the length of a list, added up.</param>
    /// <param name="HasFarLinks">Whether there are links to entries of other leaves: whether these are there is another question for each saveset.</param>
    /// <param name="Holes">Of a list: whether it begins and ends with a hole.</param>
    private readonly record struct Sum(long Entries, long Bytes, bool HasFarLinks, Edges Holes);

    [Flags]
    private enum Edges : byte
    {
        None = 0,
        First = 1,
        Last = 2,
    }

    internal void Check(Saveset saveset)
    {
        name = saveset.Name;
        problems = 0;
        Sum sum = default;
        if (saveset.Root is { } root)
        {
            tree = new TreeCursor(nodes, root, saveset.Level);
            sum = Node(root, saveset.Level, null, null);
        }

        counts.Entries += sum.Entries;
        if (problems == 0 && (sum.Entries != saveset.Entries || sum.Bytes != saveset.Bytes))
        {
            Say($"has {sum.Entries} entries and {sum.Bytes} bytes; it says {saveset.Entries} and {saveset.Bytes}");
        }

        Problems(saveset);
    }

    /// <summary>Reads the problem records: they are few, and only so is it known that they are what they should be.</summary>
    private void Problems(Saveset saveset)
    {
        long before = problems;
        Sum sum = Content("its problem records", saveset.ProblemList, isProblems: true);

        // A checkpoint counts more of them than it can hold.
        if (problems == before && sum.Entries != saveset.Problems && (saveset.Checkpoint == 0 || sum.Entries > 0))
        {
            Say($"has {sum.Entries} problem records; it says {saveset.Problems}");
        }
    }

    /// <summary>The problem records in a chunk.</summary>
    private long ProblemsIn(ContentPart part)
    {
        if (part.Digest is not { } digest)
        {
            throw new BackshiftException(ExitCode.DataError, "has a hole");
        }

        Digest key = KeyOf(digest, "problems"u8, 0, null, null);
        if (sound.TryGetValue(key, out Sum known))
        {
            return known.Entries;
        }

        long count = SavesetProblems.ReadChunk(nodes, part).Count();
        sound[key] = new Sum(count, part.Size, false, default);
        return count;
    }

    private Sum Node(Digest id, int level, BytePath? first, BytePath? end)
    {
        cancel.ThrowIfCancellationRequested();
        Digest key = KeyOf(id, "tree"u8, level, first, end);
        if (sound.TryGetValue(key, out Sum known) && !known.HasFarLinks)
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
            sound[key] = sum;
        }

        return sum;
    }

    private Sum Inner(Digest id, int level, BytePath? first, BytePath? end)
    {
        Sum sum = default;
        List<(BytePath First, Digest Child)> children = TreeReader.InnerItems(nodes, id, level, first, end);
        for (int i = 0; i < children.Count; i++)
        {
            Sum child = Node(children[i].Child, level - 1, children[i].First, i + 1 < children.Count ? children[i + 1].First : end);
            sum = new Sum(Add(sum.Entries, child.Entries), Add(sum.Bytes, child.Bytes), sum.HasFarLinks | child.HasFarLinks, default);
        }

        return sum;
    }

    private Sum Leaf(Digest id, BytePath? first, BytePath? end)
    {
        Sum sum = default;
        PlaceRule places = new();
        foreach (StoredEntry entry in TreeReader.LeafItems(nodes, id, first, end))
        {
            string shown = entry.Path.ToString();
            if (!places.Admits(entry.Path.Span, entry.Entry.Type))
            {
                Say($"{shown}: lies below {Escaping.Display(places.Last)}, which is not a directory");
            }

            if (entry.Entry.Type == EntryType.Unknown)
            {
                // Once, in the first saveset that has it: the node is sound.
                counts.Unknown++;
                Note?.Invoke($"{name}: {shown}: has the type \"{Escaping.Display(entry.Entry.TypeName)}\", which this version does not know; a later one restores it");
            }

            if (EntryRules.FaultOf(entry.Entry) is { } fault)
            {
                Say($"{shown}: {fault}");
            }

            long size = entry.Entry.Type == EntryType.File ? entry.Entry.Size ?? 0 : 0;
            sum = new Sum(sum.Entries + 1, Add(sum.Bytes, size), sum.HasFarLinks, default);
            long before = problems;
            long length = Content(shown, entry, isProblems: false).Bytes;
            if (problems == before && length != size && entry.Entry.Type != EntryType.Unknown)
            {
                Say($"{shown}: has {length} bytes of content; its entry says {size}");
            }

            if (entry.Entry.Type == EntryType.Link)
            {
                BytePath target = new(entry.Entry.Target!);
                bool isNear = (first is not { } from || target.CompareTo(from) >= 0) && (end is not { } to || target.CompareTo(to) < 0);
                sum = sum with { HasFarLinks = sum.HasFarLinks || !isNear };
                Link(shown, target);
            }
        }

        // What lies below an entry follows it at once; so the first of it is what the next leaf begins with.
        if (end is { } next && places.IsBelow(next.Span))
        {
            Say($"{next}: lies below {Escaping.Display(places.Last)}, which is not a directory");
        }

        return sum;
    }

    private void Link(string what, BytePath target)
    {
        EntryType? found;
        try
        {
            found = tree!.Find(target)?.Entry.Type;
        }
        catch (BackshiftException e)
        {
            Say($"{what}: is a link to {target}, which cannot be read: {e.Message}");
            return;
        }

        if (found is null or EntryType.Link or EntryType.Directory)
        {
            string why = found switch { null => "is not there", EntryType.Link => "is a link itself", _ => "is a directory" };
            Say($"{what}: is a link to {target}, which {why}");
        }
    }

    private Sum Content(string what, StoredEntry entry, bool isProblems)
    {
        Sum sum = default;
        damaged.Clear();
        try
        {
            if (entry.List is { } list)
            {
                sum = List(what, list.Id, list.Level, isProblems);
            }

            for (int i = 0; i < entry.Parts.Count; i++)
            {
                sum = Join(sum, Part(what, entry.Parts[i], isProblems), i == 0);
            }
        }
        catch (BackshiftException e)
        {
            Say($"{what}: {e.Message}");
        }

        return sum;
    }

    private Sum List(string what, Digest id, int level, bool isProblems)
    {
        cancel.ThrowIfCancellationRequested();
        Digest key = KeyOf(id, isProblems ? "list of problems"u8 : "list"u8, level, null, null);
        if (sound.TryGetValue(key, out Sum known))
        {
            return known;
        }

        if (damaged.TryGetValue(key, out known))
        {
            passed++;
            return known;
        }

        (long Problems, long Passed) before = (problems, passed);
        Sum sum = default;
        List<ContentPart> parts = TreeReader.ListItems(nodes, id, level);
        for (int i = 0; i < parts.Count; i++)
        {
            Sum below = level == 0 ? Part(what, parts[i], isProblems) : List(what, parts[i].Digest!.Value, level - 1, isProblems);
            if (below.Bytes != parts[i].Size)
            {
                Say($"{what}: list node {id} does not match its children");
            }

            sum = Join(sum, below, i == 0);
        }

        // What has a damaged node below it is not sound, although that was said before.
        (before == (problems, passed) ? sound : damaged)[key] = sum;
        return sum;
    }

    private static Sum Join(Sum left, Sum right, bool isFirst)
    {
        if (isFirst)
        {
            return right;
        }

        return left.Holes.HasFlag(Edges.Last) && right.Holes.HasFlag(Edges.First)
            ? throw new BackshiftException(ExitCode.DataError, "has two holes that touch")
            : new Sum(Add(left.Entries, right.Entries), Add(left.Bytes, right.Bytes), false, (left.Holes & Edges.First) | (right.Holes & Edges.Last));
    }

    private static long Add(long left, long right) =>
        right <= long.MaxValue - left ? left + right : throw new BackshiftException(ExitCode.DataError, "lengths add up to more than 2^63 - 1 bytes");

    /// <summary>Names a node as what it is checked as.</summary>
    private Digest KeyOf(Digest id, ReadOnlySpan<byte> kind, int level, BytePath? first, BytePath? end)
    {
        scratch.ResetWrittenCount();
        id.CopyTo(scratch.GetSpan(Digest.Size));
        scratch.Advance(Digest.Size);
        scratch.Write(kind);
        scratch.Write((ReadOnlySpan<byte>)[(byte)level, first is null ? (byte)0 : (byte)1, end is null ? (byte)0 : (byte)1]);
        scratch.Write(first is { } from ? from.Span : default);

        // No path has a NUL in it.
        scratch.Write("\0"u8);
        scratch.Write(end is { } to ? to.Span : default);
        return Digest.Of(scratch.WrittenSpan);
    }

    private Sum Part(string what, ContentPart part, bool isProblems)
    {
        long before = problems;
        CheckChunk(what, part);
        return new Sum(isProblems && problems == before ? ProblemsIn(part) : 0, part.Size, false, part.Digest is null ? Edges.First | Edges.Last : Edges.None);
    }

    private void CheckChunk(string what, ContentPart part)
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
