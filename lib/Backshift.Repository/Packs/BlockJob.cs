using System.IO.Hashing;
using Backshift.Records;
using Backshift.Repository.Codecs;
using Backshift.Repository.Workers;

namespace Backshift.Repository.Packs;

/// <summary>A block that is being filled, then compressed by a worker, then written. Used again and again.</summary>
internal sealed class BlockJob : PackedBlock
{
    private readonly BlockForm form;
    private readonly List<Digest> digests = [];
    private readonly List<int> sizes = [];
    private byte[] content;
    private byte[] compressed;
    private int length;
    private int storedLength;

    internal BlockJob(BlockForm form)
    {
        this.form = form;
        content = GC.AllocateUninitializedArray<byte>(form.Length);
        compressed = GC.AllocateUninitializedArray<byte>(BlockCodec.Bound(form.Length));
    }

    /// <summary>The length of the content so far.</summary>
    internal override int Length => length;

    internal override int Count => sizes.Count;

    internal override byte Effort => form.Effort;

    internal override Digest DigestAt(int number) => digests[number];

    internal override int SizeAt(int number) => sizes[number];

    /// <summary>The bytes to store, once the job was waited for.</summary>
    internal override ReadOnlySpan<byte> Stored => Codec == Codec.None ? content.AsSpan(0, length) : compressed.AsSpan(0, storedLength);

    internal void Add(Digest digest, ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > content.Length)
        {
            Array.Resize(ref content, length + bytes.Length);
        }

        bytes.CopyTo(content.AsSpan(length));
        length += bytes.Length;
        digests.Add(digest);
        sizes.Add(bytes.Length);
    }

    internal void Clear()
    {
        length = 0;
        digests.Clear();
        sizes.Clear();
    }

    protected override void Execute(WorkerContext context)
    {
        int bound = BlockCodec.Bound(length);
        if (compressed.Length < bound)
        {
            compressed = GC.AllocateUninitializedArray<byte>(bound);
        }

        Codec = context.Codec.Compress(form.Codec, content.AsSpan(0, length), compressed, out storedLength);
        Crc = Crc32.HashToUInt32(Stored);
    }
}
