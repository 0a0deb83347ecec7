namespace Backshift.Records;

/// <summary>Trouble that the user can act on. Everything else that escapes is a bug.</summary>
/// <remarks>Derived from only where callers must tell one kind of trouble from all others.</remarks>
public class BackshiftException : Exception
{
    /// <param name="code">The status that the program ends with.</param>
    /// <param name="message">Subject first, lower case, no full stop: "pack 3f9a: directory does not match its checksum".</param>
    /// <param name="hint">What to do about it, a command if there is one; shown on a line of its own.</param>
    /// <param name="cause">The exception that caused it; never shown.</param>
    public BackshiftException(ExitCode code, string message, string? hint = null, Exception? cause = null)
        : base(message, cause)
    {
        Code = code;
        Hint = hint;
    }

    public ExitCode Code { get; }

    public string? Hint { get; }

    /// <summary>Of a record that breaks the format: what is wrong with it, without the name of the place, for a caller that knows a better name.</summary>
    public string? Fault { get; init; }
}
