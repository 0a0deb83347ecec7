namespace Backshift.Testing.Model;

/// <summary>What becomes of a call that waits for the scheduler.</summary>
internal enum Grant
{
    Go,

    /// <summary>The process ends, and the call has had no effect.</summary>
    CrashBefore,

    /// <summary>The process ends, and the call has had its effect.</summary>
    CrashAfter,

    /// <summary>The call fails without an effect.</summary>
    FailBefore,

    /// <summary>The call has its effect, and an error is reported all the same.</summary>
    FailAfter,
}
