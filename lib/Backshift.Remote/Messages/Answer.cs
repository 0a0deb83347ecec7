using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Remote.Messages;

/// <summary>What a server answers; see backshift-object(5), "Requests". Which values there are depends on the request.</summary>
internal sealed record Answer
{
    /// <summary>The number of the request.</summary>
    internal long To { get; init; }

    /// <summary>Why it was not done.</summary>
    internal Trouble? Trouble { get; init; }

    /// <summary>Whether there is no such object.</summary>
    internal bool IsGone { get; init; }

    /// <summary>Which object was opened, where the request did not name it.</summary>
    internal BytePath Path { get; init; }

    internal long? Length { get; init; }

    internal UnixTime? Received { get; init; }

    /// <summary>Which version of an object was opened, where the store tells one from another.</summary>
    internal ReadOnlyMemory<byte>? Version { get; init; }

    internal UnixTime? Time { get; init; }

    /// <summary>Whether it is there, held, published, mended or deleted; null where that is not known.</summary>
    internal bool? Said { get; init; }

    /// <summary>By which of the keys for it, of an answer that was read.</summary>
    internal int SaidBy { get; private init; } = -1;

    internal long? Lease { get; init; }

    /// <summary>False once the store has found that its names are not exclusive.</summary>
    internal bool? Exclusive { get; init; }

    internal IReadOnlyList<BytePath>? Paths { get; init; }

    /// <summary>By what the listing goes on; null at its end.</summary>
    internal byte[]? After { get; init; }

    internal IReadOnlyList<(BytePath Path, Trouble Trouble)> Unlisted { get; init; } = [];

    /// <summary>The hashes of what was asked for, unit by unit.</summary>
    internal ReadOnlyMemory<byte>? Sums { get; init; }

    /// <summary>What was read. Of an answer that was read: valid until the next one is.</summary>
    internal ReadOnlyMemory<byte>? Data { get; init; }

    // One request has one of them.
    private static readonly byte[][] Sayings = ["there"u8.ToArray(), "held"u8.ToArray(), "published"u8.ToArray(), "mended"u8.ToArray(), "deleted"u8.ToArray()];

    /// <param name="output">Takes it.</param>
    /// <param name="verb">What it is the answer to.</param>
    internal void WriteTo(IBufferWriter<byte> output, Verb verb)
    {
        int saying = SayingOf(verb);
        MessagePackWriter writer = new(output);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Number(ref writer, "to"u8, To);
            Trouble?.Count(ref map, ref writer);
            map.Flag(ref writer, "gone"u8, IsGone);
            if (map.Key(ref writer, "path"u8, !Path.IsEmpty))
            {
                writer.Write(Path.Span);
            }

            map.Number(ref writer, "length"u8, Length);
            map.Time(ref writer, "received"u8, Received);
            if (map.Key(ref writer, "version"u8, Version is not null))
            {
                writer.Write(Version.GetValueOrDefault().Span);
            }

            map.Time(ref writer, "time"u8, Time);
            if (saying >= 0 && map.Key(ref writer, Sayings[saying], Said is not null))
            {
                writer.Write(Said == true);
            }

            map.Number(ref writer, "lease"u8, Lease);
            if (map.Key(ref writer, "exclusive"u8, Exclusive is not null))
            {
                writer.Write(Exclusive == true);
            }

            if (map.Key(ref writer, "paths"u8, Paths is not null))
            {
                writer.WriteArrayHeader(Paths!.Count);
                foreach (BytePath path in Paths)
                {
                    writer.Write(path.Span);
                }
            }

            if (map.Key(ref writer, "after"u8, After is not null))
            {
                writer.Write(After);
            }

            if (map.Key(ref writer, "unlisted"u8, Unlisted.Count > 0))
            {
                WriteUnlisted(ref writer);
            }

            if (map.Key(ref writer, "sums"u8, Sums is not null))
            {
                writer.Write(Sums.GetValueOrDefault().Span);
            }

            if (map.Key(ref writer, "data"u8, Data is not null))
            {
                writer.Write(Data.GetValueOrDefault().Span);
            }
        }

        writer.Flush();
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">One map; <see cref="Data"/> points into it.</param>
    /// <exception cref="BackshiftException">It is none.</exception>
    internal static Answer Parse(ReadOnlyMemory<byte> message)
    {
        Answer answer = new() { To = -1 };
        Trouble? trouble = null;
        bool isFirst = true;
        try
        {
            MessagePackReader reader = new(message);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (isFirst != map.Is("to"u8)) { throw MessageReader.Damaged("the first key is not \"to\""); }
                else if (isFirst) { answer = answer with { To = RecordText.ReadCount(ref reader, long.MaxValue, "to") }; }
                else if (map.Is("gone"u8)) { answer = answer with { IsGone = reader.ReadBoolean() }; }
                else if (map.Is("path"u8)) { answer = answer with { Path = new BytePath(RecordText.ReadBytes(ref reader, MessageLimits.Path, "path")) }; }
                else if (map.Is("length"u8)) { answer = answer with { Length = RecordText.ReadCount(ref reader, long.MaxValue, "length") }; }
                else if (map.Is("received"u8)) { answer = answer with { Received = RecordTime.Read(ref reader, "received") }; }
                else if (map.Is("version"u8)) { answer = answer with { Version = Request.ReadVersion(ref reader) }; }
                else if (map.Is("time"u8)) { answer = answer with { Time = RecordTime.Read(ref reader, "time") }; }
                else if (map.Is("lease"u8)) { answer = answer with { Lease = RecordText.ReadCount(ref reader, long.MaxValue, "lease") }; }
                else if (map.Is("exclusive"u8)) { answer = answer with { Exclusive = reader.ReadBoolean() }; }
                else if (map.Is("paths"u8)) { answer = answer with { Paths = ReadPaths(ref reader) }; }
                else if (map.Is("after"u8)) { answer = answer with { After = RecordText.ReadBytes(ref reader, MessageLimits.After, "after") }; }
                else if (map.Is("unlisted"u8)) { answer = answer with { Unlisted = ReadUnlisted(ref reader) }; }
                else if (map.Is("sums"u8)) { answer = answer with { Sums = RecordText.ReadBytes(ref reader, MessageLimits.Sums, "sums") }; }
                else if (map.Is("data"u8)) { answer = answer with { Data = Request.ReadData(ref reader, message) }; }
                else if (IndexOf(map.Key) is >= 0 and int saying) { answer = answer with { Said = reader.ReadBoolean(), SaidBy = saying }; }
                else if (!Trouble.TryTake(ref map, ref reader, ref trouble)) { reader.Skip(); }

                isFirst = false;
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"an answer is malformed: {MalformedValue.Fault(e)}", cause: e);
        }

        return answer.To < 0 ? throw new BackshiftException(ExitCode.DataError, "an answer is to no request") : answer with { Trouble = trouble?.OrUnnamed() };
    }

    /// <summary>The answer without what it says of something that was not asked.</summary>
    /// <param name="verb">What was asked.</param>
    internal Answer For(Verb verb) => Said is null || SaidBy == SayingOf(verb) ? this : this with { Said = null };

    private static int SayingOf(Verb verb) => verb switch
    {
        Verb.Exists => 0,
        Verb.Held => 1,
        Verb.Put or Verb.Publish or Verb.Hold => 2,
        Verb.Mend => 3,
        Verb.Delete => 4,
        _ => -1,
    };

    private static int IndexOf(ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < Sayings.Length; i++)
        {
            if (key.SequenceEqual(Sayings[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static int ReadCount(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader();
        return count <= MessageLimits.PathsInAnswer ? count : throw MessageReader.Damaged("too many paths");
    }

    private static BytePath[] ReadPaths(ref MessagePackReader reader)
    {
        BytePath[] paths = new BytePath[ReadCount(ref reader)];
        for (int i = 0; i < paths.Length; i++)
        {
            paths[i] = new BytePath(RecordText.ReadBytes(ref reader, MessageLimits.Path, "path"));
        }

        return paths;
    }

    private void WriteUnlisted(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(Unlisted.Count);
        foreach ((BytePath path, Trouble trouble) in Unlisted)
        {
            MapWriter map = default;
            while (map.NextPass(ref writer))
            {
                map.Bytes(ref writer, "path"u8, path.Span);
                trouble.Count(ref map, ref writer);
            }
        }
    }

    private static List<(BytePath Path, Trouble Trouble)> ReadUnlisted(ref MessagePackReader reader)
    {
        int count = ReadCount(ref reader);
        List<(BytePath, Trouble)> unlisted = [];
        while (count-- > 0)
        {
            BytePath path = default;
            Trouble? trouble = null;
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("path"u8)) { path = new BytePath(RecordText.ReadBytes(ref reader, MessageLimits.Path, "path")); }
                else if (!Trouble.TryTake(ref map, ref reader, ref trouble)) { reader.Skip(); }
            }

            unlisted.Add((path, (trouble ?? new Trouble(Trouble.Broken, $"{path}: cannot be listed")).OrUnnamed()));
        }

        return unlisted;
    }
}
