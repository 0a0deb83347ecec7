using Backshift.Posix;

namespace Backshift.Repository.Trees;

/// <summary>What two trees have at one path.</summary>
/// <param name="Left">The entry of the first, or null.</param>
/// <param name="Right">The entry of the second, or null; one of them is there.</param>
public readonly record struct EntryPair(StoredEntry? Left, StoredEntry? Right)
{
    public BytePath Path => (Left ?? Right)!.Path;
}
