namespace Backshift.Objects;

/// <summary>An object that is being written. It is invisible until it is published; what was written can be read back. For one thread.</summary>
public interface IObjectDraft : IStoredObject
{
    /// <summary>Appends.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>How many bytes it takes to fill an object of this length up to one that says little about its content; 0 where lengths need not be
    /// hidden.</summary>
    /// <param name="length">Its length in bytes, as it would be published.</param>
    long Filling(long length) => 0;

    /// <summary>Makes the object durable, then visible, then its name durable, in this order. Returns when all is done. The draft is not to be
    /// written to afterwards.</summary>
    /// <param name="path">The name that it gets.</param>
    /// <returns>False if the name is taken: nothing has changed, and the draft can be published under another.</returns>
    /// <exception cref="StoreException">It failed. The object is not visible then, or it is whole.</exception>
    bool TryPublish(ObjectPath path);
}
