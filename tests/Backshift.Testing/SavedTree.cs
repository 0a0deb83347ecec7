using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Testing;

/// <summary>A repository of its own for a test, with one saveset of what the test puts in.</summary>
public sealed class SavedTree : IDisposable
{
    private readonly ScratchRepository repository;
    private readonly RepositoryWriter writer;
    private readonly bool checkLinks;
    private readonly List<StoredEntry> entries = [];
    private readonly List<ProblemRecord> problems = [];

    /// <param name="block">Length of a block: a small one makes many of them.</param>
    /// <param name="checkLinks">Whether our own writer records the saveset, which puts links in order, or the entries are left as the test makes them.</param>
    public SavedTree(int block = 65536, bool checkLinks = false)
    {
        repository = new ScratchRepository(block: block, pack: 1 << 20);
        writer = repository.Write();
        this.checkLinks = checkLinks;
    }

    public BytePath Root => repository.Root;

    public List<string> Said { get; } = [];

    public SavedTree Directory(string path) => Add(path, EntryType.Directory);

    public SavedTree File(string path, string content, long nlink = 1) => File(path, content.Length == 0 ? [] : [Encoding.UTF8.GetBytes(content)], nlink);

    /// <summary>Adds a file of these chunks; an empty one is a hole of 4096 bytes.</summary>
    public SavedTree File(string path, IEnumerable<byte[]> content, long nlink = 1)
    {
        Add(path, EntryType.File, nlink: nlink);
        entries[^1].Parts = [.. content.Select(Store)];
        return this;
    }

    public SavedTree Link(string path, string target, long nlink) => Add(path, EntryType.Link, target, nlink);

    public SavedTree Add(string path, EntryType type, string? target = null, long nlink = 1)
    {
        entries.Add(new StoredEntry(new EntryRecord
        {
            Path = BytePath.Of(path),
            Type = type,
            Mode = type == EntryType.Directory ? 0x1EDu : 0x1A4u,
            Uid = 0,
            Gid = 0,
            Mtime = new UnixTime(1_000_000_000, 0),
            Nlink = nlink,
            Target = target is null ? null : Encoding.UTF8.GetBytes(target),
        }));
        return this;
    }

    /// <summary>Adds an entry of a type that a later version may have, with a chunk and its size.</summary>
    public SavedTree Later(string path, string type, string content)
    {
        entries.Add(new StoredEntry(HandmadeTree.Later(path, type)) { Parts = [Store(Encoding.UTF8.GetBytes(content))] });
        return this;
    }

    /// <summary>Adds a problem; one that marks is kept with the last entry too.</summary>
    public SavedTree Problem(string path, string text, bool marks)
    {
        problems.Add(new ProblemRecord(BytePath.Of(path), "test", 5, text, marks && entries.Count > 0));
        if (marks && entries.Count > 0)
        {
            entries[^1].Problem ??= text;
        }

        return this;
    }

    /// <summary>Publishes the saveset, of this host.</summary>
    public SavedTree Save(bool complete = true, string host = "h")
    {
        Saveset saveset = new() { Host = host, Started = new UnixTime(1_700_000_000, 0), Finished = UnixTime.Now(TimeProvider.System), Complete = complete };
        if (checkLinks)
        {
            Record(saveset);
        }
        else
        {
            HandmadeTree.Save(writer, saveset, entries, problems);
        }

        return this;
    }

    public RepositoryReader Open(int workers = 1) => RepositoryReader.Open(Root, trouble => Said.Add(trouble.Message), workers);

    /// <summary>Changes a byte of the first block of every pack of contents.</summary>
    public void Damage()
    {
        foreach (BytePath pack in repository.Packs(holdNodes: false))
        {
            repository.Change(pack, 32, static value => (byte)~value);
        }
    }

    public void Dispose()
    {
        writer.Dispose();
        repository.Dispose();
    }

    private ContentPart Store(byte[] chunk)
    {
        if (chunk.Length == 0)
        {
            return new ContentPart(null, 4096);
        }

        Digest digest = Digest.Of(chunk);
        writer.Chunks.Add(digest, chunk);
        return new ContentPart(digest, chunk.Length);
    }

    private void Record(Saveset saveset)
    {
        if (problems.Count > 0)
        {
            throw new InvalidOperationException("problems are for trees that are left as they are made");
        }

        using SavesetWriter recorder = new(repository.Directory, writer.Chunks);
        foreach (StoredEntry entry in entries)
        {
            recorder.StartEntry(entry.Entry);
            foreach (ContentPart part in entry.Parts)
            {
                if (part.Digest is { } digest)
                {
                    recorder.AddChunk(digest, (int)part.Size);
                }
                else
                {
                    recorder.AddHole(part.Size);
                }
            }
        }

        recorder.Publish(saveset, TimeProvider.System);
    }
}
