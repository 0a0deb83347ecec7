using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// A conversation with a server: requests from any thread, many under way at once, answers in any order; see backshift-object(5). A thread of its own takes
/// the answers, so the server never waits for a reader. When the connection ends, all that is under way has failed, and so does what is asked afterwards.
/// </summary>
internal sealed partial class Connection : IDisposable
{
    // A server that has lost its client ends at once; one that cannot be reached is not waited for.
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(2);

    private readonly IServerLink link;
    private readonly MessageWriter writer;
    private readonly Dictionary<long, PendingAnswer> pending = [];
    private readonly AnswersAhead ahead;
    private readonly ReadsAhead reads;
    private readonly Foresight? foresight;
    private readonly Thread reader;
    private readonly object gate = new();
    private StoreGoneException? failure;
    private long last;
    private int bytes;
    private bool isClosed;

    /// <summary>Says hello and waits for the answer.</summary>
    /// <param name="link">The server; closed with the connection, and also if this fails.</param>
    /// <param name="location">Where it is, as the user said, for messages.</param>
    /// <param name="greeting">What is said first.</param>
    /// <param name="clock">Tells how old answers are that nothing has asked for; null for the system's.</param>
    /// <exception cref="BackshiftException">The server cannot be reached, or cannot serve.</exception>
    internal Connection(IServerLink link, BytePath location, Greeting greeting, TimeProvider? clock = null)
    {
        ahead = new AnswersAhead(clock ?? TimeProvider.System);
        reads = new ReadsAhead(clock ?? TimeProvider.System);
        this.link = link;
        foresight = greeting.Foresight;
        Location = location;
        bool isOpen = false;
        try
        {
            writer = new MessageWriter(link.ToServer);
            MessageReader messages = new(link.FromServer);
            Hello = Greet(messages, greeting);
            if (!Hello.IsOrdered && greeting.NeedsOrder)
            {
                // What was asked for in an order may have been answered in another.
                ahead.Clear();
            }

            reader = new Thread(() => Receive(messages)) { IsBackground = true, Name = "answers" };
            reader.Start();
            isOpen = true;
        }
        finally
        {
            if (!isOpen)
            {
                link.Dispose();
            }
        }
    }

    /// <summary>Where it leads.</summary>
    internal BytePath Location { get; }

    /// <summary>How the server began.</summary>
    internal ServerHello Hello { get; }

    /// <summary>Whether the store has found that its names are not exclusive.</summary>
    internal bool HasSharedNames { get; private set; }

    /// <summary>Whether the server has been found to give no sums.</summary>
    internal bool HasNoSums { get; set; }

    /// <summary>Whether this client has done more than to read.</summary>
    internal bool HasChanged
    {
        get
        {
            lock (gate)
            {
                return ahead.HasChanged;
            }
        }
    }

    /// <summary>Whether the connection has ended, or the server did not keep to the page.</summary>
    internal bool HasFailed
    {
        get
        {
            lock (gate)
            {
                return failure is not null;
            }
        }
    }

    /// <summary>How many answers there are to what was not asked for yet.</summary>
    internal int CountAhead
    {
        get
        {
            lock (gate)
            {
                return ahead.Count;
            }
        }
    }

    /// <summary>Whether something that changes nothing has been asked for that was not yet wanted.</summary>
    internal bool IsExpected(Request request)
    {
        lock (gate)
        {
            return ahead.IsExpected(request);
        }
    }

    /// <summary>Remembers that something was asked that could be answered without a request.</summary>
    internal void Note(Request request)
    {
        lock (gate)
        {
            foresight?.Note(request);
        }
    }

    /// <summary>Asks for something and waits for the answer.</summary>
    /// <exception cref="BackshiftException">It was not done.</exception>
    internal Answer Ask(Request request)
    {
        using PendingAnswer answer = Send(request);
        return answer.Wait();
    }

    /// <summary>Asks for something. Waits only as long as too much is under way.</summary>
    /// <param name="request">What; its data has been sent when this returns.</param>
    /// <exception cref="StoreGoneException">The connection has ended.</exception>
    internal PendingAnswer Send(Request request)
    {
        PendingAnswer answer = new() { Verb = request.Verb, Cost = CostOf(request) + (request.Data?.Length ?? 0) };
        lock (gate)
        {
            foresight?.Note(request);
            if ((reads.Take(request) ?? ahead.Take(request)) is { } known)
            {
                return known;
            }

            while (failure is null && !isClosed && (pending.Count >= Hello.Window || (bytes > 0 && bytes + answer.Cost > MessageLimits.DataUnderWay)))
            {
                Monitor.Wait(gate);
            }

            if (failure is not null || isClosed)
            {
                throw Again(failure ?? Ended(null));
            }

            request = request with { Id = ++last };
            pending.Add(request.Id, answer);
            bytes += answer.Cost;
        }

        Write(request);
        return answer;
    }

    /// <summary>Asks for what is likely to be asked for next, until much is under way; see <see cref="AnswersAhead"/>.</summary>
    /// <param name="requests">Requests that change nothing.</param>
    internal void SendAhead(IEnumerable<Request> requests)
    {
        foreach (Request request in requests)
        {
            if (!TrySendAhead(request))
            {
                return;
            }
        }
    }

    /// <summary>Asks for something that is likely to be asked for next, unless that has been done.</summary>
    /// <param name="request">A request that changes nothing.</param>
    /// <returns>False if so much is under way that it was not.</returns>
    internal bool TrySendAhead(Request request)
    {
        Request numbered;
        PendingAnswer answer = new() { Verb = request.Verb, Cost = CostOf(request), IsAhead = true };
        lock (gate)
        {
            if (failure is not null || isClosed || pending.Count >= Hello.Window / 2 || bytes + answer.Cost > MessageLimits.DataUnderWay / 2
                || !ahead.MakeRoom())
            {
                return false;
            }

            if (ahead.IsExpected(request))
            {
                return true;
            }

            numbered = request with { Id = ++last };
            pending.Add(numbered.Id, answer);
            bytes += answer.Cost;
            ahead.Add(request, answer);
        }

        Write(numbered);
        return true;
    }

    /// <summary>Whether something was asked for ahead, or announced, whose answer is not here.</summary>
    internal bool IsUnderWay(Request request)
    {
        lock (gate)
        {
            return (reads.Find(request) ?? ahead.Find(request)) is { HasCome: false };
        }
    }

    /// <summary>Waits for the answer to something that was asked for ahead, and leaves it to the caller that comes to ask.</summary>
    /// <returns>Null if it was not asked for, was taken already, or was not done.</returns>
    internal Answer? Foresee(Request request)
    {
        PendingAnswer? expected;
        lock (gate)
        {
            expected = ahead.Find(request);
        }

        return Foresee(expected);
    }

    /// <summary>The answer to a request that has opened an object by its place, see <see cref="AnswersAhead.ByPlace"/>; waits for those that may.</summary>
    /// <returns>Null if none has opened that object.</returns>
    internal OpenedByPlace? TakeByPlace(ObjectPath path)
    {
        List<(Request Request, PendingAnswer Answer)> candidates;
        lock (gate)
        {
            candidates = [.. ahead.ByPlaceIn(path.Type)];
        }

        foreach ((Request request, PendingAnswer answer) in candidates)
        {
            if (Foresee(answer) is { } found && found.Path == path.Path)
            {
                lock (gate)
                {
                    return ahead.Take(request) is { } taken ? new OpenedByPlace(request, taken) : null;
                }
            }
        }

        return null;
    }

    /// <summary>Whether the answer to a request for the object at a place is still to be taken, and has an object or has not come.</summary>
    internal bool HasByPlace(ObjectType type, int place)
    {
        lock (gate)
        {
            return ahead.ByPlaceIn(type).Any(one => one.Request.Nth == place && !one.Answer.IsInVain);
        }
    }

    // What is wrong is said to the caller that comes to ask.
    private static Answer? Foresee(PendingAnswer? expected)
    {
        try
        {
            return expected?.Wait();
        }
        catch (Exception e) when (e is BackshiftException or StoreGoneException)
        {
            return null;
        }
    }

    /// <summary>Asks for a part of an object that is going to be read, once. The read itself throws what goes wrong.</summary>
    /// <returns>False if so much is asked for, or has come and was not read, that this was not.</returns>
    internal bool TryAnnounce(Request read)
    {
        Request numbered;
        lock (gate)
        {
            if (failure is not null || isClosed || reads.IsExpected(read))
            {
                return true;
            }

            if (pending.Count >= Hello.Window / 2 || bytes + read.Most > MessageLimits.DataUnderWay / 2 || !reads.MakeRoom(read.Most))
            {
                return false;
            }

            PendingAnswer answer = new() { Verb = Verb.Read, Cost = read.Most, IsAhead = true };
            numbered = read with { Id = ++last };
            pending.Add(numbered.Id, answer);
            bytes += answer.Cost;
            reads.Add(read, answer);
        }

        Write(numbered);
        return true;
    }

    /// <summary>Whether the answer to a request for a part is here, or under way.</summary>
    internal bool IsAnnounced(Request read)
    {
        lock (gate)
        {
            return reads.IsExpected(read);
        }
    }

    // What is asked for, at most; of sums a fraction of what they are taken of.
    private static int CostOf(Request request) => request.Verb == Verb.Sums ? MessageLimits.Sums : request.Most;

    /// <summary>Has the server go on with what it holds when another program takes the place of this one.</summary>
    internal void SurviveExecute() => link.SurviveExecute();

    /// <summary>An exception like another one, to be thrown by another thread.</summary>
    internal static StoreGoneException Again(StoreGoneException e) => new(e.Message, e.Hint, e);

    public void Dispose()
    {
        lock (gate)
        {
            if (isClosed)
            {
                return;
            }

            isClosed = true;
        }

        if (!writer.TryEnd(link.CloseInput, EndsWithin))
        {
            // The server does not read.
            link.Kill();
            if (!writer.TryEnd(link.CloseInput, EndsWithin))
            {
                return;
            }
        }

        if (!reader.Join(EndsWithin))
        {
            // As a command that does not pass on that its input has ended.
            link.Kill();
            if (!reader.Join(EndsWithin))
            {
                // What reads from a descriptor that is closed may read another file: so they stay open until this process ends.
                return;
            }
        }

        link.Dispose();
    }

    private void Receive(MessageReader messages)
    {
        StoreGoneException end;
        bool isLost = false;
        try
        {
            while (messages.Next() is { } message)
            {
                Answer answer = Answer.Parse(message);
                PendingAnswer? waiting;
                bool hasFailed;
                lock (gate)
                {
                    hasFailed = failure is not null;
                    if (pending.Remove(answer.To, out waiting))
                    {
                        bytes -= waiting.Cost;
                        Monitor.PulseAll(gate);
                    }
                }

                if (hasFailed)
                {
                    // Read until it ends, or a server that is still answering would never get to read what a thread here is still writing.
                    continue;
                }

                if (waiting is null)
                {
                    throw new BackshiftException(ExitCode.DataError, "an answer is to no request");
                }

                if (answer.Exclusive == false)
                {
                    HasSharedNames = true;
                }

                if (answer.Trouble?.Gone is { } gone)
                {
                    waiting.Fail(gone);
                    Fail(gone);
                    continue;
                }

                waiting.Complete(answer);
            }

            end = Ended(null);
        }
        catch (IOException e)
        {
            end = Ended(e);
        }
        catch (BackshiftException e)
        {
            isLost = e.Fault != MessageReader.CutOff;
            end = isLost ? new StoreGoneException($"{Location}: the server sends what is no answer: {e.Message}", cause: e) : Ended(e);
        }

        Fail(end);
        if (isLost)
        {
            // It need not read any more, and a thread here may be writing to it.
            link.Kill();
        }
    }

    private void Write(Request request)
    {
        try
        {
            writer.Write(request.WriteTo);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The server has ended, or another thread has just closed the connection: each caller that waits for an answer fails, and each later one.
            Fail(Ended(e));
        }
    }

    private StoreGoneException Ended(Exception? cause) =>
        new($"{Location}: the connection to the server was cut{link.DescribeEnd()}", cause: cause);

    private void Fail(StoreGoneException cause)
    {
        PendingAnswer[] lost;
        lock (gate)
        {
            failure ??= cause;
            cause = failure;
            lost = [.. pending.Values];
            pending.Clear();
            bytes = 0;
            Monitor.PulseAll(gate);
        }

        Array.ForEach(lost, answer => answer.Fail(cause));
    }
}
