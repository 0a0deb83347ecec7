using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>What a program's body needs of the process around it: its name, its three descriptors, talk to the user, the clock.</summary>
public sealed partial class Tool
{
    internal const string InputName = "standard input";
    internal const string OutputName = "standard output";

    private readonly Diagnostics diagnostics;
    private readonly WakeEvent? wake;

    internal Tool(Diagnostics diagnostics, WakeEvent? wake, TimeProvider clock)
    {
        this.diagnostics = diagnostics;
        this.wake = wake;
        Clock = clock;
    }

    /// <summary>The program's name, "bs-walk".</summary>
    public string Name => diagnostics.Program;

    public TimeProvider Clock { get; }

    /// <summary>The version of all programs, "0.1.0".</summary>
    public static string Version => typeof(Tool).Assembly.GetName().Version!.ToString(3);

    /// <summary>Says one line on standard error: trouble with one entry, or what the user asked to be told. It does not change the status.</summary>
    public void Warn(string message, string? hint = null) => diagnostics.Write(message, hint);

    /// <summary>Standard input as a stream of records or whatever <paramref name="what"/> names. A signal ends a read that waits.</summary>
    /// <exception cref="BackshiftException">It is a terminal: nobody types that.</exception>
    public Stream OpenInput(string what = "records") => Descriptors.IsTerminal(0)
        ? throw new BackshiftException(ExitCode.Usage, $"{what} are read from a pipe, and standard input is a terminal", $"{Name} --help")
        : new DescriptorStream(0, InputName, wake);

    /// <summary>Standard output for records or other bytes that are not to be read by people. Unbuffered: what was written has been taken by the system.</summary>
    /// <exception cref="BackshiftException">It is a terminal.</exception>
    public Stream OpenOutput(string what = "records") => Descriptors.IsTerminal(1)
        ? throw new BackshiftException(ExitCode.Usage, $"{what} are written to a pipe, and standard output is a terminal", $"{Name} --help")
        : new DescriptorStream(1, OutputName);

    /// <summary>Standard output for text, on a terminal too. Unbuffered.</summary>
    public Stream OpenText() => new DescriptorStream(1, OutputName);

    /// <summary>A name as standard output is to have it: where that is a terminal, no character of it commands that.</summary>
    public static string ForOutput(string name) => Descriptors.IsTerminal(1) ? Escaping.Display(Encoding.UTF8.GetBytes(name)) : name;

    /// <summary>Starts to show progress as <paramref name="mode"/> asks; stops when disposed.</summary>
    public Progress ShowProgress(ProgressMode mode) => Progress.Start(diagnostics, mode, Descriptors.IsTerminal(2), static () => Descriptors.TerminalColumns(2), Clock);
}
