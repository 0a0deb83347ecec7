using Backshift.Records;
using Backshift.Repository.Savesets;

namespace Backshift.Tools.Rename;

/// <summary>A host, or a part of one, as it is named on the command line.</summary>
/// <param name="Host">The host.</param>
/// <param name="Subset">The subset; null for a host as a whole.</param>
internal readonly record struct OwnerName(string Host, string? Subset)
{
    /// <summary>Reads HOST or HOST/SUBSET: a host has no slash, a subset may have several.</summary>
    /// <exception cref="BackshiftException">It cannot be a name.</exception>
    internal static OwnerName Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        OwnerName name = slash < 0 ? new(text, null) : new(text[..slash], text[(slash + 1)..]);
        SavesetName.CheckHost(name.Host, ExitCode.Usage);
        if (name.Subset is not null)
        {
            SavesetName.CheckSubset(name.Subset, ExitCode.Usage);
        }

        return name;
    }

    public override string ToString() => Subset is null ? Host : $"{Host}/{Subset}";
}
