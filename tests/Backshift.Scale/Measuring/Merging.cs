using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;
using Backshift.Scale.Making;

namespace Backshift.Scale.Measuring;

/// <summary>Merges eight runs of like size, in a repository that has nothing else.</summary>
internal static class Merging
{
    private const int Runs = 8;

    /// <summary>Makes the runs, and files in the place of the packs: a merge only asks whether these are there.</summary>
    internal static IEnumerable<Figure> Prepare(ScaleOptions options)
    {
        if (Directory.Exists(options.MergeRepository))
        {
            Directory.Delete(options.MergeRepository, recursive: true);
        }

        using RepositoryDirectory repository = Generator.Create(options.MergeRepository);
        RunEntry[] entries = new RunEntry[options.Merged / Runs];
        for (int run = 0; run < Runs; run++)
        {
            ObjectName[] packs = new ObjectName[(entries.Length / Layout.ChunksInPack) + 1];
            for (int i = 0; i < packs.Length; i++)
            {
                packs[i] = ObjectName.Random();
                string file = Path.Combine(options.MergeRepository, ObjectPath.Pack(packs[i]).Path.ToString());
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, []);
            }

            for (int i = 0; i < entries.Length; i++)
            {
                ulong key = SyntheticDigest.Of(((long)run * entries.Length) + i).Prefix;
                entries[i] = new RunEntry(key, (uint)(i / Layout.ChunksInPack), (uint)(i % Layout.ChunksInPack));
            }

            Array.Sort(entries);
            RunWriter.Publish(repository, packs, [], entries.Length, () => entries);
        }

        return [];
    }

    internal static IEnumerable<Figure> Merge(ScaleOptions options)
    {
        using RepositoryDirectory repository = RepositoryDirectory.Open(BytePath.Of(options.MergeRepository));
        using RunSet runs = RunSet.Open(repository, Opening.Fail);
        long before = runs.Runs.Sum(static run => run.Count);
        Spent spent = Spent.On(() => RunMerge.Tidy(repository, runs, Opening.Fail));
        if (runs.Runs.Count != 1 || runs.Runs[0].Count != before)
        {
            throw new InvalidOperationException($"{before} entries became {runs.Runs.Sum(static run => run.Count)} in {runs.Runs.Count} runs");
        }

        yield return Figure.Of($"merging {Runs} runs of {before:n0} entries", spent);
    }
}
