namespace Backshift.Remote.Messages;

/// <summary>What a request asks for; see backshift-object(5), "Requests".</summary>
internal enum Verb
{
    /// <summary>A request that this version does not know.</summary>
    Unknown,
    Open,
    Read,
    Sums,
    Exists,
    List,
    Time,
    Put,
    Start,
    Write,
    Publish,
    Mend,
    Drop,
    Delete,
    Durable,
    Prepare,
    Sweep,
    Verify,
    Hold,
    Release,
    Held,
    Lease,
    Return,
}
