namespace Backshift.Repository.Measuring;

/// <summary>The saveset and the host that need a chunk, by their numbers; or that several do.</summary>
internal struct SlotUse
{
    /// <summary>No saveset.</summary>
    internal const ushort None = 0;

    /// <summary>More than one; and those that have no number.</summary>
    internal const ushort Several = ushort.MaxValue;

    internal ushort Saveset { get; private set; }

    internal ushort Host { get; private set; }

    /// <summary>Adds one who needs it.</summary>
    /// <returns>Whether that makes a difference; if not, it makes none for anything that lies below a node either.</returns>
    internal bool Add(ushort saveset, ushort host)
    {
        ushort its = Join(Saveset, saveset), hosts = Join(Host, host);
        bool isNew = its != Saveset || hosts != Host;
        (Saveset, Host) = (its, hosts);
        return isNew;
    }

    private static ushort Join(ushort before, ushort now) => before == None || before == now ? now : Several;
}
