using System.Buffers;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Reading;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Diff;

/// <summary>The content of a file in a repository. A chunk is read only if its bytes are asked for.</summary>
internal sealed class SavedContent : IContent
{
    private readonly RepositoryReader reader;
    private readonly IEnumerator<ContentPart> parts;
    private byte[] bytes = [];
    private bool isRead;

    internal SavedContent(RepositoryReader reader, StoredEntry entry)
    {
        this.reader = reader;
        parts = reader.Parts(entry).GetEnumerator();
    }

    public long Size => parts.Current.Size;

    public bool IsHole => parts.Current.Digest is null;

    public Digest? Digest => parts.Current.Digest;

    public ValueTask<bool> MoveNextAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        isRead = false;
        return ValueTask.FromResult(parts.MoveNext());
    }

    public ReadOnlySequence<byte> Bytes()
    {
        if (!isRead)
        {
            // The bytes from the reader are valid only until the other side reads.
            ReadOnlyMemory<byte> chunk = reader.ReadPart(parts.Current.Digest!.Value, Size);
            if (bytes.Length < chunk.Length)
            {
                bytes = new byte[chunk.Length];
            }

            chunk.CopyTo(bytes);
            isRead = true;
        }

        return new ReadOnlySequence<byte>(bytes, 0, (int)Size);
    }
}
