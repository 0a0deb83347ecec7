using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The end of a run: its status, and the message about it.</summary>
/// <param name="Code">The status.</param>
/// <param name="Message">The line on standard error, or null for none.</param>
/// <param name="Hint">What to do about it, or null.</param>
internal readonly record struct Outcome(ExitCode Code, string? Message = null, string? Hint = null)
{
    /// <summary>Decides, in this one place, what an exception from the program's body means.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="signal">The signal that asked the program to end, or 0.</param>
    internal static Outcome Of(Exception exception, int signal)
    {
        while (exception is AggregateException { InnerExceptions.Count: 1 } or System.Threading.Channels.ChannelClosedException { InnerException: not null })
        {
            exception = exception.InnerException!;
        }

        Outcome outcome = exception switch
        {
            BackshiftException trouble => new(trouble.Code, trouble.Message, trouble.Hint),
            StoreGoneException gone => new(ExitCode.InputOutput, gone.Message, gone.Hint),
            StreamCutException cut => new(ExitCode.DataError, cut.Message),
            UnixException { Errno: Errno.EPIPE, Subject: Tool.OutputName } => new(ExitCode.ReaderGone),
            UnixException refused => new(SystemStatus.Of(refused.Errno), refused.Message),
            OutOfMemoryException none => new(ExitCode.InputOutput, none.Message),
            OperationCanceledException when signal != 0 => new(OfSignal(signal)),
            _ => new(ExitCode.Bug, $"bug: {exception}", "please report this with the lines above"),
        };

        // When a signal ends a whole pipe, its stages see each other end in any order, but the signal is the cause.
        return signal == 0 || outcome.Code == ExitCode.Bug ? outcome : outcome with { Code = OfSignal(signal) };
    }

    internal static ExitCode OfSignal(int signal) => (ExitCode)(128 + signal);
}
