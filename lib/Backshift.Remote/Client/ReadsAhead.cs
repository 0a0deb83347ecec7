using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>Answers to reads that were announced, each given once, to the first call that reads exactly that.</summary>
/// <param name="clock">Tells how long they have waited.</param>
internal sealed class ReadsAhead(TimeProvider clock)
{
    // What has come and waits to be read is in memory.
    private const int BytesAtMost = 16 << 20;

    // Each is an object or two, however short its range.
    private const int Most = 1024;

    // One that was passed over. A reader that is slower than this asks again.
    private static readonly TimeSpan For = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Request, (PendingAnswer Answer, long Sent)> answers = [];
    private int bytes;

    /// <summary>Whether something is expected.</summary>
    /// <param name="read">A request without a number.</param>
    internal bool IsExpected(Request read) => answers.ContainsKey(read);

    /// <summary>What is expected, still to be taken; null if it is not.</summary>
    /// <param name="read">A request without a number.</param>
    internal PendingAnswer? Find(Request read) => answers.GetValueOrDefault(read).Answer;

    /// <summary>Makes room for one more.</summary>
    /// <param name="length">How many bytes are to be asked for.</param>
    /// <returns>Whether there is any.</returns>
    internal bool MakeRoom(int length)
    {
        if (HasRoom(length))
        {
            return true;
        }

        foreach ((Request read, (PendingAnswer _, long sent)) in answers)
        {
            if (clock.GetElapsedTime(sent) > For)
            {
                Take(read)!.Dispose();
            }
        }

        return HasRoom(length);
    }

    /// <summary>Expects an answer.</summary>
    internal void Add(Request read, PendingAnswer answer)
    {
        answers.Add(read, (answer, clock.GetTimestamp()));
        bytes += read.Most;
    }

    /// <summary>The answer to a request, if there is one; the caller's from now on.</summary>
    /// <param name="read">A request without a number.</param>
    internal PendingAnswer? Take(Request read)
    {
        if (!answers.Remove(read, out (PendingAnswer Answer, long Sent) found))
        {
            return null;
        }

        bytes -= read.Most;
        return found.Answer;
    }

    private bool HasRoom(int length) => answers.Count < Most && (bytes == 0 || bytes + length <= BytesAtMost);
}
