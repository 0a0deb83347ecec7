using System.Buffers;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records.Tests;

public sealed class EntryGlanceTests
{
    [Fact]
    public void It_sees_what_a_record_has()
    {
        byte[] encoded = Encode(Entry(BytePath.Of("/s")));
        Assert.True(EntryGlance.TryRead(encoded, out EntryGlance glance));
        Assert.Equal("d/f"u8, glance.Path);
        Assert.True(glance.IsFile);
        Assert.Equal((5_000_000_000L, 2L, (ulong?)ulong.MaxValue), (glance.Size!.Value, glance.Nlink!.Value, glance.Ino));
        Assert.Equal((new UnixTime(7, 0), new UnixTime(1L << 33, 9)), (glance.Mtime!.Value, glance.Ctime!.Value));
        Assert.Equal(encoded.Length, glance.Length);
        Assert.False(glance.HasContent);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void It_writes_what_the_record_would_write(bool source)
    {
        EntryRecord entry = Entry(source ? BytePath.Of("/s") : null);
        byte[] encoded = Encode(entry);
        Assert.True(EntryGlance.TryRead(encoded, out EntryGlance glance));
        ArrayBufferWriter<byte> written = new();
        MessagePackWriter writer = new(written);
        glance.WriteWithContent(ref writer, encoded);
        writer.Flush();
        entry.HasContent = true;
        entry.Source = null;
        Assert.Equal(Encode(entry), written.WrittenSpan);
        Assert.True(EntryGlance.TryRead(written.WrittenSpan, out EntryGlance again));
        Assert.True(again.HasContent);
    }

    [Fact]
    public void An_entry_that_is_cut_anywhere_is_refused()
    {
        byte[] encoded = Encode(Entry(BytePath.Of("/s")));
        for (int length = 0; length < encoded.Length; length++)
        {
            Assert.False(EntryGlance.TryRead(encoded.AsSpan(0, length), out _), $"{length} bytes");
        }
    }

    [Fact]
    public void Bytes_by_chance_are_read_or_refused_and_nothing_else()
    {
        byte[] sound = Encode(Entry(BytePath.Of("/s")));
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] spoilt = [.. sound];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            }

            if (EntryGlance.TryRead(spoilt, out EntryGlance glance))
            {
                Assert.InRange(glance.Length, 1, spoilt.Length);
            }
        }
    }

    private static EntryRecord Entry(BytePath? source) => new()
    {
        Path = BytePath.Of("d/f"), Type = EntryType.File, Mode = 0x1FF, Uid = 70_000, Gid = 300, User = "ann"u8.ToArray(), Size = 5_000_000_000,
        Mtime = new UnixTime(7, 0),
        Ctime = new UnixTime(1L << 33, 9), Btime = new UnixTime(-1, 5), Dev = 255, Ino = ulong.MaxValue, Nlink = 2, Flags = 16, Source = source,
        Attributes = [new("user.a"u8.ToArray(), new byte[300])],
    };

    private static byte[] Encode(EntryRecord entry)
    {
        ArrayBufferWriter<byte> encoded = new();
        MessagePackWriter writer = new(encoded);
        entry.WriteTo(ref writer);
        writer.Flush();
        return encoded.WrittenSpan.ToArray();
    }
}
