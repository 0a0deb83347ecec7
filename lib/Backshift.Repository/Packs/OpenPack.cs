using System.Buffers;
using Backshift.Objects;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>A pack that is open for reading, with its directory.</summary>
internal sealed class OpenPack : IDisposable
{
    private OpenPack(IStoredObject stored, PackDirectory directory)
    {
        Stored = stored;
        Directory = directory;
    }

    internal IStoredObject Stored { get; }

    internal PackDirectory Directory { get; }

    internal ObjectName Name => Directory.Name;

    /// <summary>When it was used last, on the shelf's own clock.</summary>
    internal long LastUse { get; set; }

    /// <summary>How many jobs read from it: it must stay open for them.</summary>
    internal int Readers { get; set; }

    /// <summary>Opens a pack: in one request, unless it has a long directory.</summary>
    /// <returns>Null if it is gone.</returns>
    /// <exception cref="Records.BackshiftException">It is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static OpenPack? TryOpen(RepositoryDirectory repository, ObjectName name)
    {
        byte[] tail = ArrayPool<byte>.Shared.Rent(PackLimits.UsualTail);
        IStoredObject? stored = null;
        try
        {
            stored = repository.Store.TryOpen(ObjectPath.Pack(name), ObjectEnd.Tail, tail.AsSpan(0, PackLimits.UsualTail), out int count);
            if (stored is null)
            {
                return null;
            }

            OpenPack pack = new(stored, PackDirectory.Read(stored, tail.AsSpan(0, count), name));
            stored = null;
            return pack;
        }
        finally
        {
            stored?.Dispose();
            ArrayPool<byte>.Shared.Return(tail);
        }
    }

    public void Dispose() => Stored.Dispose();
}
