using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Trees;

/// <summary>What a comparison stands at in a tree: a node that was not entered yet, or an entry.</summary>
/// <param name="First">The first path in it; empty for the root, and the first nodes below it, before all others.</param>
/// <param name="Level">The level of the node; <see cref="EntryLevel"/> for an entry.</param>
/// <param name="Id">The node.</param>
/// <param name="From">The path that its parent says it begins with, or null for the root.</param>
/// <param name="End">The path that comes after it, or null if it is the last.</param>
/// <param name="Entry">The entry, or null for a node.</param>
internal readonly record struct TreeItem(BytePath First, int Level, Digest Id, BytePath? From, BytePath? End, StoredEntry? Entry)
{
    internal const int EntryLevel = -1;

    internal static TreeItem Of(StoredEntry entry) => new(entry.Path, EntryLevel, default, null, null, entry);
}
