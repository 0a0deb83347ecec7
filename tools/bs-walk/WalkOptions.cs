using Backshift.Paths.Patterns;
using Backshift.Records;


namespace Backshift.Tools.Walk;

/// <summary>Options of a walk, besides the paths.</summary>
internal sealed record WalkOptions
{
    /// <summary>The machine's name for the begin record.</summary>
    internal required string Host { get; init; }

    /// <summary>The name of the part of the machine that is saved, or null.</summary>
    internal string? Subset { get; init; }

    internal PatternList Patterns { get; init; } = new();

    /// <summary>Whether to stay on the file system of each root.</summary>
    internal bool OneFileSystem { get; init; }

    /// <summary>Whether to leave out what is in directories with a CACHEDIR.TAG.</summary>
    internal bool ExcludeCaches { get; init; }

    /// <summary>Whether to leave out what has the attribute d of chattr(1).</summary>
    internal bool NoDump { get; init; }

    /// <summary>Whether to read extended attributes.</summary>
    internal bool Attributes { get; init; } = true;

    /// <summary>Whether to walk once before, to know how much there is.</summary>
    internal bool Count { get; init; }

    /// <summary>Whether a root that is missing or empty ends the run before it begins.</summary>
    internal bool Guard { get; init; }

    /// <summary>Whether to report at the end what was found and left out.</summary>
    internal bool Verbose { get; init; }

    /// <exception cref="BackshiftException">Two options cannot be combined, or one does not apply.</exception>
    internal void Check(PathListForm form, bool isList)
    {
        if (!isList && form.IsGiven)
        {
            throw new BackshiftException(ExitCode.Usage, "a list of paths and roots cannot be combined");
        }

        if (isList && OneFileSystem)
        {
            throw new BackshiftException(ExitCode.Usage, "-x needs roots: a list of paths is not walked", "name the roots, or give -xdev to find");
        }

        if (isList && Count)
        {
            throw new BackshiftException(ExitCode.Usage, "--count needs roots: a list of paths can be read only once", "name the roots");
        }

        if (isList && Guard)
        {
            throw new BackshiftException(ExitCode.Usage, "--guard needs roots: a list of paths has none", "name the roots");
        }

        if (form is { Null: true, Lines: true })
        {
            throw new BackshiftException(ExitCode.Usage, "-0 and -l cannot be combined");
        }
    }
}
