namespace Backshift.Objects;

/// <summary>An object that is being written. It is invisible until it is published; what was written can be read back. For one thread.</summary>
public interface IObjectDraft : IStoredObject
{
    /// <summary>Appends.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Makes the object durable, then visible, then its name durable, in this order. Returns when all is done. The draft is not to be
    /// written to afterwards.</summary>
    /// <param name="path">The name that it gets.</param>
    /// <returns>False if the name is taken: nothing has changed, and the draft can be published under another.</returns>
    /// <exception cref="StoreException">It failed. The object is not visible then, or it is whole.</exception>
    bool TryPublish(ObjectPath path);
}
