using Backshift.Posix;

namespace Backshift.Remote.Messages;

/// <summary>The bounds of backshift-object(5).</summary>
internal static class MessageLimits
{
    /// <summary>The version of the page.</summary>
    internal const int Version = 1;

    /// <summary>Of a request or answer, in bytes.</summary>
    internal const int Message = 2 << 20;

    /// <summary>Of the data in one, in bytes.</summary>
    internal const int Data = 1 << 20;

    /// <summary>How many bytes a sum is taken of.</summary>
    internal const int SumUnit = 64 << 10;

    /// <summary>Of the sums in an answer, in bytes.</summary>
    internal const int Sums = Data / SumUnit * Sha256.HashSizeInBytes;

    /// <summary>Of the data of all requests and answers that are under way together, in bytes.</summary>
    internal const int DataUnderWay = 16 << 20;

    internal const int Path = 1024;

    internal const int Text = 4096;

    /// <summary>Of a word: what is wanted, which kind of trouble.</summary>
    internal const int Word = 64;

    internal const int PathsInAnswer = 4096;

    /// <summary>How many requests may be under way: as many as a client is offered at most.</summary>
    internal const int Window = 1024;

    internal const int Notes = 16;

    /// <summary>Of what a server gives a client to go on with a listing by.</summary>
    internal const int After = Path;
}
