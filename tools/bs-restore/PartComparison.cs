using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Restore;

/// <summary>Compares parts of files with saved ones, by their digests. One job for many parts: most files are small.</summary>
internal sealed class PartComparison : Job
{
    private const int PartLimit = 64;
    private const long ByteLimit = 1 << 20;

    private readonly ChunkNaming naming;
    private readonly List<(ComparedFile File, ContentPart Part, long At)> parts = new(PartLimit);
    private long bytes;

    /// <param name="naming">How chunks are named.</param>
    /// <param name="number">Which of all jobs it is, from 1.</param>
    internal PartComparison(ChunkNaming naming, long number)
    {
        this.naming = naming;
        Number = number;
    }

    internal long Number { get; }

    /// <summary>Whether it has enough to do.</summary>
    internal bool IsFull => parts.Count >= PartLimit || bytes >= ByteLimit;

    internal void Add(ComparedFile file, ContentPart part, long at)
    {
        parts.Add((file, part, at));
        bytes += part.Size;
        file.LastJob = Number;
    }

    protected override void Execute(WorkerContext context)
    {
        foreach ((ComparedFile file, ContentPart part, long at) in parts)
        {
            try
            {
                // Other threads only ever set it as well.
                if (!file.Differs
                    && !(part.Digest is { } digest ? HasChunk(file, at, digest, part.Size) : IsZero(file, at, Math.Min(at + part.Size, file.Status.Size))))
                {
                    file.Differs = true;
                }
            }
            catch (UnixException e)
            {
                file.Trouble = e;
            }
        }
    }

    private bool HasChunk(ComparedFile file, long at, Digest digest, long length)
    {
        if (length > file.Status.Size - at || length > StreamLimits.Content)
        {
            return false;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            Span<byte> chunk = buffer.AsSpan(0, (int)length);
            return file.File!.ReadAt(chunk, at) == length && naming.Of(chunk) == digest;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsZero(ComparedFile file, long from, long end)
    {
        const int Piece = 64 << 10;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long at = file.File!.FindData(from, end); at < end; at = file.File.FindData(at, end))
            {
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(Piece, end - at));
                int count = file.File.ReadAt(piece, at);
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
