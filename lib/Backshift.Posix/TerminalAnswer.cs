namespace Backshift.Posix;

/// <summary>How a question on the terminal ended.</summary>
public enum TerminalAnswer
{
    /// <summary>There is no terminal, or it is in use by programs in the foreground.</summary>
    NoTerminal,

    /// <summary>With a line.</summary>
    Line,

    /// <summary>The user typed the end of the file, or the terminal went away.</summary>
    GivenUp,

    /// <summary>The user typed ^C. Terminals send a signal for it, to all of a pipeline, but not while passphrases are typed.</summary>
    Interrupt,
}
