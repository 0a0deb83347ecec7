namespace Backshift.Scale.Counting;

/// <summary>What a service charges, in any currency. The defaults are an example, near the list prices of a large service; deleting costs nothing.</summary>
internal sealed record Prices
{
    private const decimal Giga = 1_000_000_000;

    /// <summary>A thousand requests that send or list.</summary>
    internal decimal Put { get; init; } = 0.005m;

    /// <summary>A thousand requests that read.</summary>
    internal decimal Get { get; init; } = 0.0004m;

    /// <summary>A gigabyte that is stored for a month.</summary>
    internal decimal Month { get; init; } = 0.023m;

    /// <summary>A gigabyte that leaves the service.</summary>
    internal decimal Egress { get; init; } = 0.09m;

    internal decimal OfRequests(Traffic traffic) => (((traffic.Puts + traffic.Lists) * Put) + ((traffic.Gets + traffic.Heads) * Get)) / 1000;

    internal decimal OfEgress(Traffic traffic) => traffic.Received * Egress / Giga;

    internal decimal OfMonth(long bytes) => bytes * Month / Giga;
}
