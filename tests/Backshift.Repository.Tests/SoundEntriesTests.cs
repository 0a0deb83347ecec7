using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Checking;
using Backshift.Repository.Findings;
using Backshift.Repository.Trees;
using Backshift.Repository.Workers;
using MessagePack;

namespace Backshift.Repository.Tests;

/// <summary>An entry that is in the leaves of many savesets is checked once, if it is sound.</summary>
public sealed class SoundEntriesTests : IDisposable
{
    private readonly ScratchRepository repository = new();

    [Fact]
    public void An_entry_is_known_by_all_of_its_bytes()
    {
        SoundEntries known = new();
        StoredEntry entry = Entry("a", 5);
        byte[] encoded = Encode(entry), other = Encode(Entry("a", 6));
        ulong hash = known.HashOf(encoded);
        known.Add(hash, encoded, entry.Entry, 5);
        Assert.True(known.TryFind(hash, out SoundEntries.Known found));
        Assert.Equal((5, EntryType.File, "a"), (found.Size, found.EntryType, new BytePath(found.PathIn(encoded).Span).ToString()));
        Assert.False(known.TryFind(known.HashOf(other), out _));
        known.Clear();
        Assert.False(known.TryFind(hash, out _));
    }

    [Fact]
    public void Of_many_most_are_known_and_all_that_are_known_are_right()
    {
        SoundEntries known = new();
        StoredEntry[] entries = [.. Enumerable.Range(0, 30_000).Select(static number => Entry($"dir/{number}", number))];
        foreach (StoredEntry entry in entries)
        {
            byte[] encoded = Encode(entry);
            known.Add(known.HashOf(encoded), encoded, entry.Entry, entry.Entry.Size!.Value);
        }

        int count = 0;
        foreach (StoredEntry entry in entries)
        {
            byte[] encoded = Encode(entry);
            if (known.TryFind(known.HashOf(encoded), out SoundEntries.Known found))
            {
                count++;
                Assert.Equal((entry.Entry.Size, entry.Path), (found.Size, new BytePath(found.PathIn(encoded).Span)));
            }
        }

        Assert.InRange(count, 15_000, 30_000);
    }

    [Fact]
    public void An_entry_that_lacks_a_chunk_is_named_for_each_saveset_and_those_beside_it_are_not()
    {
        byte[] there = [1, 2, 3], lost = [4, 5, 6];
        using (RepositoryWriter writer = repository.Write())
        {
            writer.Chunks.Add(Digest.Of(there), there);
            for (int number = 0; number < 3; number++)
            {
                HandmadeTree.Save(writer, new Savesets.Saveset { Host = "h", Started = new UnixTime(1_700_000_000 + number, 0), Complete = true },
                    [File("a", there), File("b", lost), File("c", there), new StoredEntry(new EntryRecord
                    {
                        Path = BytePath.Of("d"), Type = EntryType.Directory, Mtime = new UnixTime(number, 0),
                    })]);
            }
        }

        List<Finding> found = [];
        using WorkerPool workers = new(1);
        using RepositoryCheck check = new(repository.Directory, workers, found.Add);
        check.Run(readData: false, CancellationToken.None);
        Assert.Equal(12, check.Counts.Entries);
        Assert.Equal(3, found.Select(static finding => finding.Saveset!.Name).Distinct().Count());
        Assert.All(found, static finding => Assert.Equal((FindingKind.ChunkMissing, "b"), (finding.Kind, finding.Path.ToString())));
        Assert.Equal(3, found.Count);
    }

    public void Dispose() => repository.Dispose();

    private static StoredEntry Entry(string path, long size) =>
        new(new EntryRecord { Path = BytePath.Of(path), Type = EntryType.File, Size = size, Mode = 0x1A4, Mtime = new UnixTime(1, 0) });

    private static StoredEntry File(string path, byte[] content)
    {
        StoredEntry entry = Entry(path, content.Length);
        entry.Parts = [new ContentPart(Digest.Of(content), content.Length)];
        return entry;
    }

    private static byte[] Encode(StoredEntry entry)
    {
        ArrayBufferWriter<byte> buffer = new();
        MessagePackWriter writer = new(buffer);
        entry.WriteTo(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
