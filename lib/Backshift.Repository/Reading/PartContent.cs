using Backshift.Records;

namespace Backshift.Repository.Reading;

/// <summary>Reads the bytes of a part of a file.</summary>
public static class PartContent
{
    /// <summary>Reads a chunk that a list of parts, or a record, refers to.</summary>
    /// <param name="reader">Where it is.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="size">How long it must be.</param>
    /// <returns>The reader's memory: valid until it reads the next chunk.</returns>
    /// <exception cref="BackshiftException">The repository does not have it, or only damaged copies or one of another length.</exception>
    public static ReadOnlyMemory<byte> ReadPart(this RepositoryReader reader, Digest digest, long size)
    {
        ReadOnlyMemory<byte> chunk = reader.Contents.Read(digest);
        return chunk.Length == size ? chunk : throw new BackshiftException(ExitCode.DataError, $"chunk {digest}: is {chunk.Length} bytes long, not {size}");
    }
}
