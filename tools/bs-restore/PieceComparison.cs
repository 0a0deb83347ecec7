using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Restore;

/// <summary>Compares a piece of a file with saved parts, by their digests.</summary>
internal sealed class PieceComparison : Job
{
    /// <summary>How many parts a piece has at most.</summary>
    internal const int PartLimit = 64;

    private readonly ChunkNaming naming;
    private readonly List<ContentPart> parts = new(PartLimit);
    private readonly long start;

    /// <param name="file">The file, which is open.</param>
    /// <param name="naming">How chunks are named.</param>
    /// <param name="start">Where the piece begins in the file.</param>
    internal PieceComparison(ComparedFile file, ChunkNaming naming, long start)
    {
        Of = file;
        this.naming = naming;
        this.start = start;
    }

    internal ComparedFile Of { get; }

    internal int Count => parts.Count;

    internal void Add(ContentPart part) => parts.Add(part);

    protected override void Execute(WorkerContext context)
    {
        long at = start;
        foreach (ContentPart part in parts)
        {
            if (Of.Differs)
            {
                return;
            }

            if (!(part.Digest is { } digest ? HasChunk(at, digest, part.Size) : IsZero(at, Math.Min(at + part.Size, Of.Status.Size))))
            {
                Of.Differs = true;
                return;
            }

            at += part.Size;
        }
    }

    private bool HasChunk(long at, Digest digest, long length)
    {
        if (length > Of.Status.Size - at || length > StreamLimits.Content)
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)length);
            return Of.File!.ReadAt(chunk, at) == length && naming.Of(chunk) == digest;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool IsZero(long from, long end)
    {
        const int Piece = 64 << 10;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long at = Of.File!.FindData(from, end); at < end; at = Of.File.FindData(at, end))
            {
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(Piece, end - at));
                int count = Of.File.ReadAt(piece, at);
                if (count == 0 || piece[..count].ContainsAnyExcept((byte)0))
                {
                    return false;
                }

                at += count;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
