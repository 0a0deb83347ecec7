namespace Backshift.Records;

/// <summary>Exit statuses of every program; see backshift(7), EXIT STATUS. 64 to 77 are those of sysexits(3).</summary>
public enum ExitCode
{
    /// <summary>Everything was done.</summary>
    Done = 0,

    /// <summary>Done, and there are differences; of bs-diff alone, as of diff(1).</summary>
    Different = 1,

    /// <summary>Done, but some entries were skipped or changed under us; each was named.</summary>
    Incomplete = 3,

    /// <summary>Called wrongly.</summary>
    Usage = 64,

    /// <summary>Damaged input or a damaged repository.</summary>
    DataError = 65,

    /// <summary>No such repository, saveset or source.</summary>
    NoInput = 66,

    /// <summary>A bug: the only case in which a stack is shown.</summary>
    Bug = 70,

    /// <summary>Something could not be created.</summary>
    CannotCreate = 73,

    /// <summary>Input or output failed: a full disk, a bad sector; or there is not enough memory.</summary>
    InputOutput = 74,

    /// <summary>Busy; try again.</summary>
    Busy = 75,

    /// <summary>Not permitted.</summary>
    NotPermitted = 77,

    /// <summary>Ended by SIGHUP.</summary>
    HungUp = 129,

    /// <summary>Ended by SIGINT.</summary>
    Interrupted = 130,

    /// <summary>The reader of our output went away; reported by the status alone.</summary>
    ReaderGone = 141,

    /// <summary>Ended by SIGTERM.</summary>
    Terminated = 143,
}
