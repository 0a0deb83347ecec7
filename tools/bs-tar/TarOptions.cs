using Backshift.Tar;

namespace Backshift.Tools.Tar;

/// <summary>How an archive is made.</summary>
internal sealed record TarOptions
{
    internal TarFormat Format { get; init; }

    internal DamageChoice Damage { get; init; }

    /// <summary>Whether to write, in pax, inode flags and birth times, which libarchive alone reads.</summary>
    internal bool Libarchive { get; init; }

    /// <summary>Whether to name what was not saved as it was.</summary>
    internal bool Verbose { get; init; }
}
