using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;

namespace Backshift.Scale.Measuring;

/// <summary>Look-ups of digests, as a writer does them.</summary>
internal static class Lookups
{
    /// <summary>In the order of packs: an unchanged file, or a whole host.</summary>
    internal static IEnumerable<Figure> KnownInOrder(ScaleOptions options)
    {
        long first = options.Chunks / 3;
        return Known(options, $"{options.Lookups:n0} known digests in the order of packs", i => (first + i) % options.Chunks);
    }

    /// <summary>All over the repository: the worst order that there is.</summary>
    internal static IEnumerable<Figure> KnownAtRandom(ScaleOptions options) =>
        Known(options, $"{options.Lookups:n0} known digests at random", i => (long)(SyntheticDigest.Mix((ulong)i) % (ulong)options.Chunks));

    internal static IEnumerable<Figure> New(ScaleOptions options)
    {
        using RepositoryDirectory repository = Opening.Repository(options);
        using ChunkFinder finder = new(repository, Opening.Fail, isReader: false);
        StoredChunks stored = new(finder, CondemnedPacks.None);
        yield return Figure.Of("the first new digest: the filters are read", Spent.On(() => Expect(stored, options.Chunks, isKnown: false)));
        Spent spent = Spent.On(() =>
        {
            for (int i = 1; i <= options.Lookups; i++)
            {
                Expect(stored, options.Chunks + i, isKnown: false);
            }
        });
        yield return Figure.Of($"{options.Lookups:n0} new digests", spent, options.Lookups);
    }

    /// <summary>With no filter in memory: what becomes of look-ups where filters no longer fit.</summary>
    internal static IEnumerable<Figure> NewByPage(ScaleOptions options)
    {
        using RepositoryDirectory repository = Opening.Repository(options);
        List<RunReader> runs = [.. repository.ListRuns().Select(name => RunReader.TryOpen(repository, name, room: 0).Run!)];
        List<Place> found = [];
        int count = 0;
        Spent spent = Spent.On(() =>
        {
            for (int i = 1; i <= options.Lookups; i++)
            {
                ulong key = SyntheticDigest.Of(options.Chunks + i).Prefix;
                foreach (RunReader run in runs)
                {
                    run.Find(key, found);
                }

                count += found.Count;
                found.Clear();
            }
        });
        runs.ForEach(static run => run.Dispose());
        yield return Figure.Of($"{options.Lookups:n0} new digests, {runs.Count} runs, no filter in memory", spent, options.Lookups);
        if (count > 0)
        {
            throw new InvalidOperationException($"{count} new digests are in a run");
        }
    }

    private static IEnumerable<Figure> Known(ScaleOptions options, string what, Func<int, long> number)
    {
        using RepositoryDirectory repository = Opening.Repository(options);
        using ChunkFinder finder = new(repository, Opening.Fail, isReader: false);
        StoredChunks stored = new(finder, CondemnedPacks.None);
        Expect(stored, number(0), isKnown: true);
        Spent spent = Spent.On(() =>
        {
            for (int i = 1; i <= options.Lookups; i++)
            {
                Expect(stored, number(i), isKnown: true);
            }
        });
        yield return Figure.Of(what, spent, options.Lookups);
    }

    private static void Expect(StoredChunks stored, long number, bool isKnown)
    {
        Digest digest = SyntheticDigest.Of(number);
        ChunkPlace? place = stored.Find(digest);
        bool isRight = place is { } found
            ? isKnown && found.Size == Layout.ChunkSize && found.Slot == number % Layout.ChunksInPack && found.Pack.Directory.DigestAt(found.Slot) == digest
            : !isKnown;
        if (!isRight)
        {
            throw new InvalidOperationException($"chunk {number} is {(place is null ? "not found" : "found in the wrong place")}");
        }
    }
}
