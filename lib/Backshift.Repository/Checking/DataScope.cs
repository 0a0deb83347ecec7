using Backshift.Objects;

namespace Backshift.Repository.Checking;

/// <summary>Which packs a check reads whole.</summary>
public sealed class DataScope
{
    // With a smaller share the last part would be read in thousands of years.
    private const int PartsLimit = 1_000_000;

    private readonly int parts;
    private readonly int part;
    private readonly IReadOnlySet<ObjectName>? named;

    private DataScope(int parts, int part, IReadOnlySet<ObjectName>? named = null)
    {
        this.named = named;
        this.parts = parts;
        this.part = part;
    }

    /// <summary>No pack.</summary>
    public static DataScope None { get; } = new(parts: 0, part: 0);

    /// <summary>All packs.</summary>
    public static DataScope All { get; } = new(parts: 1, part: 0);

    /// <summary>These packs.</summary>
    public static DataScope Of(IReadOnlySet<ObjectName> packs) => new(parts: 0, part: 0, packs);

    /// <summary>Number of parts that the packs are divided into.</summary>
    public int Parts => parts;

    /// <summary>The number of the part that is read, from 0.</summary>
    public int Part => part;

    /// <summary>
    /// A part of the packs, which follows from the date: checks on as many days in a row as there are parts read every pack once, and nothing has to be kept
    /// between them. The number of parts is a prime, so checks every second day or once a week come to all parts too.
    /// </summary>
    /// <param name="share">How large the part is, above 0 and up to 1; it may be a little smaller.</param>
    /// <param name="now">Tells the date.</param>
    public static DataScope SampleOf(double share, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(share);
        int parts = share >= 1 ? 1 : (int)Math.Min(PartsLimit, Math.Ceiling(1 / share));
        while (!IsPrime(parts))
        {
            parts++;
        }

        long day = (long)Math.Floor((now - DateTimeOffset.UnixEpoch).TotalDays);
        return new DataScope(parts, (int)(((day % parts) + parts) % parts));
    }

    /// <summary>Whether a pack is read. Names are random, so the parts are about as large as each other, and a pack stays in its part.</summary>
    internal bool Includes(ObjectName pack) =>
        named is not null ? named.Contains(pack) : parts > 0 && Math.BigMul(pack.High, (ulong)parts, out _) == (ulong)part;

    /// <summary>Whether a number is a prime; 1 counts as one here.</summary>
    private static bool IsPrime(int number)
    {
        for (int factor = 2; (long)factor * factor <= number; factor++)
        {
            if (number % factor == 0)
            {
                return false;
            }
        }

        return true;
    }
}
