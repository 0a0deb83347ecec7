using Backshift.Records;

namespace Backshift.Tools.Chunk;

/// <summary>
/// The chunks of an earlier version of the file that is being cut; see backshift-stream(5), "entry", earlier. Those that come again are passed on as
/// references: the repository has them, and moving their bytes through two more programs is most of the work of saving files that were only touched.
/// </summary>
internal sealed class EarlierContent
{
    private const int Unknown = -1;

    private readonly ChunkNaming naming;
    private IReadOnlyList<EarlierChunk> chunks = [];
    private int next;
    private int counted;

    /// <param name="naming">How the chunks of the repository are named that has the earlier version.</param>
    internal EarlierContent(ChunkNaming naming) => this.naming = naming;

    /// <summary>Whether nothing is known of the file.</summary>
    internal bool IsEmpty => chunks.Count == 0;

    /// <summary>With how many chunks of an earlier version a whole content begins.</summary>
    internal static int CountSame(ReadOnlySpan<byte> content, IReadOnlyList<EarlierChunk>? chunks, ChunkNaming naming)
    {
        int count = 0;
        while (chunks is not null && CanBeNext(chunks, count, content, last: true) && naming.Of(content[..chunks[count].Size]) == chunks[count].Digest)
        {
            content = content[chunks[count++].Size..];
        }

        return count;
    }

    /// <summary>Begins a file.</summary>
    /// <param name="earlier">The chunks in their order, or null.</param>
    /// <param name="same">The result of <see cref="CountSame"/> for the content that comes, if it was called.</param>
    internal void Expect(IReadOnlyList<EarlierChunk>? earlier, int? same)
    {
        chunks = earlier ?? [];
        next = 0;
        counted = same ?? Unknown;
    }

    /// <summary>Whether the chunk that came next then comes next again: the cutter, which starts anew at each cut, would cut there too.</summary>
    /// <param name="content">The next bytes, from a cut on.</param>
    /// <param name="last">Whether the run of data ends with it.</param>
    /// <param name="chunk">The chunk.</param>
    internal bool TryNext(ReadOnlySpan<byte> content, bool last, out EarlierChunk chunk)
    {
        chunk = default;
        if (next == counted || !CanBeNext(chunks, next, content, last))
        {
            return false;
        }

        chunk = chunks[next];
        if (next > counted && naming.Of(content[..chunk.Size]) != chunk.Digest)
        {
            return false;
        }

        next++;
        return true;
    }

    /// <summary>Whether a chunk was anywhere in the earlier version.</summary>
    /// <param name="chunk">Its content.</param>
    /// <param name="digest">Its digest, if it was.</param>
    internal bool TryFind(ReadOnlySpan<byte> chunk, out Digest digest)
    {
        digest = default;
        bool taken = false;
        for (int i = 0; i < chunks.Count; i++)
        {
            // Behind an insertion the others come again in their order.
            int at = (next + i) % chunks.Count;
            if (chunks[at].Size != chunk.Length)
            {
                continue;
            }

            digest = taken ? digest : naming.Of(chunk);
            taken = true;
            if (chunks[at].Digest == digest)
            {
                next = at + 1;

                // The count was for another place.
                counted = Unknown;
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether a chunk fits in what comes. The last one was not cut by its content: the file ended there. If it goes on now, a cut there would stay for ever,
    /// and a file that grows would fall to pieces.
    /// </summary>
    private static bool CanBeNext(IReadOnlyList<EarlierChunk> chunks, int number, ReadOnlySpan<byte> content, bool last) =>
        number < chunks.Count && chunks[number].Size <= content.Length && (number < chunks.Count - 1 || (last && chunks[number].Size == content.Length));
}
