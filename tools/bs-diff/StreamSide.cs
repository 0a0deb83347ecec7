using System.Buffers;
using Backshift.Paths;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Trees;

namespace Backshift.Tools.Diff;

/// <summary>A stream, as bs-walk, bs-chunk or bs-untar writes it, in the order in which it comes.</summary>
internal sealed class StreamSide : IEntrySide, IContent
{
    private readonly RecordReader records;
    private readonly RepositoryReader repository;
    private readonly PathSelection selection;
    private EntryRecord? entry;
    private bool ahead;
    private Digest? digest;
    private ReadOnlySequence<byte> bytes;
    private IEnumerator<ContentPart>? list;

    internal StreamSide(Stream input, RepositoryReader repository, PathSelection selection)
    {
        records = new RecordReader(input);
        this.repository = repository;
        this.selection = selection;
    }

    public EntryRecord Entry => entry!;

    /// <summary>Whether the stream says that its entries come in the order of a tree; it is refused then if they do not.</summary>
    internal bool IsSorted { get; private set; }

    /// <summary>How many problems have come.</summary>
    internal long Problems { get; private set; }

    public long Size { get; private set; }

    public bool IsHole { get; private set; }

    public Digest? Digest => IsHole ? null : digest ??= DigestOf(bytes);

    /// <summary>Reads the first record.</summary>
    /// <exception cref="BackshiftException">It is none of a stream.</exception>
    internal async ValueTask BeginAsync(CancellationToken cancel)
    {
        _ = await records.ReadAsync(cancel);
        BeginRecord begin = BeginRecord.ReadFrom(records.Encoded);
        begin.CheckRequired();
        IsSorted = begin.Sorted;
    }

    /// <exception cref="BackshiftException">The stream is damaged, or its entries are not in the order that it promises.</exception>
    /// <exception cref="StreamCutException">It has no end.</exception>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancel)
    {
        // Skip content that was not asked for.
        list = null;
        while (ahead || await records.ReadAsync(cancel))
        {
            ahead = false;
            if (records.Kind == RecordKind.Problem)
            {
                Problems++;
                continue;
            }

            if (records.Kind != RecordKind.Entry)
            {
                continue;
            }

            EntryRecord next = EntryRecord.ReadFrom(records.Encoded);
            if (IsSorted && entry is not null && next.Path.CompareTo(entry.Path) <= 0)
            {
                throw new BackshiftException(
                    ExitCode.DataError, $"{next.Path}: comes after {entry.Path} in a stream that is marked as sorted",
                        "a filter that changes the order must remove the key sorted from the begin record");
            }

            entry = next;
            if (selection.Takes(next.Path.Span))
            {
                return true;
            }
        }

        return false;
    }

    public IContent? OpenContent() => Entry.HasContent || Entry.Size == 0 ? this : null;

    async ValueTask<bool> IContent.MoveNextAsync(CancellationToken cancel)
    {
        if (MoveNextInList())
        {
            return true;
        }

        while (!ahead && await records.ReadAsync(cancel))
        {
            switch (records.Kind)
            {
                case RecordKind.Chunk:
                    ChunkRecord chunk = ChunkRecord.ReadFrom(records.Encoded);
                    (Size, IsHole, digest, bytes) = (chunk.Size, false, chunk.IsReference ? chunk.Digest : null, chunk.Bytes);
                    return true;
                case RecordKind.List:
                    list = repository.Parts(ListRecord.ReadFrom(records.Encoded)).GetEnumerator();
                    if (MoveNextInList())
                    {
                        return true;
                    }

                    break;
                case RecordKind.Data:
                    bytes = DataRecord.ReadFrom(records.Encoded);
                    (Size, IsHole, digest) = (bytes.Length, false, null);
                    return true;
                case RecordKind.Hole:
                    (Size, IsHole, digest, bytes) = (HoleRecord.ReadFrom(records.Encoded), true, null, default);
                    return true;
                case RecordKind.Problem:
                    Problems++;
                    break;
                default:
                    ahead = true;
                    break;
            }
        }

        return false;
    }

    private bool MoveNextInList()
    {
        if (list is null || !list.MoveNext())
        {
            list = null;
            return false;
        }

        (Size, IsHole, digest, bytes) = (list.Current.Size, list.Current.Digest is null, list.Current.Digest, default);
        return true;
    }

    public ReadOnlySequence<byte> Bytes() => bytes.IsEmpty && digest is { } reference ? new ReadOnlySequence<byte>(repository.Contents.Read(reference)) : bytes;

    private Digest DigestOf(ReadOnlySequence<byte> bytes) => repository.Directory.Config.Naming.Of(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray());
}
