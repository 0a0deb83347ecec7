using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Chunks;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;
using Backshift.Repository.Workers;

namespace Backshift.Tools.Tests;

/// <summary>A repository of its own for a test, with one saveset of what the test puts in.</summary>
internal sealed class SavedTree : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"backshift-tree-{Guid.NewGuid():n}");
    private readonly WorkerPool pool = new(1);
    private readonly RepositoryDirectory directory;
    private readonly ChunkStore chunks;
    private readonly SavesetWriter writer;

    /// <param name="block">Length of a block: a small one makes many of them.</param>
    /// <param name="checkLinks">Whether links are put in order, as our own writers do, or left as the test makes them.</param>
    internal SavedTree(int block = 65536, bool checkLinks = false)
    {
        directory = RepositoryDirectory.Create(Root, new RepositoryConfig { Block = block, Pack = 1 << 20 });
        chunks = new ChunkStore(directory, pool, static trouble => throw trouble);
        writer = new SavesetWriter(directory, chunks) { CheckLinks = checkLinks };
    }

    internal BytePath Root => BytePath.Of(folder);

    internal List<string> Said { get; } = [];

    internal SavedTree Directory(string path) => Add(path, EntryType.Directory);

    internal SavedTree File(string path, string content, long nlink = 1) => File(path, content.Length == 0 ? [] : [Encoding.UTF8.GetBytes(content)], nlink);

    /// <summary>Adds a file of these chunks; an empty one is a hole of 4096 bytes.</summary>
    internal SavedTree File(string path, IEnumerable<byte[]> content, long nlink = 1)
    {
        Add(path, EntryType.File, nlink: nlink);
        foreach (byte[] chunk in content)
        {
            if (chunk.Length == 0)
            {
                writer.AddHole(4096);
                continue;
            }

            Digest digest = Digest.Of(chunk);
            chunks.Add(digest, chunk);
            writer.AddChunk(digest, chunk.Length);
        }

        return this;
    }

    internal SavedTree Link(string path, string target, long nlink) => Add(path, EntryType.Link, target, nlink);

    internal SavedTree Add(string path, EntryType type, string? target = null, long nlink = 1)
    {
        writer.StartEntry(new EntryRecord
        {
            Path = BytePath.Of(path),
            Type = type,
            Mode = type == EntryType.Directory ? 0x1EDu : 0x1A4u,
            Uid = 0,
            Gid = 0,
            Mtime = new UnixTime(1_000_000_000, 0),
            Nlink = nlink,
            Target = target is null ? null : Encoding.UTF8.GetBytes(target),
        });
        return this;
    }

    /// <summary>Adds an entry of a type that a later version may have, with a chunk and its size.</summary>
    internal SavedTree Later(string path, string type, string content)
    {
        System.Buffers.ArrayBufferWriter<byte> bytes = new();
        MessagePack.MessagePackWriter record = new(bytes);
        record.WriteMapHeader(3);
        record.Write("kind");
        record.Write("entry");
        record.Write("path");
        record.Write(Encoding.UTF8.GetBytes(path));
        record.Write("type");
        record.Write(type);
        record.Flush();
        EntryRecord entry = EntryRecord.ReadFrom(new System.Buffers.ReadOnlySequence<byte>(bytes.WrittenMemory));
        writer.StartEntry(entry);
        chunks.Add(Digest.Of(Encoding.UTF8.GetBytes(content)), Encoding.UTF8.GetBytes(content));
        writer.AddChunk(Digest.Of(Encoding.UTF8.GetBytes(content)), content.Length);
        return this;
    }

    internal SavedTree Problem(string path, string text, bool marks)
    {
        writer.AddProblem(new ProblemRecord(BytePath.Of(path), "test", 5, text, marks));
        return this;
    }

    /// <summary>Publishes the saveset.</summary>
    internal SavedTree Save(bool complete = true)
    {
        writer.Publish(new Saveset { Host = "h", Started = new UnixTime(1_700_000_000, 0), Complete = complete }, TimeProvider.System);
        return this;
    }

    internal RepositoryReader Open(int workers = 1) => RepositoryReader.Open(Root, trouble => Said.Add(trouble.Message), workers);

    /// <summary>Changes a byte of the first block of every pack of contents.</summary>
    internal void Damage()
    {
        foreach (string pack in System.IO.Directory.EnumerateFiles(Path.Combine(folder, "packs"), "*", SearchOption.AllDirectories))
        {
            using FileStream file = System.IO.File.Open(pack, FileMode.Open);
            byte[] header = new byte[12];
            file.ReadExactly(header);
            if ((header[11] & 1) == 0)
            {
                file.Position = 34;
                int value = file.ReadByte();
                file.Position = 34;
                file.WriteByte((byte)~value);
            }
        }
    }

    public void Dispose()
    {
        writer.Dispose();
        chunks.Dispose();
        directory.Dispose();
        pool.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }
}
