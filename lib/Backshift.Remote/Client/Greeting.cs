using Backshift.Objects;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>What a client says first, and what it asks for in the same breath.</summary>
/// <param name="Want">What it wants of the server.</param>
internal sealed record Greeting(StoreWish Want)
{
    /// <summary>Of a place that is made: whether its group may use it.</summary>
    internal bool IsShared { get; init; }

    /// <summary>Knows what was asked last time; null for nothing.</summary>
    internal Foresight? Foresight { get; init; }

    /// <summary>What this program reads first.</summary>
    internal FirstReads First { get; init; }

    /// <summary>Whether some of the index is kept here.</summary>
    internal bool HasRuns { get; init; }

    /// <summary>Whether it asks for what has to be answered in the order in which it was asked for.</summary>
    internal bool NeedsOrder => Foresight is not null || First != FirstReads.Other;

    /// <summary>The requests that are sent with the hello, as many as the page allows.</summary>
    internal IEnumerable<Request> Requests => Want != StoreWish.Open ? []
        : AnswersAhead.Usual.Concat(Foresight is { KnowsAny: true } ? Foresight.Of(0)
            : First == FirstReads.Trees ? AnswersAhead.OfReaders.Concat(AnswersAhead.ByPlace(HasRuns))
            : First == FirstReads.Savesets ? AnswersAhead.OfReaders : []);
}
