namespace Backshift.Records;

/// <summary>Describes a stream that is cut off, for messages.</summary>
public static class StreamEnd
{
    /// <summary>Which programs the stream came through, and what is missing from them.</summary>
    /// <param name="cut">The reader's error.</param>
    /// <param name="begin">The first record, if it came.</param>
    public static string Describe(StreamCutException cut, BeginRecord? begin) => begin switch
    {
        null => cut.Message,
        { Stages: [] } => $"{cut.Message}: a program before this one did not finish",
        { Stages: [string only] } => $"{cut.Message}: {only} did not finish",
        _ => $"{cut.Message}: {begin.Stages[^1]} did not finish, or one of those before it ({string.Join(", ", begin.Stages.SkipLast(1))})",
    };
}
