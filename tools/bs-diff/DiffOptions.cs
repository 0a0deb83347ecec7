namespace Backshift.Tools.Diff;

/// <summary>The aspects that are compared, and the form of the output.</summary>
internal sealed record DiffOptions
{
    /// <summary>Aspects that are not compared.</summary>
    internal Aspects Ignored { get; init; }

    internal bool Json { get; init; }

    /// <summary>Whether lines end with NUL.</summary>
    internal bool Null { get; init; }

    /// <summary>Whether nothing is written, so that the first difference is enough.</summary>
    internal bool Quiet { get; init; }

    /// <summary>Whether a last line counts the differences.</summary>
    internal bool Summary { get; init; }

    /// <summary>Whether a terminal shows the lines: then no byte of a name may command it.</summary>
    internal bool Escape { get; init; }
}
