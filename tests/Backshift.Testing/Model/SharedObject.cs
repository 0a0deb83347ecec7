using Backshift.Objects;

namespace Backshift.Testing.Model;

/// <summary>An object of the shared store.</summary>
/// <param name="Path">Its name.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Published">When, by the clock of the store, in ticks.</param>
/// <param name="Writer">Who published it.</param>
internal sealed record SharedObject(ObjectPath Path, byte[] Bytes, long Published, ModelProcess Writer)
{
    private long deleted = long.MaxValue;

    /// <summary>When it was deleted; the end of time if it was not.</summary>
    internal long Deleted
    {
        get => Volatile.Read(ref deleted);
        set => Volatile.Write(ref deleted, value);
    }

    /// <summary>Whether its writer holds it until he lets go or ends.</summary>
    internal bool IsHeld { get; set; }
}
