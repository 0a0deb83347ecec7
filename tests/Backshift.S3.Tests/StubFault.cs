namespace Backshift.S3.Tests;

/// <summary>What goes wrong with a request.</summary>
internal enum StubFault
{
    None,

    /// <summary>503 SlowDown; nothing is done.</summary>
    SlowDown,

    /// <summary>500 InternalError; nothing is done.</summary>
    Failing,

    /// <summary>It is done, and the connection is closed without an answer.</summary>
    AnswerLost,

    /// <summary>The connection is closed before anything is done.</summary>
    RequestLost,

    /// <summary>The answer ends in the middle of its body.</summary>
    BodyCut,

    /// <summary>Nothing is answered at all.</summary>
    Silent,

    /// <summary>403 AccessDenied.</summary>
    Denied,

    /// <summary>409 ConditionalRequestConflict.</summary>
    Conflict,
}
