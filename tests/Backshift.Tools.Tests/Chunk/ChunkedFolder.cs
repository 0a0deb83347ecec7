using System.Buffers;
using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

/// <summary>A folder of its own for a test, and entries of its files sent through the stage.</summary>
internal sealed class ChunkedFolder : IDisposable
{
    private readonly List<EntryRecord> entries = [];

    internal ChunkedFolder() => Directory.CreateDirectory(Folder);

    internal string Folder { get; } = Path.Combine(Path.GetTempPath(), $"bs-chunk-{Guid.NewGuid():n}");

    internal List<string> Said { get; } = [];

    internal List<EntryRecord> Entries { get; } = [];

    internal List<ProblemRecord> Problems { get; } = [];

    /// <summary>The content of each entry, with zeros for holes.</summary>
    internal Dictionary<string, byte[]> Contents { get; } = [];

    /// <summary>The lengths of holes, per entry.</summary>
    internal Dictionary<string, long> Holes { get; } = [];

    internal List<int> ChunkSizes { get; } = [];

    /// <summary>Bytes that do not compress, the same for the same seed.</summary>
    internal static byte[] Noise(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal string PathOf(string name) => Path.Combine(Folder, name);

    internal ChunkedFolder With(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return Listed(name);
    }

    /// <summary>What somebody before tells of the last file: the chunks of an earlier version.</summary>
    internal ChunkedFolder WithEarlier(params byte[][] chunks)
    {
        entries[^1].Earlier = [.. chunks.Select(static chunk => new EarlierChunk(Digest.Of(chunk), chunk.Length))];
        return this;
    }

    /// <summary>The chunks that came as references, by path.</summary>
    internal Dictionary<string, List<Digest>> References { get; } = [];

    /// <summary>The chunks that came with their bytes, by path.</summary>
    internal Dictionary<string, List<byte[]>> Chunks { get; } = [];

    /// <summary>Adds an entry as bs-walk would make it now.</summary>
    internal ChunkedFolder Listed(string name)
    {
        BytePath source = BytePath.Of(PathOf(name));
        Assert.Equal(0, FileStatus.TryGet(source, out FileStatus status));
        entries.Add(new EntryRecord
        {
            Path = BytePath.Of(name),
            Source = source,
            Type = EntryTypes.Of(status.Kind)!.Value,
            Size = status.Size,
            Mtime = status.Mtime,
            Ctime = status.Ctime,
            Dev = status.Dev,
            Ino = status.Ino,
            Nlink = status.Nlink,
        });
        return this;
    }

    /// <summary>Sends the entries through the stage and reads what comes out.</summary>
    internal async Task<ExitCode> ChunkAsync(int readers = 4, bool end = true)
    {
        using MemoryStream input = new();
        RecordWriter writer = new(input);
        writer.Write(new BeginRecord { Host = "h", Stages = ["test"] });
        entries.ForEach(writer.Write);
        if (end)
        {
            writer.Write(new EndRecord("test", entries.Count, 0, 0));
        }

        await writer.FlushAsync();
        input.Position = 0;
        using MemoryStream output = new();
        using ChunkStage stage = new(
            new PassThrough(new RecordReader(input), new RecordWriter(output), "bs-chunk"),
                new ChunkSettings(new CutterKey(CutterKey.PublicSeed), 4096, ChunkNaming.Plain) { Readers = readers }, Said.Add);
        ExitCode status;
        try
        {
            status = await stage.RunAsync(CancellationToken.None);
        }
        finally
        {
            output.Position = 0;
            await ReadAsync(new RecordReader(output), end);
        }

        return status;
    }

    private async Task ReadAsync(RecordReader reader, bool end)
    {
        string current = "";
        MemoryStream content = new();
        try
        {
            while (await reader.ReadAsync())
            {
                switch (reader.Kind)
                {
                    case RecordKind.Entry:
                        EntryRecord entry = EntryRecord.ReadFrom(reader.Encoded);
                        Entries.Add(entry);
                        current = entry.Path.ToString();
                        Contents[current] = [];
                        content = new MemoryStream();
                        break;
                    case RecordKind.Chunk:
                        ChunkRecord chunk = ChunkRecord.ReadFrom(reader.Encoded);
                        ChunkSizes.Add(chunk.Size);
                        if (chunk.IsReference)
                        {
                            References.TryAdd(current, []);
                            References[current].Add(chunk.Digest!.Value);
                        }
                        else
                        {
                            Chunks.TryAdd(current, []);
                            Chunks[current].Add(chunk.Bytes.ToArray());
                        }

                        content.Write(chunk.Bytes.ToArray());
                        Contents[current] = content.ToArray();
                        break;
                    case RecordKind.Hole:
                        long hole = HoleRecord.ReadFrom(reader.Encoded);
                        Holes[current] = Holes.GetValueOrDefault(current) + hole;
                        content.Write(new byte[hole]);
                        Contents[current] = content.ToArray();
                        break;
                    case RecordKind.Problem:
                        Problems.Add(ProblemRecord.ReadFrom(reader.Encoded));
                        break;
                }
            }
        }
        catch (StreamCutException) when (!end)
        {
            return;
        }

        Assert.True(end, "the output has an end record although the input has none");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
