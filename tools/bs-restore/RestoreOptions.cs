namespace Backshift.Tools.Restore;

/// <summary>What a restore does with what it finds.</summary>
internal sealed record RestoreOptions
{
    /// <summary>Whether owners are looked up by name.</summary>
    internal bool ByName { get; init; }

    /// <summary>Whether what was not saved is deleted.</summary>
    internal bool Delete { get; init; }

    /// <summary>Whether nothing is written.</summary>
    internal bool DryRun { get; init; }

    /// <summary>Whether extended attributes are left alone.</summary>
    internal bool NoAttributes { get; init; }

    /// <summary>Whether files that are equal are left alone.</summary>
    internal bool OnlyChanged { get; init; }

    /// <summary>Whether each change is printed.</summary>
    internal bool Verbose { get; init; }

    /// <summary>Whether everything is read again at the end.</summary>
    internal bool Verify { get; init; }

    /// <summary>Whether existing files are compared with what was saved.</summary>
    internal bool Compares => OnlyChanged || DryRun;
}
