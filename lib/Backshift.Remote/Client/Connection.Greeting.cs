using Backshift.Objects;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <content>How a conversation begins.</content>
internal sealed partial class Connection
{
    // As the page allows, to a server that is ordered.
    private const int MostWithHello = 64;

    private ServerHello Greet(MessageReader messages, Greeting greeting)
    {
        try
        {
            writer.Write(new ClientHello(greeting.Want, greeting.IsShared).WriteTo);
            foreach (Request request in greeting.Requests)
            {
                if (last == MostWithHello)
                {
                    break;
                }

                PendingAnswer answer = new() { Verb = request.Verb, Cost = CostOf(request), IsAhead = true };
                if (bytes + answer.Cost > MessageLimits.DataUnderWay / 2 || ahead.IsExpected(request))
                {
                    continue;
                }

                pending.Add(++last, answer);
                bytes += answer.Cost;
                ahead.Add(request, answer);
                writer.Write((request with { Id = last }).WriteTo);
            }

            ServerHello hello = messages.Next() is { } message ? ServerHello.Parse(message) : throw Unreachable(null);
            return hello.Trouble is not { } trouble ? hello
                : throw (trouble.Gone is { } gone ? gone : trouble.Kind == Trouble.Missing ? DirectoryStore.NoRepository(Location)
                    : trouble.IsWhole ? trouble.ToException()
                    : new BackshiftException(ExitCode.DataError, $"{Location}: the server refuses, and does not say why"));
        }
        catch (IOException e)
        {
            throw Unreachable(e);
        }
        catch (BackshiftException e) when (e.Fault == MessageReader.CutOff)
        {
            throw Unreachable(e);
        }
        catch (BackshiftException e) when (e.Fault is not null)
        {
            throw ServerHello.NoServer(e);
        }
    }

    // What is wrong, ssh(1) or the shell has said by itself.
    private BackshiftException Unreachable(Exception? cause) => new(ExitCode.InputOutput,
        $"{Location}: the server ended before it answered{link.DescribeEnd()}", "try by hand what is started: see bs-serve(1)", cause);
}
