using System.Buffers;
using System.Text;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records.Tests;

/// <summary>What becomes of a stream that is read to its end with every record looked into.</summary>
internal sealed class Reading
{
    private readonly ArrayBufferWriter<byte> again = new();

    /// <summary>ok, cut or damaged, as in a vector.</summary>
    internal string Verdict { get; private set; } = "";

    internal string Message { get; private set; } = "";

    /// <summary>The records as a vector shows them.</summary>
    internal List<string> Records { get; } = [];

    /// <summary>The records, decoded and encoded again.</summary>
    internal byte[] Again => again.WrittenSpan.ToArray();

    internal static async Task<Reading> OfAsync(Stream input)
    {
        Reading reading = new();
        RecordReader reader = new(input);
        try
        {
            while (await reader.ReadAsync())
            {
                reading.Take(reader.Kind, reader.Encoded);
            }

            reading.Verdict = "ok";
        }
        catch (StreamCutException e)
        {
            reading.Verdict = "cut";
            reading.Message = e.Message;
        }
        catch (BackshiftException e) when (e.Code == ExitCode.DataError)
        {
            reading.Verdict = "damaged";
            reading.Message = e.Message;
        }

        return reading;
    }

    internal static Task<Reading> OfAsync(byte[] stream) => OfAsync(new MemoryStream(stream));

    private void Take(RecordKind kind, ReadOnlySequence<byte> encoded)
    {
        MessagePackWriter writer = new(again);
        switch (kind)
        {
            case RecordKind.Begin:
                BeginRecord begin = BeginRecord.ReadFrom(encoded);
                begin.WriteTo(ref writer);
                Records.Add(Show(begin));
                break;
            case RecordKind.Entry:
                EntryRecord entry = EntryRecord.ReadFrom(encoded);
                entry.WriteTo(ref writer);
                Records.Add(Show(entry));
                break;
            case RecordKind.Data:
                byte[] data = DataRecord.ReadFrom(encoded).ToArray();
                DataRecord.Write(ref writer, data);
                Records.Add($"data bytes={StreamVector.Hex(data)}");
                break;
            case RecordKind.Chunk:
                ChunkRecord chunk = ChunkRecord.ReadFrom(encoded);
                ChunkRecord.Write(ref writer, chunk.Digest, chunk.Size, chunk.Bytes.ToArray());
                Records.Add($"chunk size={chunk.Size}" + Shown("digest", chunk.Digest)
                    + (chunk.IsReference ? "" : $" bytes={StreamVector.Hex(chunk.Bytes.ToArray())}"));
                break;
            case RecordKind.List:
                ListRecord list = ListRecord.ReadFrom(encoded);
                list.WriteTo(ref writer);
                Records.Add($"list id={list.Id} level={list.Level} size={list.Size}");
                break;
            case RecordKind.Hole:
                long hole = HoleRecord.ReadFrom(encoded);
                HoleRecord.Write(ref writer, hole);
                Records.Add($"hole size={hole}");
                break;
            case RecordKind.Fork:
                ForkRecord fork = ForkRecord.ReadFrom(encoded);
                fork.WriteTo(ref writer);
                Records.Add($"fork path={fork.Path} name={fork.Name} size={fork.Size} offset={fork.Offset} bytes={StreamVector.Hex(fork.Bytes.ToArray())}");
                break;
            case RecordKind.Problem:
                ProblemRecord problem = ProblemRecord.ReadFrom(encoded);
                problem.WriteTo(ref writer);
                Records.Add("problem" + (problem.Path.IsEmpty ? "" : $" path={problem.Path}") + $" stage={problem.Stage}"
                    + (problem.Errno == 0 ? "" : $" errno={problem.Errno}") + $" text={problem.Text}" + (problem.Marks ? " marks=true" : "")
                        + Unknown(problem.Unknown));
                break;
            case RecordKind.End:
                EndRecord end = EndRecord.ReadFrom(encoded);
                end.WriteTo(ref writer);
                Records.Add($"end stage={end.Stage} entries={end.Entries} bytes={end.Bytes} problems={end.Problems}");
                break;
            default:
                writer.WriteRaw(encoded);
                Records.Add($"other {Convert.ToHexStringLower(encoded.ToArray())}");
                break;
        }

        writer.Flush();
    }

    private static string Show(BeginRecord begin) =>
        "begin" + Shown("host", begin.Host) + Shown("subset", begin.Subset) + Time("started", begin.Started)
        + Shown("save", begin.Save.Length > 0 ? Convert.ToHexStringLower(begin.Save) : null)
            + Shown("requires", begin.Requires.Count > 0 ? string.Join(',', begin.Requires) : null)
        + Shown("cutter", begin.Cutter is { } cutter ? $"{cutter.Name},{cutter.Average},{Convert.ToHexStringLower(cutter.Identity)}" : null)
        + Names("stages", begin.Stages) + (begin.Sorted ? " sorted" : "") + Names("bases", begin.Bases)
            + Names("roots", [.. begin.Roots.Select(static root => root.ToString())])
        + Shown("estimate", begin.Estimate is { } estimate ? $"{estimate.Source},{estimate.Entries},{estimate.Bytes}" : null) + Unknown(begin.Unknown);

    private static string Names(string key, IReadOnlyList<string> names) => names.Count == 0 ? "" : $" {key}={string.Join(',', names)}";

    private static string Show(EntryRecord entry) =>
        $"entry path={entry.Path} type={Encoding.ASCII.GetString(entry.TypeName)}"
        + Shown("mode", entry.Mode is { } mode ? Convert.ToString(mode, 8) : null) + Shown("uid", entry.Uid) + Shown("gid", entry.Gid)
        + Text("user", entry.User) + Text("group", entry.Group) + Shown("size", entry.Size)
        + Time("mtime", entry.Mtime) + Time("ctime", entry.Ctime) + Time("btime", entry.Btime)
        + Shown("dev", entry.Dev) + Shown("ino", entry.Ino) + Shown("nlink", entry.Nlink) + Text("target", entry.Target)
        + Shown("rdev", entry.RdevMajor is { } major ? $"{major},{entry.RdevMinor}" : null)
        + Shown("xattrs",
            entry.Attributes is { } all
            ? string.Join(',', all.Select(static one => Convert.ToHexStringLower(one.Key) + ":" + Convert.ToHexStringLower(one.Value))) : null)
        + Shown("flags", entry.Flags) + Shown("source", entry.Source) + (entry.HasContent ? " content=true" : "")
        + (entry.Earlier is { } earlier ? $" earlier={string.Join(',', earlier.Select(static chunk => $"{chunk.Digest}:{chunk.Size}"))}" : "")
            + Unknown(entry.Unknown);

    private static string Shown(string key, object? value) => value is null ? "" : $" {key}={value}";

    private static string Text(string key, byte[]? value) => value is null ? "" : $" {key}={Escaping.Display(value)}";

    private static string Time(string key, UnixTime? value) => value is { } time ? $" {key}={time.Seconds}.{time.Nanoseconds:d9}" : "";

    private static string Unknown(UnknownKeys keys)
    {
        ArrayBufferWriter<byte> bytes = new();
        MessagePackWriter writer = new(bytes);
        keys.WriteTo(ref writer);
        writer.Flush();
        return keys.Count == 0 ? "" : $" unknown={Convert.ToHexStringLower(bytes.WrittenSpan)}";
    }
}
