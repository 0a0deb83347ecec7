using System.IO.Pipes;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>A server in a thread of this process.</summary>
internal sealed class ServerThread : IServerLink
{
    private readonly AnonymousPipeServerStream requests = new(PipeDirection.Out);
    private readonly AnonymousPipeServerStream answers = new(PipeDirection.In);
    private readonly Thread thread;

    internal ServerThread(IPlace place, ServingRights? rights = null, ClientQuota? quota = null, IContentJudge? judge = null)
    {
        AnonymousPipeClientStream input = new(PipeDirection.In, requests.ClientSafePipeHandle);
        AnonymousPipeClientStream output = new(PipeDirection.Out, answers.ClientSafePipeHandle);
        thread = new Thread(() =>
        {
            try
            {
                Status = new ObjectServer(place, rights ?? new ServingRights(), input, output) { Quota = quota, Judge = judge }.Run();
            }
            catch (BackshiftException e)
            {
                Failure = e;
            }
            finally
            {
                judge?.Dispose();
                input.Dispose();
                output.Dispose();
            }
        });
        thread.Start();
    }

    /// <summary>How it ended, after <see cref="Join"/>.</summary>
    internal ExitCode? Status { get; private set; }

    /// <summary>What it says that its client has done wrong.</summary>
    internal BackshiftException? Failure { get; private set; }

    public Stream ToServer => requests;

    public Stream FromServer => answers;

    public void CloseInput() => requests.Dispose();

    public void SurviveExecute()
    {
    }

    public void Kill() => answers.Dispose();

    public string DescribeEnd() => "";

    internal void Join() => thread.Join();

    public void Dispose()
    {
        requests.Dispose();
        answers.Dispose();
        thread.Join();
    }
}
