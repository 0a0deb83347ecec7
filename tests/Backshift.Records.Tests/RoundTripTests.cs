using System.Buffers;
using Backshift.Posix;
using CsCheck;
using MessagePack;

namespace Backshift.Records.Tests;

public sealed class RoundTripTests
{
    private static readonly Gen<byte[]> Name =
        Gen.Byte.Array[1, 12].Select(static bytes => Array.ConvertAll(bytes, static b => b is 0 or (byte)'/' or (byte)'.' ? (byte)'x' : b));
    private static readonly Gen<byte[]> Path = Name.Array[1, 5].Select(static names => names.Aggregate(static (left, right) => [.. left, (byte)'/', .. right]));
    private static readonly Gen<byte[]> Utf8 = Gen.Char['a', 'z'].Array[0, 40].Select(static text => Array.ConvertAll(text, static c => (byte)c));
    private static readonly Gen<UnixTime> Time = Gen.Select(
        Gen.OneOf(Gen.Long, Gen.Long[-1L << 33, 1L << 35], Gen.Long[0, uint.MaxValue]), Gen.OneOf(Gen.Const(0u), Gen.UInt[0, 999_999_999]),
            static (seconds, nanoseconds) => new UnixTime(seconds, nanoseconds));

    private static readonly Gen<List<KeyValuePair<byte[], byte[]>>> Attributes =
        Gen.Select(Gen.Byte[1, 255].Array[1, 40], Gen.Byte.Array[0, 300], static (name, value) => new KeyValuePair<byte[], byte[]>(name, value)).List[0, 4]
            .Where(static list => list.Select(static pair => Convert.ToHexString(pair.Key)).Distinct().Count() == list.Count);

    private static readonly Gen<EntryRecord> Times = Gen.Select(Maybe(Time), Maybe(Time), Maybe(Time), static (mtime, ctime, btime) =>
        new EntryRecord { Path = default, Type = default, Mtime = mtime, Ctime = ctime, Btime = btime });

    private static readonly Gen<EntryRecord> Numbers = Gen.Select(
        Maybe(Gen.UInt[0, 0xFFF]), Maybe(Gen.UInt), Maybe(Gen.UInt), Maybe(Gen.Long[0, long.MaxValue]), Maybe(Gen.ULong), Maybe(Gen.ULong),
        Maybe(Gen.Long[0, long.MaxValue]), Maybe(Gen.UInt),
        static (mode, uid, gid, size, dev, ino, nlink, flags) =>
            new EntryRecord { Path = default, Type = default, Mode = mode, Uid = uid, Gid = gid, Size = size, Dev = dev, Ino = ino, Nlink = nlink,
                Flags = flags });

    private static readonly Gen<EntryRecord> Entries = Gen.Select(
        Gen.Select(Path, Gen.Enum<EntryType>().Where(static type => type != EntryType.Unknown), Path), Numbers, Times, Attributes.Null(), Utf8.Null(),
            Maybe(Gen.UInt), Gen.Bool, static (named, numbers, times, attributes, user, rdev, content) => new EntryRecord
        {
            Path = new BytePath(named.Item1), Type = named.Item2, Target = named.Item2 is EntryType.SymbolicLink or EntryType.Link ? named.Item3 : null,
            Mode = numbers.Mode, Uid = numbers.Uid, Gid = numbers.Gid, Size = numbers.Size, Dev = numbers.Dev, Ino = numbers.Ino, Nlink = numbers.Nlink,
            Flags = numbers.Flags,
            Mtime = times.Mtime, Ctime = times.Ctime, Btime = times.Btime, Attributes = attributes, User = user, Group = user,
            RdevMajor = rdev, RdevMinor = rdev / 2, HasContent = content, Source = content ? null : new BytePath(named.Item3),
        });

    [Fact]
    public void An_entry_comes_back_as_it_was() => Entries.Sample(static entry =>
    {
        byte[] encoded = Encode(entry);
        EntryRecord back = EntryRecord.ReadFrom(new ReadOnlySequence<byte>(encoded));
        return encoded.AsSpan().SequenceEqual(Encode(back))
            && back.Path == entry.Path && back.Type == entry.Type && back.Mode == entry.Mode && back.Uid == entry.Uid && back.Gid == entry.Gid
                && back.Size == entry.Size
            && back.Mtime == entry.Mtime && back.Ctime == entry.Ctime && back.Btime == entry.Btime && back.Dev == entry.Dev && back.Ino == entry.Ino
            && back.Nlink == entry.Nlink && back.Flags == entry.Flags && back.RdevMajor == entry.RdevMajor && back.RdevMinor == entry.RdevMinor
            && Same(back.Target, entry.Target) && Same(back.User, entry.User) && Same(back.Group, entry.Group)
            && back.HasContent == entry.HasContent && back.Source == entry.Source && back.Attributes?.Count == entry.Attributes?.Count
            && (entry.Attributes ?? []).Zip(back.Attributes ?? [])
                .All(static pair => Same(pair.First.Key, pair.Second.Key) && Same(pair.First.Value, pair.Second.Value));
    });

    [Fact]
    public void A_time_comes_back_as_it_was() => Time.Sample(static time =>
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        RecordTime.Write(ref writer, time);
        writer.Flush();
        MessagePackReader reader = new(buffer.WrittenMemory);
        return RecordTime.Read(ref reader, "time") == time && reader.End;
    });

    [Fact]
    public void A_stream_comes_back_through_a_pipe_of_any_width() =>
        Gen.Select(Entries.Array[0, 20], Gen.Byte.Array[0, 3000], Gen.Int[1, 5000]).SampleAsync(static async (entries, content, piece) =>
    {
        MemoryStream written = new();
        RecordWriter writer = new(written);
        writer.Write(new BeginRecord { Host = "host", Started = new UnixTime(1, 2) });
        foreach (EntryRecord entry in entries)
        {
            writer.Write(entry);
            writer.WriteData(content);
            writer.WriteHole(content.Length + 1);
            if (content.Length > 0)
            {
                writer.WriteChunk(Digest.Of(content), content.Length, content);
            }

            writer.Write(new ProblemRecord(entry.Path, "bs-test", Errno.EIO, "text", Marks: true));
            await writer.FlushIfFullAsync();
        }

        writer.Write(new EndRecord("bs-test", entries.Length, content.Length, 0));
        await writer.FlushAsync();
        Reading reading = await Reading.OfAsync(new TrickleStream(written.ToArray(), piece));
        Assert.Equal("ok", reading.Verdict);
        Assert.Equal(written.ToArray(), reading.Again);
    });

    private static Gen<T?> Maybe<T>(Gen<T> gen)
        where T : struct => gen.Nullable();

    private static bool Same(byte[]? left, byte[]? right) => left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);

    private static byte[] Encode(EntryRecord entry)
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        entry.WriteTo(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
