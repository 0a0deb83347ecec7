using Backshift.Fuzz.Repositories;

namespace Backshift.Fuzz.Hostile;

/// <summary>A way to make a repository that hardly means well.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Expected">What bs-check has to say.</param>
/// <param name="Make">Makes it.</param>
internal sealed record HostileCase(string Name, Expected Expected, Action<MadeRepository> Make)
{
    /// <summary>Whether it takes hundreds of megabytes: not for short runs.</summary>
    internal bool IsLarge { get; init; }
}
