namespace Backshift.Repository.Collecting;

/// <summary>Decides which packs go.</summary>
internal static class PackChoice
{
    /// <summary>
    /// All packs of which nothing is needed; and of the others those of which least is needed, until no more than the part that may stay unused is.
    /// </summary>
    /// <param name="packs">All packs that may go.</param>
    /// <param name="total">The bytes of all packs of the repository.</param>
    /// <param name="options">How much may stay, and how much may be rewritten.</param>
    internal static List<PackUse> Of(IReadOnlyList<PackUse> packs, long total, CollectOptions options)
    {
        List<PackUse> chosen = [.. packs.Where(static pack => pack.IsUnneeded)];
        long left = total - chosen.Sum(static pack => pack.Size);
        long unused = packs.Where(static pack => !pack.IsUnneeded).Sum(static pack => pack.Unused);
        long rewritten = 0;
        foreach (PackUse pack in packs.Where(static pack => pack is { IsUnneeded: false, Unused: > 0 })
                     .OrderByDescending(static pack => (double)pack.Unused / pack.Size).ThenBy(static pack => pack.Pack))
        {
            if (unused <= left * options.MaxUnused)
            {
                break;
            }

            if (pack.Live > options.MaxRewrite - rewritten)
            {
                continue;
            }

            rewritten += pack.Live;
            unused -= pack.Unused;
            left -= pack.Unused;
            chosen.Add(pack);
        }

        return chosen;
    }
}
