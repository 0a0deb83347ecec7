using System.IO.Hashing;
using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Packs;
using Backshift.Repository.Parity;

namespace Backshift.Repository.Protecting;

/// <summary>Gives the packs of a repository parity: see backshift-repository(5), "PARITY".</summary>
public sealed class PackProtection
{
    private readonly RepositoryDirectory repository;
    private readonly int percent;
    private readonly bool renews;
    private readonly Action<string> say;
    private readonly byte[] piece = new byte[1 << 20];

    /// <param name="repository">The repository.</param>
    /// <param name="percent">Size of the parity in percent of the packs: 1 to 100.</param>
    /// <param name="renews">Whether parity that is there is verified, and replaced if it is damaged or smaller than that.</param>
    /// <param name="say">Is told of packs that get no parity.</param>
    public PackProtection(RepositoryDirectory repository, int percent, bool renews, Action<string> say)
    {
        this.repository = repository;
        this.percent = percent;
        this.renews = renews;
        this.say = say;
    }

    public ParityCounts Counts { get; } = new();

    /// <summary>Makes the parity that is missing.</summary>
    /// <param name="cancel">Ends it between two segments.</param>
    /// <exception cref="StoreException">Packs cannot be listed, or parity cannot be written.</exception>
    public void Run(CancellationToken cancel)
    {
        // Parity comes after its pack. So parity that is listed first, and whose pack is not, has lost it.
        HashSet<ObjectName> before = [.. repository.ListParity()];
        HashSet<ObjectName> alone = [.. before];
        foreach (ObjectName pack in repository.ListPacks())
        {
            cancel.ThrowIfCancellationRequested();
            alone.Remove(pack);
            Counts.Packs++;
            if (before.Contains(pack) && (!renews || IsGood(pack, cancel)))
            {
                Counts.Protected++;
            }
            else
            {
                Protect(pack, before.Contains(pack), cancel);
            }
        }

        foreach (ObjectName pack in alone.Where(pack => repository.Store.Exists(ObjectPath.Pack(pack)) == false))
        {
            cancel.ThrowIfCancellationRequested();
            Counts.Deleted += repository.Store.Delete(ObjectPath.Parity(pack)) ? 1 : 0;
        }
    }

    private bool IsGood(ObjectName pack, CancellationToken cancel)
    {
        try
        {
            using ParityReader? parity = ParityReader.TryOpen(repository.Store, pack);
            return parity is not null && parity.FindFault(cancel) is null && parity.Shape.Percent >= percent;
        }
        catch (BackshiftException)
        {
            return false;
        }
    }

    private void Protect(ObjectName pack, bool isReplaced, CancellationToken cancel)
    {
        using OpenPack? opened = TryOpen(pack, out string? fault);
        if (opened is null && fault is null)
        {
            // Collected meanwhile.
            Counts.Packs--;
            return;
        }

        if ((fault ?? FindFault(opened!, cancel)) is { } damage)
        {
            // Parity of what is damaged would keep the damage; and what parity there is may still heal it.
            Fault($"{damage}; it gets no new parity");
        }
        else if (isReplaced && !repository.Store.Delete(ObjectPath.Parity(pack)))
        {
            Fault($"pack {pack}: the store does not allow that its parity is replaced");
        }
        else
        {
            long length = new ParityWriter(opened!.Stored.AsStored(), pack, percent).Publish(repository.Store, cancel);
            Counts.Protected++;
            Counts.Made += length > 0 ? 1 : 0;
            Counts.Written += length;
        }
    }

    /// <summary>Opens a pack.</summary>
    /// <param name="pack">Its name.</param>
    /// <param name="fault">Why it cannot be opened, or null.</param>
    /// <returns>Null if it cannot be opened, or is gone.</returns>
    private OpenPack? TryOpen(ObjectName pack, out string? fault)
    {
        fault = null;
        try
        {
            return OpenPack.TryOpen(repository, pack);
        }
        catch (BackshiftException e)
        {
            fault = e is StoreException trouble ? $"pack {pack}: cannot be read: {trouble.Reason}" : e.Message;
            return null;
        }
    }

    /// <summary>Looks for damage by the checksums of the pack. A pack that cannot be read costs no other one its parity.</summary>
    private string? FindFault(OpenPack pack, CancellationToken cancel)
    {
        try
        {
            return FaultOf(pack, cancel) is { } fault ? $"pack {pack.Name}: {fault}" : null;
        }
        catch (StoreException e)
        {
            return $"pack {pack.Name}: cannot be read: {e.Reason}";
        }
    }

    private string? FaultOf(OpenPack pack, CancellationToken cancel)
    {
        if (!new ParityShape(pack.Stored.Length, percent).IsValid)
        {
            return $"is {pack.Stored.Length} bytes long, more than parity is defined for";
        }

        if (pack.Directory.FaultOfHeader(pack.Stored) is { } fault)
        {
            return fault;
        }

        Crc32 crc = new();
        for (int number = 0; number < pack.Directory.BlockCount; number++)
        {
            cancel.ThrowIfCancellationRequested();
            BlockRecord block = pack.Directory.Block(number);
            for (int done = 0; done < block.Stored;)
            {
                Span<byte> bytes = piece.AsSpan(0, Math.Min(piece.Length, block.Stored - done));
                if (pack.Stored.ReadAt(bytes, block.Offset + done) != bytes.Length)
                {
                    return $"block {number} is cut short";
                }

                crc.Append(bytes);
                done += bytes.Length;
            }

            if (crc.GetCurrentHashAsUInt32() != block.Crc)
            {
                return $"block {number} does not match its CRC";
            }

            crc.Reset();
        }

        return null;
    }

    private void Fault(string line)
    {
        Counts.Faults++;
        say(line);
    }
}
