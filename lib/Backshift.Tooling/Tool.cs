using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The process as seen by a program's body: its name, its three descriptors, messages to the user, the clock.</summary>
public sealed partial class Tool
{
    internal const string InputName = "standard input";
    internal const string OutputName = "standard output";

    private readonly Diagnostics diagnostics;
    private readonly Signals signals;

    internal Tool(Diagnostics diagnostics, Signals signals, TimeProvider clock)
    {
        this.diagnostics = diagnostics;
        this.signals = signals;
        Clock = clock;
        ProcessKeys.KeepToThisProcess();
        Keys = new ProcessKeys(act => signals.LastAct = act, signals.Token) { Say = message => Warn(message) };
    }

    /// <summary>The program's name, "bs-walk".</summary>
    public string Name => diagnostics.Program;

    public TimeProvider Clock { get; }

    /// <summary>Where the keys of encrypted repositories come from.</summary>
    public ProcessKeys Keys { get; }

    /// <summary>The version of all programs, "0.1.0".</summary>
    public static string Version => typeof(Tool).Assembly.GetName().Version!.ToString(3);

    /// <summary>Prints one line on standard error: trouble with one entry, or a report that the user asked for. It does not change the status.</summary>
    public void Warn(string message, string? hint = null) => diagnostics.Write(message, hint);

    /// <summary>Reports trouble that does not end the program.</summary>
    public void Warn(BackshiftException trouble) => Warn(trouble.Message, trouble.Hint);

    /// <summary>Standard input as a stream of records or whatever <paramref name="what"/> names. A signal ends a read that waits.</summary>
    /// <exception cref="BackshiftException">It is a terminal.</exception>
    public Stream OpenInput(string what = "records") => Descriptors.IsTerminal(0)
        ? throw new BackshiftException(ExitCode.Usage, $"{what} are read from a pipe, and standard input is a terminal", $"{Name} --help")
        : new DescriptorStream(0, InputName, signals.Wake);

    /// <summary>
    /// Makes the thread that reads standard input call <paramref name="interlude"/> between two reads, or while it waits, whenever <see cref="Interrupt"/>
    /// asks for
    /// it. During the call the stage is at rest.
    /// </summary>
    public void BetweenReads(Action interlude) => signals.Wake.Interlude = interlude;

    /// <summary>Asks for an interlude, from any thread; several requests may lead to one call.</summary>
    public void Interrupt() => signals.Interrupt();

    /// <summary>Sets the answer to SIGUSR1, in place of a line with the counts. Called on a thread of its own.</summary>
    public void WhenAsked(Action answer) => signals.Answer = answer;

    /// <summary>Has signals that were ignored when the program was started be ignored further on: for a server, which ends when its client does.</summary>
    public void KeepIgnoredSignals() => signals.KeepsIgnored = true;

    /// <summary>Sets an action for the case that a signal ends this process before its body returns. Called on a thread of its own.</summary>
    public void BeforeForcedEnd(Action act) => signals.LastAct = act;

    /// <summary>
    /// Publishes what was received. A program that does not end within a second of a signal is ended by it; while <paramref name="publish"/> runs it has a
    /// minute.
    /// Another signal, or the end of that minute, has the effect of a crash.
    /// </summary>
    public T Publish<T>(Func<T> publish)
    {
        signals.BeginPublishing();
        try
        {
            return publish();
        }
        finally
        {
            signals.EndPublishing();
        }
    }

    /// <inheritdoc cref="Publish{T}(Func{T})"/>
    public void Publish(Action publish) => Publish(() =>
    {
        publish();
        return true;
    });

    /// <summary>Standard output for records or other bytes that are not to be read by people. Unbuffered: what was written has been taken by the
    /// system.</summary>
    /// <exception cref="BackshiftException">It is a terminal.</exception>
    public Stream OpenOutput(string what = "records") => Descriptors.IsTerminal(1)
        ? throw new BackshiftException(ExitCode.Usage, $"{what} are written to a pipe, and standard output is a terminal", $"{Name} --help")
        : new DescriptorStream(1, OutputName);

    /// <summary>Standard output for text, on a terminal too. Unbuffered.</summary>
    public Stream OpenText() => new DescriptorStream(1, OutputName);

    /// <summary>A name for standard output: escaped if that is a terminal, so that no character of it commands the terminal.</summary>
    public static string ForOutput(string name) => Descriptors.IsTerminal(1) ? Escaping.Display(Encoding.UTF8.GetBytes(name)) : name;

    /// <summary>Starts to show progress as <paramref name="mode"/> asks; stops when disposed. From now on SIGUSR1 is answered with the counts.</summary>
    /// <param name="mode">How.</param>
    /// <param name="kind">What the program does.</param>
    public Progress ShowProgress(ProgressMode mode, ProgressKind kind = ProgressKind.Storing)
    {
        Progress progress = Progress.Start(diagnostics, mode, Descriptors.IsTerminal(2), static () => Descriptors.TerminalColumns(2), Clock, kind);
        signals.Answer = progress.Say;
        return progress;
    }

    /// <summary>Starts to watch for reads that hang for <paramref name="seconds"/>, 0 for never; stops when disposed.</summary>
    public StallWatch WatchForStalls(int seconds) => StallWatch.Start(message => Warn(message), TimeSpan.FromSeconds(seconds), Clock);
}
