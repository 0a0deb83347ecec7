namespace Backshift.Repository.Savesets;

/// <summary>
/// Sizes added up. A sparse file may have nearly 2^63 bytes, and a saveset whatever its writer says: a sum that would not fit stays at the greatest number that
/// does.
/// </summary>
public static class SavesetSums
{
    /// <summary>The sizes of all files in savesets, in bytes.</summary>
    public static long TotalBytes(this IEnumerable<Saveset> savesets) => Total(savesets, static saveset => saveset.Bytes);

    /// <summary>What savesets added to the repository, in bytes.</summary>
    public static long TotalAdded(this IEnumerable<Saveset> savesets) => Total(savesets, static saveset => saveset.Added);

    /// <summary>The entries of savesets.</summary>
    public static long TotalEntries(this IEnumerable<Saveset> savesets) => Total(savesets, static saveset => saveset.Entries);

    /// <summary>Adds a size to a sum; neither is below 0.</summary>
    internal static long Plus(long sum, long size) => sum + Math.Min(size, long.MaxValue - sum);

    private static long Total(IEnumerable<Saveset> savesets, Func<Saveset, long> size) => savesets.Aggregate(0L, (sum, saveset) => Plus(sum, size(saveset)));
}
