using Backshift.Posix;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Saving;

/// <summary>Compares roots with what they were in the last saveset: if next to nothing came from one, its disk is most often not mounted.</summary>
public static class RootComparison
{
    // A root of a few entries loses half of them on any day.
    private const long FewEntries = 6;
    private const long FewBytes = 1 << 20;

    // Sizes change more than names do: a log is rotated, an image is deleted.
    private const int FarFewerEntries = 2;
    private const int FarFewerBytes = 10;

    /// <summary>A line for each root that is missing, or far smaller than it was.</summary>
    /// <param name="now">The roots as they came.</param>
    /// <param name="earlier">Complete savesets of the same host and subset, the newest first; the first that has a root decides about it.</param>
    public static IReadOnlyList<string> Describe(IReadOnlyList<SavedRoot> now, IReadOnlyList<Saveset> earlier)
    {
        List<string> lines = [];
        foreach (SavedRoot root in now)
        {
            if (Find(root.Path, earlier, out Saveset? saveset) is not { } then)
            {
                continue;
            }

            bool fewer = then.Entries >= FewEntries && root.Entries < then.Entries / FarFewerEntries;
            bool less = then.Bytes >= FewBytes && root.Bytes < then.Bytes / FarFewerBytes;
            if (root.Entries == 0 && then.Entries > 0)
            {
                lines.Add($"root {root.Path}: no entry was received; {saveset!.Name} has {then.Entries} entries");
            }
            else if (root.Entries == 1 && then.Entries > 1)
            {
                lines.Add($"root {root.Path}: nothing below it was received; {saveset!.Name} has {then.Entries} entries");
            }
            else if (fewer || less)
            {
                lines.Add($"root {root.Path}: {root.Entries} entries and {root.Bytes} bytes were received; "
                    + $"{saveset!.Name} has {then.Entries} and {then.Bytes}");
            }
        }

        return lines;
    }

    private static SavedRoot? Find(BytePath path, IReadOnlyList<Saveset> savesets, out Saveset? found)
    {
        foreach (Saveset saveset in savesets)
        {
            foreach (SavedRoot root in saveset.Roots)
            {
                if (root.Path == path)
                {
                    found = saveset;
                    return root;
                }
            }
        }

        found = null;
        return null;
    }
}
