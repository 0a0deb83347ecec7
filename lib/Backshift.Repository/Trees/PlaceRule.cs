using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>
/// Notices entries below something that is not a directory: to restore them might mean to follow a symbolic link out of the tree. In the order of a tree the
/// entries below a path follow it at once, so only one path has to be remembered.
/// </summary>
public sealed class PlaceRule
{
    private byte[] last = [];
    private int length;

    /// <summary>The path of the last entry that is not a directory.</summary>
    public ReadOnlySpan<byte> Last => last.AsSpan(0, length);

    /// <summary>Moves on to an entry.</summary>
    /// <param name="path">Its path, higher than that of the entry before.</param>
    /// <param name="type">What it is.</param>
    /// <returns>False if it lies below <see cref="Last"/>.</returns>
    public bool Admits(ReadOnlySpan<byte> path, EntryType type)
    {
        if (IsBelow(path))
        {
            return false;
        }

        // A type of a later version may be a kind of directory.
        if (type is not (EntryType.Directory or EntryType.Unknown))
        {
            if (last.Length < path.Length)
            {
                last = new byte[path.Length * 2];
            }

            path.CopyTo(last);
            length = path.Length;
        }

        return true;
    }

    /// <summary>Whether a path that comes next lies below <see cref="Last"/>.</summary>
    public bool IsBelow(ReadOnlySpan<byte> path) => length > 0 && path.Length > length && path[length] == (byte)'/' && path.StartsWith(Last);
}
