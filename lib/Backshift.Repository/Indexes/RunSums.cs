using System.Runtime.InteropServices;
using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Repository.Packs;

namespace Backshift.Repository.Indexes;

/// <summary>
/// A number and a sum for the entries of each pack in a run, to compare a run with its packs: one pass over each, in the order in which they are stored, where
/// looking up each chunk would read a page of the run for each. Twelve bytes for a pack.
/// </summary>
internal sealed class RunSums
{
    // Sums of hashes under a key that is known to this process alone: who wrote the run or the pack cannot make two different sets have the same one.
    private readonly ulong[] secret;
    private readonly int[] counts;
    private readonly ulong[] sums;
    private ulong last;
    private int alike;
    private bool hasManyAlike;

    /// <param name="packs">How many packs the run names.</param>
    /// <param name="others">Sums that these are to be compared with; null for none.</param>
    internal RunSums(int packs, RunSums? others = null)
    {
        secret = others?.secret ?? new ulong[2];
        if (others is null)
        {
            RandomBytes.Fill(MemoryMarshal.AsBytes(secret.AsSpan()));
        }

        counts = new int[packs];
        sums = new ulong[packs];
    }

    /// <summary>Takes the next entry of the run, in order.</summary>
    internal void Add(in RunEntry entry)
    {
        alike = entry.Key == last ? alike + 1 : 1;
        last = entry.Key;

        // Not all of so many are found, although they are there.
        hasManyAlike |= alike > RunReader.MaxAlike;
        if (entry.Pack < counts.Length)
        {
            counts[entry.Pack]++;
            sums[entry.Pack] += HashOf(entry.Key, entry.Slot);
        }
    }

    /// <summary>The number of entries of a pack, and their sum.</summary>
    internal (int Count, ulong Sum) Of(int pack) => (counts[pack], sums[pack]);

    /// <summary>How many entries the run has of a pack.</summary>
    internal int CountOf(int pack) => counts[pack];

    /// <summary>Whether the entries of a pack are those of its directory, and each of them is found. If not, look them up to see what is wrong.</summary>
    internal bool Match(int pack, PackDirectory directory)
    {
        ulong sum = 0;
        for (int slot = 0; slot < directory.ChunkCount; slot++)
        {
            sum += HashOf(directory.DigestAt(slot).Prefix, (uint)slot);
        }

        return !hasManyAlike && counts[pack] == directory.ChunkCount && sums[pack] == sum;
    }

    private ulong HashOf(ulong key, uint slot)
    {
        ReadOnlySpan<ulong> words = [key, slot];
        return SipHash.Hash(secret[0], secret[1], MemoryMarshal.AsBytes(words));
    }
}
