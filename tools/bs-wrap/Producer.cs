using System.ComponentModel;
using System.Diagnostics;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Wrap;

/// <summary>
/// A command whose output is taken. Standard input and error are ours: it may ask for a password, and its complaints are its own. CliWrap would put
/// pipes and copying between.
/// </summary>
internal sealed class Producer : IDisposable
{
    private readonly Process process;
    private readonly string name;

    private Producer(Process process, string name)
    {
        this.process = process;
        this.name = name;
    }

    /// <summary>Its output.</summary>
    internal Stream Output => process.StandardOutput.BaseStream;

    /// <param name="command">The command and its arguments, as <see cref="ArgumentText"/>.</param>
    /// <exception cref="BackshiftException">It cannot be run.</exception>
    internal static Producer Start(IReadOnlyList<string> command)
    {
        string name = ArgumentText.Display(command[0]);
        ProcessStartInfo start = new(CommandPath.Find(command[0])) { RedirectStandardOutput = true };
        foreach (string argument in command.Skip(1))
        {
            if (!Utf8.IsValid(ArgumentText.ToBytes(argument)))
            {
                throw new BackshiftException(ExitCode.Usage, $"{name}: cannot be given an argument that is not UTF-8: {ArgumentText.Display(argument)}",
                    "put it into a script");
            }

            start.ArgumentList.Add(argument);
        }

        try
        {
            return new Producer(Process.Start(start)!, name);
        }
        catch (Win32Exception e)
        {
            ExitCode code =
                e.NativeErrorCode switch { Errno.ENOENT => ExitCode.NoInput, Errno.EACCES or Errno.EPERM => ExitCode.NotPermitted, _ => ExitCode.InputOutput };
            throw new BackshiftException(code, $"{name}: {Errno.Describe(e.NativeErrorCode)}", cause: e);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="BackshiftException">It failed.</exception>
    internal async Task FinishAsync(CancellationToken cancel)
    {
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
        {
            throw new BackshiftException(ExitCode.InputOutput, $"{name}: ended with status {process.ExitCode}, so its output may be incomplete");
        }
    }

    /// <summary>Asks it to end, if it has not.</summary>
    internal void Terminate()
    {
        if (!process.HasExited)
        {
            Machine.Terminate(process.Id);
        }
    }

    public void Dispose()
    {
        Terminate();
        process.Dispose();
    }
}
