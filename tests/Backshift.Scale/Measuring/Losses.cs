using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;

namespace Backshift.Scale.Measuring;

/// <summary>What readers do without a chunk, and without the index. All is put right again afterwards.</summary>
internal static class Losses
{
    // Five packs of one file, and as many chunks as packs in an order that helps nobody.
    private const int InOrder = 10_000;
    private const int Scattered = 5;

    /// <summary>A chunk that no pack has: the whole index is compared with the packs before it is called missing.</summary>
    internal static IEnumerable<Figure> Missing(ScaleOptions options)
    {
        using RepositoryReader reader = RepositoryReader.Open(BytePath.Of(options.Repository), Opening.Fail);
        yield return Figure.Of("the first missing chunk in a reader", Spent.On(() => Expect(reader, options.Chunks, isThere: false)));
        yield return Figure.Of("the second", Spent.On(() => Expect(reader, options.Chunks + 1, isThere: false)));
    }

    /// <summary>A byte of the filter of the largest run is wrong, so that the run is given up at the first question.</summary>
    internal static IEnumerable<Figure> DamagedRun(ScaleOptions options)
    {
        RunReader largest;
        using (RepositoryDirectory repository = Opening.Repository(options))
        using (RunSet runs = RunSet.Open(repository, Opening.Fail))
        {
            largest = runs.Runs.MaxBy(static run => run.Count)!;
        }

        string file = Path.Combine(options.Repository, ObjectPath.Run(largest.Name).Path.ToString());
        long filter = RunFile.HeadSize + (ObjectName.Size * ((long)largest.PackCount + largest.ReplacedCount)) + Sha256.HashSizeInBytes;
        Flip(file, filter);
        try
        {
            foreach (Figure figure in Read(options, $"without the run of {largest.Count:n0} entries"))
            {
                yield return figure;
            }
        }
        finally
        {
            Flip(file, filter);
        }
    }

    /// <summary>There is no index.</summary>
    internal static IEnumerable<Figure> LostIndex(ScaleOptions options)
    {
        Hide(options);
        try
        {
            foreach (Figure figure in Read(options, "without an index"))
            {
                yield return figure;
            }
        }
        finally
        {
            Restore(options);
        }
    }

    /// <summary>There is no index, and a save makes it anew.</summary>
    internal static IEnumerable<Figure> Rebuild(ScaleOptions options)
    {
        Hide(options);
        try
        {
            using RepositoryDirectory repository = Opening.Repository(options);
            Spent spent = Spent.On(() => RepositoryWriter.Open(repository, Opening.Fail).Dispose());
            yield return Figure.Of("opening for a save without an index: it is made anew", spent);
        }
        finally
        {
            Restore(options);
        }
    }

    private static IEnumerable<Figure> Read(ScaleOptions options, string how)
    {
        using RepositoryReader reader = RepositoryReader.Open(BytePath.Of(options.Repository), static _ => { });
        yield return Figure.Of($"the first chunk {how}", Spent.On(() => Expect(reader, 0, isThere: true)));
        int count = (int)Math.Min(InOrder, options.Chunks / 2);
        yield return Figure.Of($"{count:n0} chunks in the order of packs {how}", Spent.On(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Expect(reader, i, isThere: true);
            }
        }));
        yield return Figure.Of($"{Scattered} chunks anywhere {how}", Spent.On(() =>
        {
            for (int i = 0; i < Scattered; i++)
            {
                Expect(reader, options.Chunks / Scattered * i, isThere: true);
            }
        }), Scattered);
    }

    private static void Expect(RepositoryReader reader, long number, bool isThere)
    {
        if (reader.Contains(SyntheticDigest.Of(number), Layout.ChunkSize) != isThere)
        {
            throw new InvalidOperationException($"chunk {number} is {(isThere ? "not there" : "there")}");
        }
    }

    private static void Flip(string file, long at)
    {
        using FileStream stream = File.Open(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = at;
        int value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
    }

    private static string Index(ScaleOptions options) => Path.Combine(options.Repository, "index");

    private static string Hidden(ScaleOptions options) => Path.Combine(options.Folder, "index");

    private static void Hide(ScaleOptions options) => Directory.Move(Index(options), Hidden(options));

    private static void Restore(ScaleOptions options)
    {
        if (Directory.Exists(Index(options)))
        {
            Directory.Delete(Index(options), recursive: true);
        }

        Directory.Move(Hidden(options), Index(options));
    }
}
