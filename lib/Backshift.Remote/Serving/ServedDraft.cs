using Backshift.Objects;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <summary>A draft of a client, and the requests for it that are not done yet: these are done one after the other.</summary>
internal sealed class ServedDraft
{
    /// <param name="draft">What is written to; closed by who does the last request, or at the end.</param>
    internal ServedDraft(IObjectDraft draft) => Draft = draft;

    internal IObjectDraft Draft { get; }

    /// <summary>The requests that wait; guarded by this object.</summary>
    internal Queue<Request> Waiting { get; } = new();

    /// <summary>Whether a thread is doing them; guarded by this object.</summary>
    internal bool IsBusy { get; set; }

    /// <summary>Whether it was published or dropped: requests that came before that was known find it so.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>How much of the client's quota it takes.</summary>
    internal long Taken { get; set; }

    /// <summary>Why something that was to be written is missing: then it is never published.</summary>
    internal Trouble? Failure { get; set; }
}
