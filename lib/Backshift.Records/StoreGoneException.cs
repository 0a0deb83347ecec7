namespace Backshift.Records;

/// <summary>
/// The store of a repository cannot be reached any more: the server has ended, or has not answered for a long time. No trouble with an object: every other
/// one would have the same. So it is no <see cref="BackshiftException"/>, which many callers work around by going on with the next object, or by another copy;
/// it ends the program, as a signal does, with status 74.
/// </summary>
public sealed class StoreGoneException : Exception
{
    /// <param name="message">Which store, and what has happened.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="cause">The exception that caused it; never shown.</param>
    public StoreGoneException(string message, string? hint = null, Exception? cause = null)
        : base(message, cause) => Hint = hint;

    /// <summary>What to do about it; null for nothing.</summary>
    public string? Hint { get; }
}
