using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <summary>What a server does for one client, and what it has of it: drafts, what it holds, listings. All of it goes with the client.</summary>
internal sealed partial class ServedClient : IDisposable
{
    private const string NotKnown = "the server does not know such a request";
    private const int MostDrafts = 64;
    private const int MostHeld = 1024;
    private const int MostOwn = 4096;

    private readonly IObjectStore store;
    private readonly ServingRights rights;
    private readonly MessageWriter answers;
    private readonly ClientLog? log;
    private readonly RequestQueue queue;
    private readonly OpenObjects open;
    private readonly Listings listings;
    private readonly FirstListed first;
    private readonly Lock gate = new();
    private readonly Lock whole = new();
    private readonly Dictionary<long, ServedDraft> drafts = [];
    private readonly Dictionary<BytePath, IDisposable> held = [];
    private readonly Dictionary<long, IDisposable> leases = [];

    // Intents and savesets that the client has made: it may delete these in any case. And the names by which it has made intents.
    private readonly HashSet<BytePath> own = [];
    private readonly HashSet<ObjectName> writers = [];
    private long lastLease;
    private long bytesRead;
    private int refusals;
    private volatile bool hasGone;

    /// <param name="store">The store; left to the caller.</param>
    /// <param name="rights">What the client may do.</param>
    /// <param name="answers">Takes the answers.</param>
    /// <param name="window">How many requests may be under way.</param>
    /// <param name="log">Takes down what it does; null for none.</param>
    internal ServedClient(IObjectStore store, ServingRights rights, MessageWriter answers, int window, ClientLog? log)
    {
        this.store = store;
        this.rights = rights;
        this.answers = answers;
        this.log = log;
        queue = new RequestQueue(window, MessageLimits.DataUnderWay);
        open = new OpenObjects(store);
        listings = new Listings(store, rights.Shows);
        first = new FirstListed(ListFirst);
    }

    /// <summary>How much the client may fill; null for any amount. Left to the caller.</summary>
    internal ClientQuota? Quota { get; init; }

    /// <summary>Looks into what is to be published; null for nothing. Left to the caller.</summary>
    internal IContentJudge? Judge { get; init; }

    /// <summary>How many bytes of objects it has read.</summary>
    internal long BytesRead => Interlocked.Read(ref bytesRead);

    /// <summary>Whether an answer did not reach the client: nothing is done for it any more.</summary>
    internal bool HasGone => hasGone;

    /// <summary>Takes a request: it is done when this returns, or later by another thread.</summary>
    internal void Take(Request request)
    {
        // Nothing else is taken meanwhile, so all that are sent after it are begun after it.
        if (request.IsOrdered)
        {
            queue.AwaitAll();
        }

        queue.Begin(CostOf(request));
        if (request.Draft is { } number && IsForDraft(request))
        {
            TakeForDraft(number, request);
            return;
        }

        if (request.Data is { } data)
        {
            request = request with { Data = data.ToArray() };
        }

        if (request.Verb == Verb.List && request.After is null && first.Begin(request.Path) is { } listing)
        {
            queue.Add(() =>
            {
                using (listing)
                {
                    Finish(request, one => listing.Note(Do(one)));
                }
            });
            return;
        }

        queue.Add(() => Finish(request, Do));
    }

    /// <summary>Waits for what is under way.</summary>
    internal void Finish() => queue.Dispose();

    /// <summary>Waits for what is under way, and drops the rest.</summary>
    public void Dispose()
    {
        Finish();
        foreach (ServedDraft draft in drafts.Values)
        {
            draft.Draft.Dispose();
        }

        foreach (IDisposable one in held.Values.Concat(leases.Values))
        {
            one.Dispose();
        }

        listings.Dispose();
        open.Dispose();
    }

    private void TakeForDraft(long number, Request request)
    {
        ServedDraft? draft;
        lock (gate)
        {
            drafts.TryGetValue(number, out draft);
        }

        if (draft is null || request.Verb == Verb.Start)
        {
            Finish(request, one => Start(number, one, isNew: draft is null));
            return;
        }

        lock (draft)
        {
            if (request.Verb != Verb.Write || draft.IsBusy)
            {
                draft.Waiting.Enqueue(request.Data is { } data ? request with { Data = data.ToArray() } : request);
                if (!draft.IsBusy)
                {
                    draft.IsBusy = true;
                    queue.Add(() => Work(number, draft));
                }

                return;
            }
        }

        // The usual case: what was read is written from where it was read to.
        Finish(request, one => DoForDraft(number, draft, one));
    }

    // The key means nothing in any other request: what may be done with a draft is not decided by their rights.
    private static bool IsForDraft(Request request) =>
        request.Verb is Verb.Start or Verb.Write or Verb.Publish or Verb.Mend or Verb.Drop or Verb.Hold && request.Fault is null;

    private static int CostOf(Request request) => request.Data?.Length ?? 0;

    private void Work(long number, ServedDraft draft)
    {
        while (true)
        {
            Request request;
            lock (draft)
            {
                if (!draft.Waiting.TryDequeue(out Request? next))
                {
                    draft.IsBusy = false;
                    return;
                }

                request = next;
            }

            Finish(request, one => DoForDraft(number, draft, one));
        }
    }

    private void Finish(Request request, Func<Request, Answer> act)
    {
        try
        {
            Reply(request, act);
        }
        finally
        {
            queue.End(CostOf(request));
        }
    }

    private void Reply(Request request, Func<Request, Answer> act)
    {
        if (hasGone)
        {
            return;
        }

        byte[]? buffer = null;
        Answer answer;
        try
        {
            if (request.Fault is { } fault)
            {
                throw new BackshiftException(ExitCode.Usage, $"a request to {request.Verb.ToString().ToLowerInvariant()} is malformed: {fault}");
            }

            if (request.Verb is Verb.Put or Verb.Start or Verb.Write or Verb.Publish or Verb.Mend or Verb.Hold or Verb.Delete)
            {
                log?.Verify();
            }

            if (request.Verb is Verb.Open or Verb.Read or Verb.Sums)
            {
                buffer = ArrayPool<byte>.Shared.Rent(Math.Max(request.Most, 1));
                answer = Read(request, buffer.AsMemory(0, request.Most));
                Interlocked.Add(ref bytesRead, answer.Data?.Length ?? 0);
            }
            else
            {
                answer = act(request);
            }
        }
        catch (BackshiftException e)
        {
            answer = new Answer { Trouble = Trouble.Of(e) };
        }
        catch (StoreGoneException e)
        {
            answer = new Answer { Trouble = Trouble.Of(e) };
        }
        catch (UnixException e)
        {
            // This process has run out of something, descriptors as likely as not; it says nothing about the object.
            answer = new Answer { Trouble = new Trouble(Trouble.Broken, e.Message) { Reason = Errno.Describe(e.Errno), Status = SystemStatus.Of(e.Errno) } };
        }

        try
        {
            answers.Write(output => (answer with { To = request.Id }).WriteTo(output, request.Verb));
        }
        catch (IOException)
        {
            hasGone = true;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private Answer Do(Request request)
    {
        switch (request.Verb)
        {
            case Verb.List:
                ObjectType type = FolderOf(request);
                return rights.Shows(request.Path) ? listings.Next(type, request.Path, request.After) : new Answer { Paths = [] };
            case Verb.Time:
                return new Answer { Time = store.Now() };
            case Verb.Prepare:
                Allow(request, null);
                store.PrepareForWriting();
                return new Answer();
            case Verb.Sweep:
                Allow(request, null);
                store.Sweep();
                return new Answer();
            case Verb.Lease:
                Allow(request, null);
                return Lease(request.Kind);
            case Verb.Return:
                Take(leases, request.Lease!.Value)?.Dispose();
                return new Answer();
            case Verb.Verify:
                ObjectPath? published = request.Path.IsEmpty ? null : PathOf(request);
                store.VerifyPlace(published is { } one && rights.Shows(one.Path) ? published : null);
                return new Answer();
            case Verb.Unknown:
                throw new StoreException(StoreTrouble.Refused, ExitCode.Usage, NotKnown, NotKnown);
            default:
                return DoWith(request, PathOf(request));
        }
    }

    private Answer DoWith(Request request, ObjectPath path)
    {
        if (request.Verb == Verb.Delete && RefusalOf(request, path) is not null)
        {
            // That is no trouble: some repositories forbid it to everybody.
            LogRefusal(request, path);
            return new Answer { Said = false };
        }

        Allow(request, path);
        switch (request.Verb)
        {
            case Verb.Exists:
                return new Answer { Said = rights.Shows(path.Path) ? store.Exists(path) : false };
            case Verb.Held:
                return new Answer { Said = rights.Shows(path.Path) ? store.IsHeld(path) : null };
            case Verb.Durable:
                store.MakeDurable(path);
                return new Answer();
            case Verb.Delete:
                return Delete(path);
            case Verb.Put:
                Verify(path, request.Data!.Value.Span);
                Charge(path, request.Data!.Value.Length);
                bool isPublished = store.TryPublish(path, request.Data!.Value.Span);
                return Published(path, isPublished, request.Data!.Value.Length);
            case Verb.Hold:
                Verify(path, request.Data!.Value.Span);
                Charge(path, request.Data!.Value.Length);
                return Hold(path, request.Data!.Value.Length, () => store.TryPublishHeld(path, request.Data!.Value.Span));
            case Verb.Release:
                Take(held, path.Path)?.Dispose();
                return new Answer();
            default:
                throw new BackshiftException(ExitCode.Usage, $"a request to {request.Verb.ToString().ToLowerInvariant()} has no draft");
        }
    }

    private Answer Start(long number, Request request, bool isNew)
    {
        if (request.Verb != Verb.Start || !isNew)
        {
            throw isNew ? NoDraft(number) : new BackshiftException(ExitCode.Usage, $"there is a draft {number} already");
        }

        ObjectType type = request.Path == ObjectPath.Configuration.Path ? ObjectType.Configuration : FolderOf(request);
        Allow(request, new ObjectPath(type, request.Path));
        lock (gate)
        {
            if (drafts.Count >= MostDrafts)
            {
                throw new BackshiftException(ExitCode.Usage, $"there are {MostDrafts} drafts already");
            }
        }

        ServedDraft draft = new(store.Create(type));
        lock (gate)
        {
            drafts.Add(number, draft);
        }

        return new Answer();
    }

    private Answer DoForDraft(long number, ServedDraft draft, Request request)
    {
        if (draft.HasEnded)
        {
            throw NoDraft(number);
        }

        if (request.Verb == Verb.Drop)
        {
            End(number, draft);
            return new Answer();
        }

        if (draft.Failure is { } failure)
        {
            throw failure.ToException();
        }

        if (request.Verb == Verb.Write)
        {
            try
            {
                Quota?.Take(store, request.Data!.Value.Length);
                draft.Taken += request.Data!.Value.Length;
                draft.Draft.Write(request.Data!.Value.Span);
                return new Answer();
            }
            catch (BackshiftException e)
            {
                draft.Failure = Trouble.Of(e);
                throw;
            }
        }

        ObjectPath path = PathOf(request);
        Allow(request, path);
        Verify(path, draft.Draft);
        if (Quota is not null && request.Verb is Verb.Publish or Verb.Hold)
        {
            Quota!.Enter(path, draft.Draft.Length, draft.Taken);
            draft.Taken = 0;
        }

        switch (request.Verb)
        {
            case Verb.Publish when draft.Draft.TryPublish(path):
                long length = draft.Draft.Length;
                End(number, draft);
                return Published(path, isPublished: true, length);
            case Verb.Publish:
                return Published(path, isPublished: false, 0);
            case Verb.Hold:
                return HoldDraft(number, draft, path);
            default:
                return Mend(number, draft, path);
        }
    }
}
