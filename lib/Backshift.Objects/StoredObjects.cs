namespace Backshift.Objects;

/// <summary>Reads of an object that has to be as long as it was when it was opened.</summary>
public static class StoredObjects
{
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
