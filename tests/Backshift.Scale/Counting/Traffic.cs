namespace Backshift.Scale.Counting;

/// <summary>Requests by kind, and the bytes of their bodies.</summary>
/// <param name="Gets">Objects, or ranges of them.</param>
/// <param name="Heads">Questions for what the service knows of an object.</param>
/// <param name="Lists">Pages of listings.</param>
/// <param name="Puts">Objects or parts of them that were sent.</param>
/// <param name="Deletes">Objects that were deleted.</param>
/// <param name="Received">Bytes that clients received.</param>
/// <param name="Sent">Bytes that clients sent.</param>
internal readonly record struct Traffic(long Gets, long Heads, long Lists, long Puts, long Deletes, long Received, long Sent)
{
    public static Traffic operator -(Traffic a, Traffic b) => new(
        a.Gets - b.Gets, a.Heads - b.Heads, a.Lists - b.Lists, a.Puts - b.Puts, a.Deletes - b.Deletes, a.Received - b.Received, a.Sent - b.Sent);

    /// <summary>This and one request more.</summary>
    internal Traffic With(RequestKind kind, long received, long sent)
    {
        Traffic all = this with { Received = Received + received, Sent = Sent + sent };
        return kind switch
        {
            RequestKind.Get => all with { Gets = Gets + 1 },
            RequestKind.Head => all with { Heads = Heads + 1 },
            RequestKind.List => all with { Lists = Lists + 1 },
            RequestKind.Put => all with { Puts = Puts + 1 },
            _ => all with { Deletes = Deletes + 1 },
        };
    }
}
