using System.Buffers;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Packs;
using Backshift.Repository.Workers;

namespace Backshift.Testing;

/// <summary>Writes packs whose directory says what a test wants it to say, true or not.</summary>
public sealed class HandmadePack : IDisposable
{
    private static readonly CodecChoice Fast = CodecChoice.Parse("zstd:1");
    private readonly PackWriter pack;
    private readonly WorkerContext context = new();

    public HandmadePack(ScratchRepository repository)
    {
        pack = new PackWriter(repository.Directory, holdsNodes: false);
    }

    public ObjectName Name => pack.Name;

    /// <summary>Appends a block of chunks.</summary>
    public void Add(params byte[][] chunks) => Add([.. chunks.Select(static chunk => (Digest.Of(chunk), chunk))]);

    /// <summary>Appends a block of chunks with digests that need not be theirs.</summary>
    public void Add((Digest Digest, byte[] Content)[] chunks)
    {
        BlockJob block = new(new BlockForm(Fast, chunks.Sum(static chunk => chunk.Content.Length), Effort: 0));
        foreach ((Digest digest, byte[] content) in chunks)
        {
            block.Add(digest, content);
        }

        block.Run(context);
        block.Wait();
        pack.Append(block);
    }

    /// <summary>Appends a delta.</summary>
    public void AddDelta(byte[] content, byte depth, byte[] prefix, params Digest[] prefixes)
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(content.Length);
        content.CopyTo(copy, 0);
        byte[] before = ArrayPool<byte>.Shared.Rent(prefix.Length);
        prefix.CopyTo(before, 0);
        DeltaJob delta = new(Fast, Digest.Of(content), copy, content.Length, prefixes, before, prefix.Length, depth);
        delta.Run(context);
        delta.Wait();
        pack.Append(delta);
        delta.Release();
    }

    /// <summary>Publishes it.</summary>
    /// <param name="between">What happens when it is written and not published yet.</param>
    public void Publish(Action? between = null)
    {
        pack.Seal();
        between?.Invoke();
        pack.Publish();
    }

    public void Dispose()
    {
        context.Dispose();
        pack.Dispose();
    }
}
