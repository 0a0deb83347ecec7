namespace Backshift.Objects;

/// <summary>What can be done with every object that is open.</summary>
public static class StoredObjects
{
    /// <summary>The object as it is stored: encrypted, if it is.</summary>
    public static IStoredObject AsStored(this IStoredObject stored) => stored is IStoredView view ? view.Stored : stored;

    /// <summary>Reads a range that lies inside the object, from a cache if there is one; see <see cref="IStoredObject.ReadKept"/>.</summary>
    /// <inheritdoc cref="ReadExactly"/>
    public static void ReadKeptExactly(this IStoredObject stored, Span<byte> buffer, long offset)
    {
        if (stored.ReadKept(buffer, offset) != buffer.Length)
        {
            throw StoreException.CutShort(stored.Shown);
        }
    }

    /// <summary>Reads a range that lies inside the object.</summary>
    /// <exception cref="StoreException">It cannot be read, or the object ends before.</exception>
    public static void ReadExactly(this IStoredObject stored, Span<byte> buffer, long offset)
    {
        if (stored.ReadAt(buffer, offset) != buffer.Length)
        {
            throw StoreException.CutShort(stored.Shown);
        }
    }
}
