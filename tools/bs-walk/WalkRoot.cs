using Backshift.Paths;
using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>A root of a walk.</summary>
/// <param name="Kept">The name under which it is kept; empty if it contains "..".</param>
/// <param name="Given">The name that the user gave.</param>
/// <param name="IsNested">Whether it lies inside another root, and is walked only if that one's walk does not come to it.</param>
internal readonly record struct WalkRoot(KeptPath Kept, BytePath Given, bool IsNested = false)
{
    internal bool IsRefused => Kept.Path.IsEmpty;

    /// <summary>The kept path with nothing in place of the top's dot: below nothing lies everything.</summary>
    internal ReadOnlySpan<byte> Order => Kept.IsTop ? default : Kept.Path.Span;
}
