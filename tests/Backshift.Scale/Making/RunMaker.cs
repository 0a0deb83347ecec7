using Backshift.Objects;
using Backshift.Repository.Configuration;
using Backshift.Repository.Indexes;

namespace Backshift.Scale.Making;

/// <summary>Makes the runs that many saves would leave: writers publish 65,536 chunks at a time, and runs of like size are merged by eights.</summary>
internal static class RunMaker
{
    private const int PacksInRun = (1 << 16) / Layout.ChunksInPack;

    // 2^25 entries: two of them are the most that fit into one run.
    private const int LargestRun = 512;
    private const int Fan = 8;

    internal static void Make(RepositoryDirectory repository, Layout layout, ObjectName[] packs)
    {
        int at = 0;
        for (int weight = LargestRun; weight > 0; weight /= Fan)
        {
            for (; packs.Length - at >= weight * PacksInRun; at += weight * PacksInRun)
            {
                Publish(repository, layout, packs, at, weight * PacksInRun);
            }
        }

        if (at < packs.Length)
        {
            Publish(repository, layout, packs, at, packs.Length - at);
        }
    }

    private static void Publish(RepositoryDirectory repository, Layout layout, ObjectName[] packs, int firstPack, int packCount)
    {
        long first = (long)firstPack * Layout.ChunksInPack;
        RunEntry[] entries = new RunEntry[Math.Min(layout.Chunks, (long)(firstPack + packCount) * Layout.ChunksInPack) - first];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new RunEntry(SyntheticDigest.Of(first + i).Prefix, (uint)(i / Layout.ChunksInPack), (uint)(i % Layout.ChunksInPack));
        }

        Array.Sort(entries);
        RunWriter.Publish(repository, packs.AsSpan(firstPack, packCount).ToArray(), [], entries.Length, () => entries);
    }
}
