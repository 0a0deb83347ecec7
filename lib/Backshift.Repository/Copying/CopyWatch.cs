using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Copying;

/// <summary>Is told how far a copy has come. Each may be called from another thread.</summary>
public sealed record CopyWatch
{
    /// <summary>Takes how much is to be copied, as far as that is known; again whenever more is.</summary>
    public Action<EstimateNote> Expect { get; init; } = static _ => { };

    /// <summary>Takes the name of each pack whose copying begins.</summary>
    public Action<BytePath> Begin { get; init; } = static _ => { };

    /// <summary>Takes how many bytes were copied since the last call.</summary>
    public Action<long> Move { get; init; } = static _ => { };
}
