namespace Backshift.Records;

/// <summary>The input ended, but not with an end record: the stages before did not finish. What came before is sound.</summary>
public sealed class StreamCutException : Exception
{
    public StreamCutException(string message)
        : base(message)
    {
    }
}
