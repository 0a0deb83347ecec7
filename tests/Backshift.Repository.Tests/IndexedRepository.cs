using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Indexes;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Tests;

/// <summary>A repository of its own for one test, ways to fill and damage its index, and what was reported.</summary>
internal sealed class IndexedRepository : IDisposable
{
    internal ScratchRepository Repository { get; } = new();

    internal List<string> Said { get; } = [];

    public void Dispose() => Repository.Dispose();

    internal static byte[] Content(int number)
    {
        byte[] content = new byte[1000];
        new Random(number).NextBytes(content);
        return content;
    }

    internal void Say(BackshiftException problem) => Said.Add(problem.Message);

    internal RunSet Open() => RunSet.Open(Repository.Directory, Say);

    internal ObjectName[] Runs() => [.. Repository.Directory.ListRuns()];

    internal List<ObjectName> PacksOf(ObjectName name)
    {
        using RunReader run = RunReader.TryOpen(Repository.Directory, name, 1 << 20).Run!;
        return [.. run.Packs];
    }

    /// <summary>So many writers, one after the other, each with chunks of its own.</summary>
    internal Digest[] Save(int count, int from = 0, bool tidy = true)
    {
        List<Digest> chunks = [];
        for (int i = from; i < from + count; i++)
        {
            using RepositoryWriter writer = Repository.Write(Say);
            ChunkStore store = writer.Chunks;
            byte[] content = Content(i);
            Digest digest = Digest.Of(content);
            store.Add(digest, content);
            byte[] other = Content(1000 + i);
            store.Add(Digest.Of(other), other);
            store.Publish();
            if (tidy)
            {
                store.Tidy();
            }

            chunks.Add(digest);
        }

        return [.. chunks];
    }

    internal void Tidy()
    {
        using RunSet runs = Open();
        RunMerge.Tidy(Repository.Directory, runs, Say);
    }

    internal bool IsFoundByRunsAlone(Digest digest)
    {
        using RunSet runs = Open();
        List<Place> found = [];
        runs.Find(digest, found);
        using PackShelf shelf = new(Repository.Directory, Say);
        return found.Any(place =>
            shelf.TryOpen(place.Pack) is { } pack && place.Slot < pack.Directory.ChunkCount && pack.Directory.DigestAt(place.Slot) == digest);
    }

    /// <summary>Writes a run in place of others, from the directories of their packs.</summary>
    internal ObjectName Rewrite(ObjectName[] replaced, ObjectName[]? named = null, Func<RunEntry, RunEntry?>? change = null)
    {
        ObjectName[] packs = named ?? [.. replaced.Where(name => Runs().Contains(name)).SelectMany(PacksOf).Distinct()];
        List<RunEntry> entries = [];
        for (int i = 0; i < packs.Length; i++)
        {
            using OpenPack pack = OpenPack.TryOpen(Repository.Directory, packs[i])!;
            StrayPacks.AddEntries(pack.Directory, (uint)i, entries);
        }

        List<RunEntry> changed = [.. entries.Select(entry => change is null ? entry : change(entry)).OfType<RunEntry>().Order()];
        return RunWriter.Publish(Repository.Directory, packs, replaced, changed.Count, () => changed);
    }

    internal void Spoil(string fault)
    {
        ObjectName[] all = [.. Runs().Order()];
        bool first = true;
        Rewrite(all, null, fault switch
        {
            "no entries" => static _ => null,
            "wrong slots" => static entry => entry with { Slot = entry.Slot + 1 },
            _ => entry =>
            {
                RunEntry? kept = first ? null : entry;
                first = false;
                return kept;
            },
        });
        foreach (ObjectName name in all)
        {
            Delete(name);
        }
    }

    internal void Delete(ObjectName run) => Repository.Delete(ObjectPath.Run(run).Path);

    internal void Flip(ObjectName run, int at) => Repository.Flip(ObjectPath.Run(run).Path, at);

    internal void Change(ObjectName run, int at, Func<byte, byte> change) => Repository.Change(ObjectPath.Run(run).Path, at, change);
}
