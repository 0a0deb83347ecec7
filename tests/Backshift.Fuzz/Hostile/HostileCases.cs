namespace Backshift.Fuzz.Hostile;

/// <summary>All the ways in which a repository is made that hardly means well.</summary>
internal static class HostileCases
{
    internal static IReadOnlyList<HostileCase> All { get; } =
        [.. TreeCases.All, .. EntryCases.All, .. ContentCases.All, .. DeltaCases.All, .. PackCases.All, .. RunCases.All, .. SavesetCases.All,
            .. CondemnedCases.All, .. IntentCases.All, .. TagCases.All, .. PlaceCases.All, .. ConfigCases.All];
}
