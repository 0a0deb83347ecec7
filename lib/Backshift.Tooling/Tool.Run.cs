using System.CommandLine;
using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

public sealed partial class Tool
{
    /// <summary>
    /// Runs a program: reads its command line strictly, answers --help and --version, turns signals into a cancellation, and whatever
    /// <paramref name="body"/> throws into one line and a status.
    /// </summary>
    /// <param name="name">The program's name.</param>
    /// <param name="root">Its options and operands; --help and --version are added here.</param>
    /// <param name="args">The arguments of Main.</param>
    /// <param name="body">The program.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(string name, RootCommand root, string[] args, Func<ParseResult, Tool, CancellationToken, Task<ExitCode>> body)
    {
        // A program that prints text to this terminal is last in the pipeline, so no later stage draws a status line over it.
        Diagnostics diagnostics = new(name, new DescriptorStream(2, "standard error"), shared: Descriptors.IsTerminal(2) && !Descriptors.IsTerminal(1));
        return await RunAsync(root, ArgumentText.Own(args), body, diagnostics, new DescriptorStream(1, OutputName), TimeProvider.System);
    }

    /// <summary>The same with given descriptors and clock.</summary>
    internal static async Task<int> RunAsync(
        RootCommand root, string[] args, Func<ParseResult, Tool, CancellationToken, Task<ExitCode>> body, Diagnostics diagnostics, Stream output,
            TimeProvider clock)
    {
        using Signals signals = new(line => diagnostics.Write(line), () => diagnostics.ShowStatus(""), Machine.EndBySignal);
        long started = clock.GetTimestamp();
        Outcome outcome;
        try
        {
            HelpText.AddTo(root);
            ParseResult options = CommandLine.Parse(root, args);
            if (options.GetValue<bool>(HelpText.Help))
            {
                output.Write(Encoding.UTF8.GetBytes(HelpText.Of(diagnostics.Program, root)));
                return (int)ExitCode.Done;
            }

            if (options.GetValue<bool>(HelpText.VersionName))
            {
                output.Write(Encoding.UTF8.GetBytes(HelpText.Version(diagnostics.Program)));
                return (int)ExitCode.Done;
            }

            outcome = new Outcome(await body(options, new Tool(diagnostics, signals, clock), signals.Token));
            if (signals.Number != 0 && outcome.Code is not ExitCode.Done)
            {
                outcome = new Outcome(Outcome.OfSignal(signals.Number));
            }
        }
        catch (Exception exception)
        {
            outcome = Outcome.Of(exception,
                exception is StreamCutException or { InnerException: StreamCutException } ? signals.NumberAfterFailure() : signals.Number);
            if (outcome.Code == ExitCode.Usage)
            {
                outcome = outcome with { Hint = outcome.Hint ?? $"{diagnostics.Program} --help" };
            }
        }

        diagnostics.ShowStatus("");
        if (outcome.Message is not null)
        {
            diagnostics.Write(outcome.Message, outcome.Hint);
        }

        if (RunCosts.Describe(clock.GetElapsedTime(started)) is { } costs)
        {
            diagnostics.Write(costs);
        }

        return (int)outcome.Code;
    }
}
