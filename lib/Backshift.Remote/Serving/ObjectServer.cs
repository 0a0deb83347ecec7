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
    private readonly MessageReader messages;
    private readonly MessageWriter answers;

    /// <param name="place">Where the objects are.</param>
    /// <param name="rights">What the client may do.</param>
    /// <param name="input">Its requests; not closed.</param>
    /// <param name="output">Takes the answers; not closed.</param>
    public ObjectServer(IPlace place, ServingRights rights, Stream input, Stream output)
    {
        this.place = place;
        this.rights = rights;
        messages = new MessageReader(input);
        answers = new MessageWriter(output);
    }

    /// <summary>Serves until the client ends.</summary>
    /// <exception cref="BackshiftException">The client does not keep to the page. What it was told when it began is no exception, but the status.</exception>
    public ExitCode Run()
    {
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
                mine = Open(hello, out store);
            }
            catch (BackshiftException e)
            {
                answers.Write(new ServerHello { Trouble = Trouble.Of(e) }.WriteTo);
                return e.Code;
            }

            answers.Write(mine.WriteTo);
            if (store is not null)
            {
                using ServedClient client = new(store, rights, answers, Window);
                while (!client.HasGone && messages.Next() is { } message)
                {
                    client.Take(Request.Parse(message));
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
            Machine = store?.Machine,
            Boot = store?.Boot,
            State = state,
            Notes = [.. notes.Take(MessageLimits.Notes)],
        };
    }
}
