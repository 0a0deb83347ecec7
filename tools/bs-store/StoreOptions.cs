using Backshift.Records;
using Backshift.Repository.Saving;

namespace Backshift.Tools.Store;

/// <summary>How a stream is stored.</summary>
/// <param name="Saveset">What the command line says about the saveset.</param>
/// <param name="Jobs">Number of threads that hash and compress.</param>
internal sealed record StoreOptions(SavesetOptions Saveset, int Jobs)
{
    /// <summary>Time between two checkpoints; zero for none.</summary>
    internal TimeSpan PublishEvery { get; init; }

    /// <summary>Amount of new data between two checkpoints; zero for no limit.</summary>
    internal long PublishBytes { get; init; }

    /// <summary>Whether to print the summary even if standard error is not a terminal.</summary>
    internal bool Verbose { get; init; }

    /// <summary>Whether to report for every entry how it was stored.</summary>
    internal bool List { get; init; }

    /// <summary>Whether a root that is missing or much smaller than in the last saveset is an error.</summary>
    internal bool Guard { get; init; }

    /// <summary>Whether the stream is passed on with references, and no saveset is recorded.</summary>
    internal bool Forward { get; init; }

    /// <summary>Whether what was written is verified before it is published.</summary>
    internal bool Verify { get; init; }

    /// <exception cref="BackshiftException">Two options cannot be combined.</exception>
    internal void Check()
    {
        if (List && Forward)
        {
            throw new BackshiftException(ExitCode.Usage, "--list and --forward cannot be combined");
        }

        if (Guard && Forward)
        {
            throw new BackshiftException(ExitCode.Usage, "--guard and --forward cannot be combined", "bs-index has --guard too");
        }
    }
}
