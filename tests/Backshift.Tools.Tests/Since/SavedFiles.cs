using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Saving;

namespace Backshift.Tools.Since.Tests;

/// <summary>A repository of its own for a test, savesets in it, and runs of the stage over them.</summary>
internal sealed class SavedFiles : IDisposable
{
    /// <summary>When the first saveset of a test begins; later ones an hour later each.</summary>
    internal static readonly UnixTime Start = new(1_795_000_000, 0);

    /// <summary>When the files of a test were last changed.</summary>
    internal static readonly UnixTime Before = new(1_700_000_000, 123_456_789);

    private readonly ScratchRepository repository = new("none");
    private long saves;

    internal List<string> Said { get; } = [];

    /// <summary>What the stage wrote.</summary>
    internal List<string> Written { get; private set; } = [];

    internal BeginRecord? Begin { get; private set; }

    /// <summary>A file as a walk finds it.</summary>
    internal static EntryRecord File(string path, long size) => new()
    {
        Path = BytePath.Of(path), Type = EntryType.File, Size = size, Mtime = Before, Ctime = Before, Dev = 7, Ino = 42, Nlink = 1, Mode = 0x1A4,
    };

    /// <summary>Records a saveset. The content of each file is told in words: "abc", "hole 5", "gone 7" for a chunk that the repository does not get.</summary>
    internal void Save(bool complete, string? subset, params (EntryRecord Entry, string[] Parts)[] files)
    {
        using RepositoryWriter writer = repository.Write(_ => { });
        UnixTime started = Start with { Seconds = Start.Seconds + (3600 * saves++) };
        using SavesetSink sink = writer.Record(new SavesetOptions("h", subset, started, Deltas: false, "test"), _ => { }, TimeProvider.System);
        sink.Begin(new BeginRecord());
        foreach ((EntryRecord entry, string[] parts) in files)
        {
            sink.StartEntry(entry);
            foreach (string part in parts)
            {
                byte[] bytes = System.Text.Encoding.UTF8.GetBytes(part);
                if (part.StartsWith("hole ", StringComparison.Ordinal))
                {
                    sink.AddHole(long.Parse(part[5..]));
                    continue;
                }

                if (!part.StartsWith("gone ", StringComparison.Ordinal))
                {
                    writer.Chunks.Add(Digest.Of(bytes), bytes);
                }

                sink.AddChunk(Digest.Of(bytes), bytes.Length);
            }
        }

        if (complete)
        {
            sink.PublishComplete();
        }
        else
        {
            // What is under way when a stream is cut is left out.
            sink.StartEntry(File("cut", 0));
            sink.PublishIncomplete("cut");
        }
    }

    internal void Save(params (EntryRecord Entry, string[] Parts)[] files) => Save(complete: true, null, files);

    /// <summary>Runs the stage over entries; each becomes a word in <see cref="Written"/>, "path" or "path=" and its content.</summary>
    internal async Task RunAsync(SinceOptions options, params EntryRecord[] entries)
    {
        using MemoryStream input = new();
        RecordWriter writer = new(input);
        writer.Write(new BeginRecord { Host = "h", Stages = ["bs-walk"] });
        foreach (EntryRecord entry in entries)
        {
            writer.Write(entry);
        }

        writer.Write(new EndRecord("bs-walk", entries.Length, 0, 0));
        await writer.FlushAsync();
        await ReadAsync(await PassAsync(options, input.ToArray()));
    }

    /// <summary>Runs the stage over a stream.</summary>
    internal async Task<byte[]> PassAsync(SinceOptions options, byte[] stream)
    {
        using MemoryStream output = new();
        using RepositoryReader reader = repository.Read(problem => Said.Add(problem.Message));
        SinceStage stage = new(new PassThrough(new RecordReader(new MemoryStream(stream)), new RecordWriter(output), "bs-since"), reader, options, Said.Add);
        try
        {
            await stage.RunAsync(CancellationToken.None);
        }
        finally
        {
            LastOutput = output.ToArray();
        }

        return LastOutput;
    }

    /// <summary>What the last run wrote, also one that failed.</summary>
    internal byte[] LastOutput { get; private set; } = [];

    /// <summary>The last entry that the last run wrote.</summary>
    internal async Task<EntryRecord> LastEntryAsync()
    {
        RecordReader reader = new(new MemoryStream(LastOutput));
        EntryRecord? last = null;
        while (await reader.ReadAsync())
        {
            last = reader.Kind == RecordKind.Entry ? EntryRecord.ReadFrom(reader.Encoded) : last;
        }

        return last!;
    }

    public void Dispose() => repository.Dispose();

    private async Task ReadAsync(byte[] stream)
    {
        RecordReader reader = new(new MemoryStream(stream));
        Written = [];
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case RecordKind.Begin:
                    Begin = BeginRecord.ReadFrom(reader.Encoded);
                    break;
                case RecordKind.Entry:
                    EntryRecord entry = EntryRecord.ReadFrom(reader.Encoded);
                    Written.Add($"{entry.Path}{(entry.HasContent ? "=" : "")}");
                    break;
                case RecordKind.Chunk:
                    ChunkRecord chunk = ChunkRecord.ReadFrom(reader.Encoded);
                    Written[^1] += $"[{(chunk.IsReference ? chunk.Size : -1)} {chunk.Digest.ToString()![..4]}]";
                    break;
                case RecordKind.List:
                    Written[^1] += $"[list {ListRecord.ReadFrom(reader.Encoded).Size}]";
                    break;
                case RecordKind.Hole:
                    Written[^1] += $"[hole {HoleRecord.ReadFrom(reader.Encoded)}]";
                    break;
            }
        }
    }

    /// <summary>A reference as it stands in <see cref="Written"/>.</summary>
    internal static string Reference(string content)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(content);
        return $"[{bytes.Length} {Digest.Of(bytes).ToString()[..4]}]";
    }
}
