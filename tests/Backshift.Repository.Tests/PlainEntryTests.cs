using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Trees;
using MessagePack;

namespace Backshift.Repository.Tests;

/// <summary>Entries that are read in place must be what they are when they are read key by key, and what is refused there must be refused here.</summary>
public sealed class PlainEntryTests
{
    [Fact]
    public void What_our_writers_make_of_files_and_directories_is_read_in_place()
    {
        foreach (StoredEntry entry in Entries().Where(static entry => entry.Entry.Type is EntryType.File or EntryType.Directory))
        {
            Assert.Equal(entry.Path, EntryRecord.TryReadPlain(Encode(entry), out int content)?.Path);
            Assert.Equal(entry.Parts.Count > 0, content > 0);
        }
    }

    [Fact]
    public void A_link_or_an_entry_with_keys_that_are_rare_is_not()
    {
        StoredEntry file = Entries()[0];
        file.Entry.Attributes = [new("user.a"u8.ToArray(), "x"u8.ToArray())];
        Assert.Null(EntryRecord.TryReadPlain(Encode(file), out _));
        Assert.Null(EntryRecord.TryReadPlain(Encode(Entries()[^1]), out _));
    }

    [Fact]
    public void A_key_that_occurs_twice_is_refused()
    {
        foreach (string key in (string[])["path", "type", "mode", "uid", "user", "size", "mtime", "ino", "content"])
        {
            byte[] encoded = Encode(Entries()[0]);
            byte[] name = [(byte)(0xa0 + key.Length), .. System.Text.Encoding.ASCII.GetBytes(key)];
            int start = encoded.AsSpan().IndexOf(name);
            SpanValues values = new(encoded.AsSpan(start));
            Assert.True(values.TrySkip() && values.TrySkip());
            byte[] twice = [0xde, 0, (byte)(Count(encoded) + 1), .. encoded[(encoded[0] == 0xde ? 3 : 1)..], .. encoded[start..(start + values.Position)]];
            Assert.Contains("occurs twice", Assert.Throws<BackshiftException>(() => StoredEntry.ReadWhole(twice)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_byte_that_is_changed_and_any_end_has_the_same_result_as_for_a_reader_of_each_key()
    {
        int read = 0, refused = 0;
        foreach (StoredEntry entry in Entries())
        {
            byte[] encoded = Encode(entry);
            for (int at = 0; at < encoded.Length; at++)
            {
                foreach (int mask in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 0xff])
                {
                    byte[] changed = [.. encoded];
                    changed[at] ^= (byte)mask;
                    byte[]? expected = Read(changed, inPlace: false);
                    Assert.Equal(expected, Read(changed, inPlace: true));
                    read += expected is null ? 0 : 1;
                    refused += expected is null ? 1 : 0;
                }

                Assert.Null(Read(encoded[..at], inPlace: true));
            }

            Assert.Null(Read([.. encoded, 0], inPlace: true));
        }

        Assert.True(read > 1000 && refused > 1000, $"{read} read, {refused} refused");
    }

    private static int Count(byte[] encoded) => encoded[0] == 0xde ? (encoded[1] << 8) | encoded[2] : encoded[0] & 15;

    private static byte[]? Read(byte[] encoded, bool inPlace)
    {
        try
        {
            if (inPlace)
            {
                return Encode(StoredEntry.ReadWhole(encoded));
            }

            MessagePackReader reader = new(encoded);
            StoredEntry entry = StoredEntry.ReadFrom(ref reader);
            return reader.End ? Encode(entry) : null;
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            return null;
        }
    }

    private static byte[] Encode(StoredEntry entry)
    {
        ArrayBufferWriter<byte> encoded = new();
        MessagePackWriter writer = new(encoded);
        entry.WriteTo(ref writer);
        writer.Flush();
        return encoded.WrittenSpan.ToArray();
    }

    private static List<StoredEntry> Entries()
    {
        Digest digest = ChunkNaming.Plain.Of("x"u8);
        EntryRecord full = new()
        {
            Path = BytePath.Of("a/b"), Type = EntryType.File, Mode = 0x1A4, Uid = 1000, Gid = 70_000, User = "ann"u8.ToArray(), Group = "staff"u8.ToArray(),
            Size = 5_000_000_000, Mtime = new UnixTime(1_795_424_645, 123_456_789), Ctime = new UnixTime(1_795_424_645, 0), Btime = new UnixTime(5, 6), Dev = 7,
            Ino = ulong.MaxValue, Nlink = 2, Flags = 16,
        };
        EntryRecord directory = new() { Path = BytePath.Of(new string('d', 300)), Type = EntryType.Directory, Mode = 0x1ED, Flags = 0 };
        return
        [
            new StoredEntry(full) { Parts = [new ContentPart(digest, 70_000), new ContentPart(digest, 4_999_930_000)] },
            new StoredEntry(new EntryRecord { Path = BytePath.Of("empty"), Type = EntryType.File, Size = 0 }),
            new StoredEntry(directory),
            new StoredEntry(new EntryRecord { Path = BytePath.Of("hole"), Type = EntryType.File, Size = 9 }) { Parts = [new ContentPart(null, 9)] },
            new StoredEntry(new EntryRecord { Path = BytePath.Of("link"), Type = EntryType.SymbolicLink, Target = "t"u8.ToArray() }),
        ];
    }
}
