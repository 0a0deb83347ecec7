using Backshift.Repository.Savesets;

namespace Backshift.Repository.Searching;

/// <summary>The savesets of one host and subset, in the order in which they were started.</summary>
internal sealed class SearchedSavesets
{
    private readonly List<Saveset> savesets;
    private readonly bool[] whole;

    internal SearchedSavesets(IEnumerable<Saveset> savesets)
    {
        this.savesets = [.. savesets];
        whole = [.. this.savesets.Select(static saveset => saveset.Complete)];
    }

    internal int Count => savesets.Count;

    internal Saveset this[int number] => savesets[number];

    /// <summary>The number of the last of which everything is known; −1 if there is none.</summary>
    internal int LastWhole => Array.LastIndexOf(whole, true);

    /// <summary>Whether everything is known of a saveset: it is complete, and could be read to its end.</summary>
    internal bool IsWhole(int number) => whole[number];

    /// <summary>The last before this one of which everything is known; −1 if there is none.</summary>
    internal int WholeBefore(int number) => number == 0 ? -1 : Array.LastIndexOf(whole, true, number - 1);

    /// <summary>Notes that a saveset could not be read to its end.</summary>
    internal void Lose(int number) => whole[number] = false;
}
