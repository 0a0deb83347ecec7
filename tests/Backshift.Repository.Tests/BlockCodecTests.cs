using Backshift.Repository.Codecs;

namespace Backshift.Repository.Tests;

[Trait("Length", "long")]
public sealed class BlockCodecTests
{
    private const string LzmaOfUnknownLength = "5d00008000ffffffffffffffff0030ee9f07ffffffff80000000";

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string codec in new[] { "zstd:1", "zstd:3", "zstd:19", "brotli", "lzma" })
            {
                foreach (int length in new[] { 1, 100, 65_536, 1 << 20 })
                {
                    cases.Add(codec, length);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_one_library_writes_both_read(string codec, int length)
    {
        CodecChoice choice = CodecChoice.Parse(codec);
        byte[] content = Text(length);
        foreach (bool writer in new[] { false, true })
        {
            using BlockCodec write = new(managed: writer);
            byte[] stored = new byte[BlockCodec.Bound(length)];
            Codec used = write.Compress(choice, content, stored, out int size);
            Assert.Equal(length < 100 ? Codec.None : choice.Codec, used);
            foreach (bool reader in new[] { false, true })
            {
                using BlockCodec read = new(managed: reader);
                byte[] back = new byte[length];
                Assert.Null(read.TryDecompress(used, used == Codec.None ? content : stored.AsSpan(0, size), [], back));
                Assert.Equal(content, back);
            }
        }
    }

    /// <summary>What "printf 'aaaaaaaaaa...' | xz --format=lzma" writes: the length is −1, and there is a mark at the end.</summary>
    [Fact]
    public void A_length_that_its_writer_did_not_know_is_accepted()
    {
        byte[] stored = Convert.FromHexString(LzmaOfUnknownLength);
        using BlockCodec codec = new();
        byte[] content = new byte[100];
        Assert.Null(codec.TryDecompress(Codec.Lzma, stored, [], content));
        Assert.All(content, static b => Assert.Equal((byte)'a', b));
        Assert.NotNull(codec.TryDecompress(Codec.Lzma, stored, [], new byte[101]));
    }

    [Fact]
    public void A_dictionary_beyond_the_limit_is_called_that()
    {
        byte[] stored = Convert.FromHexString(LzmaOfUnknownLength);
        stored[4] = 0x05;
        using BlockCodec codec = new();
        Assert.Contains("a dictionary of", codec.TryDecompress(Codec.Lzma, stored, [], new byte[100]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zstd:3")]
    [InlineData("zstd:19")]
    [InlineData("brotli")]
    [InlineData("lzma")]
    [InlineData("none")]
    public void What_does_not_become_smaller_is_stored_as_it_is(string codec)
    {
        byte[] content = new byte[100_000];
        new Random(4).NextBytes(content);
        foreach (bool managed in new[] { false, true })
        {
            using BlockCodec write = new(managed);
            Assert.Equal(Codec.None, write.Compress(CodecChoice.Parse(codec), content, new byte[BlockCodec.Bound(content.Length)], out int size));
            Assert.Equal(0, size);
        }
    }

    [Fact]
    public void A_frame_with_a_prefix_is_read_by_both()
    {
        byte[] prefix = Noise(5, 50_000);
        byte[] content = [.. prefix[10_000..], 1, 2, 3, .. prefix[..10_000]];
        using BlockCodec native = new();
        byte[] stored = new byte[BlockCodec.Bound(content.Length)];
        int size = native.CompressWithPrefix(3, content, prefix, stored);
        Assert.InRange(size, 1, 1000);
        foreach (bool managed in new[] { false, true })
        {
            using BlockCodec read = new(managed);
            byte[] back = new byte[content.Length];
            Assert.Null(read.TryDecompress(Codec.ZstdWithPrefix, stored.AsSpan(0, size), prefix, back));
            Assert.Equal(content, back);
            byte[] wrong = Noise(6, 50_000);
            Assert.True(read.TryDecompress(Codec.ZstdWithPrefix, stored.AsSpan(0, size), wrong, back) is not null || !back.AsSpan().SequenceEqual(content));
        }
    }

    [Theory]
    [InlineData("zstd:3")]
    [InlineData("brotli")]
    [InlineData("lzma")]
    public void Damage_is_a_message_or_other_content_but_nothing_worse(string codec)
    {
        CodecChoice choice = CodecChoice.Parse(codec);
        byte[] content = Text(3000);
        foreach (bool managed in new[] { false, true })
        {
            using BlockCodec codecs = new(managed);
            byte[] stored = new byte[BlockCodec.Bound(content.Length)];
            Codec used = codecs.Compress(choice, content, stored, out int size);
            byte[] back = new byte[content.Length];
            for (int at = 0; at < size; at++)
            {
                foreach (byte change in new byte[] { 0x01, 0x80, 0xFF })
                {
                    byte[] bad = stored[..size];
                    bad[at] ^= change;
                    codecs.TryDecompress(used, bad, [], back);
                }

                Assert.NotNull(codecs.TryDecompress(used, stored.AsSpan(0, at), [], back));
            }

            Assert.NotNull(codecs.TryDecompress(used, stored.AsSpan(0, size), [], new byte[content.Length - 1]));
            Assert.NotNull(codecs.TryDecompress(used, stored.AsSpan(0, size), [], new byte[content.Length + 1]));
            Assert.Null(codecs.TryDecompress(used, stored.AsSpan(0, size), [], back));
            Assert.Equal(content, back);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_delta_is_said_to_be_damaged_and_not_of_another_length(bool managed)
    {
        byte[] prefix = Noise(5, 50_000), content = [.. prefix[10_000..], .. prefix[..10_000]];
        using BlockCodec codec = new(managed);
        byte[] stored = new byte[BlockCodec.Bound(content.Length)];
        int size = codec.CompressWithPrefix(3, content, prefix, stored);
        stored[0] ^= 1;
        Assert.StartsWith("cannot be decompressed: ", codec.TryDecompress(Codec.ZstdWithPrefix, stored.AsSpan(0, size), prefix, new byte[content.Length]),
            StringComparison.Ordinal);
    }

    /// <summary>bs-check would condemn a pack for it.</summary>
    [Fact]
    public void A_block_is_not_damaged_where_there_is_no_memory_or_the_codec_is_closed()
    {
        Assert.False(BlockCodec.IsDamage(new ZstdNet.ZstdException(ZstdNet.ZSTD_ErrorCode.ZSTD_error_memory_allocation, "not enough memory")));
        Assert.False(BlockCodec.IsDamage(new InsufficientMemoryException()));
        Assert.False(BlockCodec.IsDamage(new ObjectDisposedException("codec")));
        Assert.True(BlockCodec.IsDamage(new ZstdNet.ZstdException(ZstdNet.ZSTD_ErrorCode.ZSTD_error_corruption_detected, "corrupted")));
        Assert.True(BlockCodec.IsDamage(new EndOfStreamException()));
    }

    private static byte[] Text(int length)
    {
        Random random = new(length);
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++)
        {
            text[i] = (byte)('a' + (random.Next(16) & random.Next(16)));
        }

        return text;
    }

    private static byte[] Noise(int seed, int length)
    {
        byte[] noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}
