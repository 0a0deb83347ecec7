using Backshift.Objects;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Serving;

/// <summary>
/// Serves one client by backshift-object(5). Requests are read by one thread and done by several. So that the memory for a client is bounded, nothing is read
/// while as many requests are under way as it may have.
/// </summary>
public sealed class ObjectServer
{
    private const int Window = 64;

    private readonly IPlace place;
    private readonly ServingRights rights;
    private readonly ClientLog? log;
    private readonly Stream input;
    private readonly Stream output;

    /// <param name="place">Where the objects are.</param>
    /// <param name="rights">What the client may do.</param>
    /// <param name="input">Its requests; not closed.</param>
    /// <param name="output">Takes the answers; not closed.</param>
    /// <param name="log">Takes down what the client does; null for none. Not closed.</param>
    public ObjectServer(IPlace place, ServingRights rights, Stream input, Stream output, ClientLog? log = null)
    {
        this.place = place;
        this.rights = rights;
        this.log = log;
        this.input = input;
        this.output = output;
    }

    /// <summary>The least rate, in bytes a second, that can be asked for on either side.</summary>
    public const int LeastRate = 1024;

    /// <summary>How many bytes pass in a second at most, in each direction; 0 for any number.</summary>
    public long MostInSecond { get; init; }

    /// <summary>How much the client may fill; null for any amount. Not closed.</summary>
    public ClientQuota? Quota { get; init; }

    /// <summary>Looks into what a client publishes that has not all rights; null for nothing. Not closed.</summary>
    public IContentJudge? Judge { get; init; }

    /// <summary>Serves until the client ends.</summary>
    /// <exception cref="BackshiftException">The client does not keep to the page. What it was told when it began is no exception, but the status.</exception>
    public ExitCode Run()
    {
        MessageReader messages = new(MostInSecond > 0 ? new LimitedStream(input, MostInSecond) : input);
        MessageWriter answers = new(MostInSecond > 0 ? new LimitedStream(output, MostInSecond) : output);
        ClientHello hello;
        try
        {
            if (messages.Next() is not { } first)
            {
                return ExitCode.Done;
            }

            hello = ClientHello.Parse(first);
        }
        catch (BackshiftException e) when (e.Fault is not null)
        {
            throw ClientHello.NoClient(e);
        }

        IObjectStore? store = null;
        try
        {
            ServerHello mine;
            try
            {
                log?.Write("begin", place.Location, $" {hello.Want.ToString().ToLowerInvariant()}");
                mine = Open(hello, out store);
            }
            catch (BackshiftException e)
            {
                answers.Write(new ServerHello { Trouble = Trouble.Of(e) }.WriteTo);
                return e.Code;
            }
            catch (StoreGoneException e)
            {
                answers.Write(new ServerHello { Trouble = Trouble.Of(e) }.WriteTo);
                return ExitCode.InputOutput;
            }

            answers.Write(mine.WriteTo);
            if (store is not null)
            {
                using ServedClient client = new(store, rights, answers, Window, log) { Quota = Quota, Judge = rights.AreRestricted ? Judge : null };
                try
                {
                    while (!client.HasGone && messages.Next() is { } message)
                    {
                        client.Take(Request.Parse(message));
                    }
                }
                finally
                {
                    client.Finish();
                    log?.Write("end", place.Location, $" {client.BytesRead}");
                }
            }

            return ExitCode.Done;
        }
        finally
        {
            store?.Dispose();
        }
    }

    private ServerHello Open(ClientHello hello, out IObjectStore? store)
    {
        store = null;
        List<string> notes = [];
        PlaceState? state = null;
        switch (hello.Want)
        {
            case StoreWish.Look:
                state = place.HasRepository ? PlaceState.Repository : place.IsVacant ? PlaceState.Vacant : PlaceState.Occupied;
                break;
            case StoreWish.Make when !rights.MayMake:
                throw new BackshiftException(ExitCode.NotPermitted, $"{place.Location}: this client may not make a repository");
            case StoreWish.Make:
                store = place.Make(hello.IsShared, note => notes.Add(RecordText.Cut(note, MessageLimits.Text)));
                break;
            default:
                store = place.Open();
                break;
        }

        return new ServerHello
        {
            Location = place.Location,
            Window = Window,
            IsExclusive = store?.HasExclusiveNames ?? false,
            IsImmediate = store?.IsImmediate ?? false,
            IsOrdered = store is not null,
            Machine = store?.Machine,
            Boot = store?.Boot,
            State = state,
            Notes = [.. notes.Take(MessageLimits.Notes)],
        };
    }
}
