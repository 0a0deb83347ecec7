using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Client;

/// <summary>
/// A server that is a child process. It has the standard error of this one: ssh(1) asks and complains by itself, at once. Signals that are
/// sent to all of a pipeline are not for it, since what a program stores after the first of them goes through it; it ends when its input does.
/// </summary>
internal sealed class ServerProcess : IServerLink
{
    private const string Shell = "/bin/sh";
    private const string IgnoreSignals = "trap '' HUP INT QUIT TERM USR1; ";
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly int input;
    private readonly int output;

    private ServerProcess(Process process)
    {
        this.process = process;
        input = DescriptorOf(process.StandardInput.BaseStream);
        output = DescriptorOf(process.StandardOutput.BaseStream);
        ToServer = new DescriptorStream(input, "the connection to the server");
        FromServer = new DescriptorStream(output, "the connection to the server");
    }

    public Stream ToServer { get; }

    public Stream FromServer { get; }

    /// <summary>Starts a server by a command of the shell.</summary>
    /// <param name="command">The command, as sh(1) takes it; it may refer to the arguments.</param>
    /// <param name="arguments">Its arguments: $1 and so on.</param>
    /// <exception cref="BackshiftException">There is no shell.</exception>
    internal static ServerProcess Start(string command, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo start = new(Shell, ["-c", IgnoreSignals + command, "sh", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return new ServerProcess(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{Shell}: {Errno.Describe(e.NativeErrorCode)}", cause: e);
        }
    }

    public void CloseInput() => process.StandardInput.BaseStream.Dispose();

    public void SurviveExecute()
    {
        Descriptors.SurviveExecute(input);
        Descriptors.SurviveExecute(output);
    }

    public string DescribeEnd()
    {
        try
        {
            return process.WaitForExit(EndsWithin) ? $" (status {process.ExitCode})" : "";
        }
        catch (InvalidOperationException)
        {
            // The connection was closed meanwhile, and with it the process is not waited for any longer.
            return "";
        }
    }

    public void Kill()
    {
        try
        {
            // The shell, and what it runs.
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or AggregateException)
        {
            // It has ended, or some of it runs as another user, such as by sudo(8): that ends with its input, and is not waited for any longer.
        }
    }

    public void Dispose()
    {
        process.StandardInput.BaseStream.Dispose();
        process.StandardOutput.BaseStream.Dispose();
        process.Dispose();
    }

    private static int DescriptorOf(Stream stream) => (int)((PipeStream)stream).SafePipeHandle.DangerousGetHandle();
}
