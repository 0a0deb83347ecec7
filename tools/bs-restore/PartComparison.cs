using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Restore;

/// <summary>Compares parts of files with saved ones, by their digests. One job for many parts: most files are small.</summary>
internal sealed class PartComparison : Job
{
    /// <summary>In place of an offset: the file is to be opened.</summary>
    internal const long Opening = -1;

    private const int PartLimit = 64;
    private const long ByteLimit = 1 << 20;

    // Read at once: most files take one call.
    private const int ReadLimit = 256 << 10;

    private readonly ChunkNaming naming;
    private readonly Func<StoredEntry, FileStatus, bool>? isUntouched;
    private readonly List<(ComparedFile File, ContentPart Part, long At)> parts = new(PartLimit);
    private long bytes;

    /// <param name="naming">How chunks are named.</param>
    /// <param name="number">Which of all jobs it is, from 1.</param>
    /// <param name="isUntouched">Whether a file need not be read; null to read all.</param>
    internal PartComparison(ChunkNaming naming, long number, Func<StoredEntry, FileStatus, bool>? isUntouched)
    {
        this.naming = naming;
        this.isUntouched = isUntouched;
        Number = number;
    }

    internal long Number { get; }

    /// <summary>Whether it has enough to do.</summary>
    internal bool IsFull => parts.Count >= PartLimit || bytes >= ByteLimit;

    /// <summary>Adds a part of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="part">The part.</param>
    /// <param name="at">Where it begins; or <see cref="Opening"/>, with all parts of the file after it.</param>
    internal void Add(ComparedFile file, ContentPart part, long at)
    {
        parts.Add((file, part, at));
        bytes += part.Size;
        file.LastJob = Number;
    }

    protected override void Execute(WorkerContext context)
    {
        using ReadChunks chunks = new(naming);
        for (int i = 0, end; i < parts.Count; i = end)
        {
            end = CompareAt(i, chunks);
        }

        chunks.Compare();
    }

    /// <summary>Compares a part, and those that are read together with it.</summary>
    /// <param name="index">Which part.</param>
    /// <param name="chunks">Takes chunks, to be compared with those of other files.</param>
    /// <returns>The next part.</returns>
    private int CompareAt(int index, ReadChunks chunks)
    {
        (ComparedFile file, ContentPart part, long at) = parts[index];
        int end = index + 1;
        if (at == Opening)
        {
            return file.Open(isUntouched) ? end : EndOf(file, end);
        }

        try
        {
            end = part.Digest is null ? end : EndOfRead(index);

            // Other threads only ever set it as well.
            if (!file.Differs
                && !(part.Digest is null ? IsZero(file, at, Math.Min(at + part.Size, file.Status.Size)) : TryRead(file, index, end, chunks)))
            {
                file.Differs = true;
            }
        }
        catch (UnixException e)
        {
            file.Trouble = e;
        }

        return end;
    }

    /// <summary>Where the parts of a file end.</summary>
    private int EndOf(ComparedFile file, int from)
    {
        int end = from;
        while (end < parts.Count && parts[end].File == file)
        {
            end++;
        }

        return end;
    }

    /// <summary>Where the chunks end that are read together with the one at <paramref name="from"/>.</summary>
    private int EndOfRead(int from)
    {
        int end = from + 1;
        for (long size = parts[from].Part.Size; end < parts.Count && parts[end].File == parts[from].File && parts[end].Part.Digest is not null; end++)
        {
            size += parts[end].Part.Size;
            if (size > ReadLimit)
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Reads chunks of a file that follow each other.</summary>
    /// <returns>False if the file does not have so much.</returns>
    private bool TryRead(ComparedFile file, int first, int end, ReadChunks chunks)
    {
        long from = parts[first].At;
        long length = parts[end - 1].At + parts[end - 1].Part.Size - from;
        if (length > file.Status.Size - from || length > Math.Max(ReadLimit, StreamLimits.Content)
            || file.File!.ReadAt(chunks.Reserve((int)length), from) != length)
        {
            return false;
        }

        for (int i = first; i < end; i++)
        {
            chunks.Add(file, parts[i].Part.Digest!.Value, (int)parts[i].Part.Size);
        }

        return true;
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
