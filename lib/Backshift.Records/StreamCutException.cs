namespace Backshift.Records;

/// <summary>The input ended without an end record: an earlier stage did not finish. Everything before is intact.</summary>
public sealed class StreamCutException : Exception
{
    public StreamCutException(string message)
        : base(message)
    {
    }
}
