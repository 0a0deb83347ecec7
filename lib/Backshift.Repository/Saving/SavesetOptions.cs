using Backshift.Posix;

namespace Backshift.Repository.Saving;

/// <summary>The options of the command line for a saveset; values that are left out are taken from the stream.</summary>
/// <param name="Host">Whose files they are.</param>
/// <param name="Subset">Which part of them.</param>
/// <param name="Time">When the saving began.</param>
/// <param name="Deltas">Whether new chunks may be stored as deltas against an earlier saveset.</param>
/// <param name="Program">The program that writes the saveset: "bs-store 0.1.0".</param>
public sealed record SavesetOptions(string? Host, string? Subset, UnixTime? Time, bool Deltas, string Program)
{
    /// <summary>Words that the user gave the saveset.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The program's name alone, as it stands in problem records.</summary>
    public string Stage => Program.Split(' ')[0];
}
