using System.Buffers;
using MessagePack;

namespace Backshift.Records.Tests;

public sealed class ChunkRecordTests
{
    private static readonly Digest Name = Digest.Of("abc"u8);

    public static TheoryData<byte[]> Forms =>
        [.. new[] { Encode(Name, 3, []), Encode(Name, 3, "abc"u8), Encode(null, 3, "abc"u8), Encode(null, 300, new byte[300]), Encode(Name, 70_000, []) }];

    [Theory]
    [MemberData(nameof(Forms))]
    [Trait("Length", "long")]
    public void It_is_read_alike_in_one_piece_and_in_two_whatever_one_byte_becomes(byte[] encoded)
    {
        int usual = Math.Min(encoded.Length, 80);
        for (int at = 0; at < usual; at++)
        {
            byte[] changed = [.. encoded];
            for (int value = 0; value < 256; value++)
            {
                changed[at] = (byte)value;
                Assert.Equal(Read(InTwo(changed)), Read(new ReadOnlySequence<byte>(changed)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void It_is_read_alike_in_one_piece_and_in_two_wherever_it_is_cut_or_something_follows(byte[] encoded)
    {
        for (int length = 1; length < encoded.Length; length++)
        {
            Assert.Equal(Read(InTwo(encoded[..length])), Read(new ReadOnlySequence<byte>(encoded[..length])));
        }

        byte[] longer = [.. encoded, 0xc0];
        Assert.Equal(Read(InTwo(longer)), Read(new ReadOnlySequence<byte>(longer)));
    }

    private static byte[] Encode(Digest? digest, int size, ReadOnlySpan<byte> bytes)
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        ChunkRecord.Write(ref writer, digest, size, bytes);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static string Read(ReadOnlySequence<byte> encoded)
    {
        try
        {
            ChunkRecord chunk = ChunkRecord.ReadFrom(encoded);
            return $"{chunk.Digest} {chunk.Size} {Convert.ToHexString(chunk.Bytes.ToArray())}";
        }
        catch (BackshiftException)
        {
            return "refused";
        }
    }

    private static ReadOnlySequence<byte> InTwo(byte[] bytes)
    {
        Piece first = new(bytes.AsMemory(0, 1), null), second = new(bytes.AsMemory(1), first);
        return new ReadOnlySequence<byte>(first, 0, second, second.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
