using Backshift.Objects;

namespace Backshift.Repository.Marking;

/// <summary>A chunk that is needed as a prefix of deltas and by nothing else.</summary>
internal sealed class LonePrefix
{
    internal required ObjectName Pack { get; init; }

    internal required int Slot { get; init; }

    internal required int Size { get; init; }

    /// <summary>What it takes in its pack: its block, or its part of it.</summary>
    internal required long Stored { get; init; }

    /// <summary>What of its prefixes is needed as prefixes alone too.</summary>
    internal required LonePrefix[] Prefixes { get; init; }

    /// <summary>What it and all below it take together, at most.</summary>
    internal required double Whole { get; init; }

    /// <summary>What part of its length a chunk like it takes plainly.</summary>
    internal required double Ratio { get; init; }

    /// <summary>How often needed deltas name it, and once more where it must stay for another reason.</summary>
    internal int Dependents { get; set; }

    /// <summary>How many of these are left if the deltas that were chosen are stored plainly.</summary>
    internal int Left { get; set; }

    /// <summary>Whether nothing needs it then.</summary>
    internal bool Goes => Left == 0;

    /// <summary>What each of the dependents wins by it: all that goes with it, divided among them.</summary>
    internal double Share { get; set; }

    /// <summary>Which part of what it takes is needed for the plain copies of its dependents.</summary>
    internal double Charge { get; set; }

    /// <summary>When <see cref="Share"/> was computed.</summary>
    internal int Round { get; set; }
}
