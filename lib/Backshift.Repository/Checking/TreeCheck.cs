using System.Buffers;
using System.Runtime.InteropServices;
using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Findings;
using Backshift.Repository.Marking;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Checking;

/// <summary>
/// Walks the entry trees of savesets. A node that was found sound is not visited again for the next saveset, so that checking a hundred savesets costs little
/// more than one; a node that was not is, because its files have to be named for each. The result for a sound node takes 24 bytes, kept by the slot of its
/// pack.
/// </summary>
/// <remarks>
/// Nodes are read by the code of the readers, so that what ends a reader is noticed here. A node is remembered as what it was found sound as: a list is not a
/// leaf, and a leaf between other paths may be out of order. That role is kept as a keyed hash, and only the last one: a node that savesets use between
/// different paths by turns is read again each time.
/// </remarks>
internal sealed partial class TreeCheck
{
    private readonly ChunkFinder finder;
    private readonly StoredChunks readable;
    private readonly ChunkReader nodes;
    private readonly CheckCounts counts;
    private readonly Action<Finding> report;
    private readonly CancellationToken cancel;
    private readonly SlotTable<SoundNode> sound = new();
    private readonly SoundEntries soundEntries = new();

    // Damaged list nodes of one file: each is named for it once, however many ways lead there.
    private readonly Dictionary<(Digest Id, int Level), Sum> damaged = [];
    private readonly ArrayBufferWriter<byte> scratch = new();
    private readonly ulong[] secret = NewSecret();
    private Saveset? saveset;
    private TreeCursor? tree;
    private bool withContents;
    private long problems;
    private long passed;
    private long changes;

    internal TreeCheck(ChunkFinder finder, StoredChunks readable, ChunkReader nodes, CheckCounts counts, Action<Finding> report, CancellationToken cancel)
    {
        this.finder = finder;
        this.readable = readable;
        this.nodes = nodes;
        this.counts = counts;
        this.report = report;
        this.cancel = cancel;
    }

    /// <summary>What lies below a sound node.</summary>
    /// <param name="Entries">How many entries, or problem records.</param>
    /// <param name="Bytes">Their sizes, or the length of a list, added up.</param>
    /// <param name="HasFarLinks">Whether there are links to entries of other leaves: whether these are there is another question for each saveset.</param>
    /// <param name="Holes">Of a list: whether it begins and ends with a hole.</param>
    private readonly record struct Sum(long Entries, long Bytes, bool HasFarLinks, Edges Holes);

    /// <summary>The subject of a finding: an entry, or words for a part of the saveset.</summary>
    private readonly record struct Subject(BytePath Path, string? Part = null);

    [Flags]
    private enum Edges : byte
    {
        None = 0,
        First = 1,
        Last = 2,
    }

    // The flags of a SoundNode: Edges, and this.
    private const byte FarLinks = 4;

    internal void Check(Saveset saveset)
    {
        this.saveset = saveset;
        problems = 0;
        withContents = saveset.DataExpired is null;
        Sum sum = default;
        if (saveset.Root is { } root)
        {
            tree = new TreeCursor(nodes, root, saveset.Level);
            sum = Node(root, saveset.Level, null, null);
        }

        counts.Entries += sum.Entries;
        if (problems == 0 && (sum.Entries != saveset.Entries || sum.Bytes != saveset.Bytes))
        {
            Say(FindingKind.SavesetCounts, default, $"has {sum.Entries} entries and {sum.Bytes} bytes; it says {saveset.Entries} and {saveset.Bytes}");
        }

        Problems(saveset);
    }

    /// <summary>Reads the problem records: they are few, and only reading shows that they are what they should be.</summary>
    private void Problems(Saveset saveset)
    {
        long before = problems;
        Sum sum = Content(new Subject(default, "its problem records"), saveset.ProblemList, isProblems: true);

        // A checkpoint counts more of them than it can hold.
        if (problems == before && sum.Entries != saveset.Problems && (saveset.Checkpoint == 0 || sum.Entries > 0))
        {
            Say(FindingKind.SavesetCounts, default, $"has {sum.Entries} problem records; it says {saveset.Problems}");
        }
    }

    /// <summary>The problem records in a chunk.</summary>
    private long ProblemsIn(ContentPart part)
    {
        if (part.Digest is not { } digest)
        {
            throw new BackshiftException(ExitCode.DataError, "has a hole");
        }

        ulong hash = HashOf("problems"u8, 0, null, null);
        if (Known(digest, hash) is { } known)
        {
            return known.Entries;
        }

        long count = SavesetProblems.ReadChunk(nodes, part).Count();
        Remember(digest, hash, new Sum(count, part.Size, false, default));
        return count;
    }

    private Sum Node(Digest id, int level, BytePath? first, BytePath? end)
    {
        cancel.ThrowIfCancellationRequested();
        ulong whole = HashOf("tree"u8, level, first, end);
        ulong hash = withContents ? whole : HashOf("tree without contents"u8, level, first, end);
        if ((Known(id, whole) ?? (withContents ? null : Known(id, hash))) is { HasFarLinks: false } known)
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
            Say(FindingKind.NodeUnreadable, new Subject(first ?? default, Span(first, end)), e.Message, id);
        }

        if (problems == before)
        {
            Remember(id, hash, sum);
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

    private Sum Content(Subject what, StoredEntry entry, bool isProblems)
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
            Say(FindingKind.ContentUnreadable, what, e.Message);
        }

        return sum;
    }

    private Sum List(Subject what, Digest id, int level, bool isProblems)
    {
        cancel.ThrowIfCancellationRequested();
        ulong hash = HashOf(isProblems ? "list of problems"u8 : "list"u8, level, null, null);
        if (Known(id, hash) is { } known)
        {
            return known;
        }

        if (damaged.TryGetValue((id, level), out Sum seen))
        {
            passed++;
            return seen;
        }

        (long Problems, long Passed) before = (problems, passed);
        Sum sum = default;
        List<ContentPart> parts = TreeReader.ListItems(nodes, id, level);
        for (int i = 0; i < parts.Count; i++)
        {
            Sum below = level == 0 ? Part(what, parts[i], isProblems) : List(what, parts[i].Digest!.Value, level - 1, isProblems);
            if (below.Bytes != parts[i].Size)
            {
                Say(FindingKind.ContentLength, what, $"list node {id} does not match its children", id);
            }

            sum = Join(sum, below, i == 0);
        }

        // A node above a damaged one is not sound, although the damage was reported before.
        if (before == (problems, passed))
        {
            Remember(id, hash, sum);
        }
        else
        {
            damaged[(id, level)] = sum;
        }

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

    /// <summary>The result for a node that was found sound in the role that a hash stands for; null if there is none.</summary>
    private Sum? Known(Digest id, ulong hash)
    {
        if (finder.Find(id) is not { } place)
        {
            return null;
        }

        SoundNode node = sound.At(place.Pack.Directory, place.Slot);
        return node.WasCheckedAs(hash) ? new Sum(node.Entries, node.Bytes, (node.Flags & FarLinks) != 0, (Edges)(node.Flags & ~FarLinks)) : null;
    }

    private void Remember(Digest id, ulong hash, Sum sum)
    {
        // Find it again: the first copy may have turned out damaged, so that another one was read.
        if (finder.Find(id) is { } place)
        {
            byte flags = (byte)((byte)sum.Holes | (sum.HasFarLinks ? FarLinks : 0));
            sound.At(place.Pack.Directory, place.Slot) = new SoundNode(SoundNode.StampOf(hash, flags), sum.Entries, sum.Bytes);
        }
    }

    private static ulong[] NewSecret()
    {
        ulong[] secret = new ulong[2];
        RandomBytes.Fill(MemoryMarshal.AsBytes(secret.AsSpan()));
        return secret;
    }

    /// <summary>A hash of the role in which a node is checked.</summary>
    private ulong HashOf(ReadOnlySpan<byte> kind, int level, BytePath? first, BytePath? end)
    {
        scratch.ResetWrittenCount();
        scratch.Write(kind);
        scratch.Write((ReadOnlySpan<byte>)[(byte)level, first is null ? (byte)0 : (byte)1, end is null ? (byte)0 : (byte)1]);
        scratch.Write(first is { } from ? from.Span : default);

        // No path has a NUL in it.
        scratch.Write("\0"u8);
        scratch.Write(end is { } to ? to.Span : default);
        return SipHash.Hash(secret[0], secret[1], scratch.WrittenSpan);
    }

    private Sum Part(Subject what, ContentPart part, bool isProblems)
    {
        long before = problems;
        CheckChunk(what, part);
        return new Sum(isProblems && problems == before ? ProblemsIn(part) : 0, part.Size, false, part.Digest is null ? Edges.First | Edges.Last : Edges.None);
    }

    private void CheckChunk(Subject what, ContentPart part)
    {
        if (part.Digest is not { } digest)
        {
            return;
        }

        if (readable.Find(digest) is not { } place)
        {
            Say(FindingKind.ChunkMissing, what, $"chunk {digest}{(readable.ReasonAgainst(digest) is { } reason ? $": {reason}" : " is missing")}", digest);
        }
        else if (place.Size != part.Size)
        {
            Say(FindingKind.ChunkLength, what, $"chunk {digest} has {place.Size} bytes, not {part.Size}", digest);
        }
    }

    private static string Span(BytePath? first, BytePath? end) =>
        first is null ? "all entries" : end is null ? $"entries from {first}" : $"entries from {first} up to {end}";

    private void Say(FindingKind kind, Subject subject, string detail, Digest? chunk = null)
    {
        Finding finding = new(kind, detail) { Saveset = saveset, Path = subject.Path, Part = subject.Part, Chunk = chunk };
        problems += finding.IsDamage ? 1 : 0;
        report(finding);
    }
}
