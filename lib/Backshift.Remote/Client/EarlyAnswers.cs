using System.Diagnostics;
using Backshift.Objects;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// Answers to what every program asks first, which is sent together with the hello: the configuration, the settings, the key slots. Each is given once, to the
/// first who asks for exactly that, shortly after the connection was made and before anything is written by it.
/// </summary>
internal sealed class EarlyAnswers
{
    private static readonly TimeSpan For = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Request, PendingAnswer> answers = [];
    private readonly long made = Stopwatch.GetTimestamp();

    /// <summary>What every program asks first.</summary>
    internal static IReadOnlyList<Request> Usual { get; } =
    [
        new Request { Verb = Verb.Open, Path = ObjectPath.Configuration.Path, End = ObjectEnd.Tail, Most = 64 << 10 },
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.Settings) },
        new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.KeySlot) },
    ];

    /// <summary>Expects an answer.</summary>
    internal void Add(Request request, PendingAnswer answer) => answers.Add(request, answer);

    /// <summary>The answer to a request, if there is one; the caller's from now on.</summary>
    /// <param name="request">What is asked, without a number.</param>
    internal PendingAnswer? Take(Request request)
    {
        if (answers.Count == 0)
        {
            return null;
        }

        if (Stopwatch.GetElapsedTime(made) > For || !IsReading(request.Verb))
        {
            answers.Clear();
            return null;
        }

        return answers.Remove(request, out PendingAnswer? answer) ? answer : null;
    }

    private static bool IsReading(Verb verb) => verb is Verb.Open or Verb.Read or Verb.Exists or Verb.List or Verb.Time;
}
