using Backshift.Objects;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>An object that was opened by its place before its name was known.</summary>
/// <param name="request">What was asked.</param>
/// <param name="pending">The answer, which has come and has the object; this object's from now on.</param>
internal sealed class OpenedByPlace(Request request, PendingAnswer pending) : IDisposable
{
    internal Request Request { get; } = request;

    /// <summary>The answer; its data is valid until this object is disposed of.</summary>
    internal Answer Answer { get; } = pending.Wait();

    /// <summary>Whether it has what an opening at an end asks for.</summary>
    internal bool Has(ObjectEnd end) => Request.End == end || Answer.Data?.Length >= Answer.Length;

    /// <summary>How much of the object has not come, in bytes; as much as can be asked for at once if it is more.</summary>
    internal int Missing => (int)Math.Clamp(Answer.Length.GetValueOrDefault() - (Answer.Data?.Length ?? 0), 0, MessageLimits.Data);

    /// <summary>Keeps what has come of it for what is read next of the object, which was opened once more.</summary>
    internal void KeepIn(RemoteObject opened)
    {
        if (Answer.Length == opened.Length && Answer.Version.GetValueOrDefault().Span.SequenceEqual(opened.Version.Span)
            && Answer.Data is { } data && data.Length == Math.Min(Request.Most, opened.Length))
        {
            opened.Keep(data.Span, Request.End == ObjectEnd.Head ? 0 : opened.Length - data.Length);
        }
    }

    public void Dispose() => pending.Dispose();
}
