using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>An object that is open. May be read by several threads at once; what is read never changes, but may end early where storage lost the end.</summary>
public interface IStoredObject : IDisposable
{
    /// <summary>What it is called in messages.</summary>
    BytePath Shown { get; }

    /// <summary>Its length in bytes, as of its opening.</summary>
    long Length { get; }

    /// <summary>When the store received it, by the clock of the store. A copy that does not keep times was received when it was made.</summary>
    UnixTime Received { get; }

    /// <summary>Reads a range: one request. Fills <paramref name="buffer"/> unless the object ends before.</summary>
    /// <returns>How many bytes were read.</returns>
    /// <exception cref="StoreException">It cannot be read, or is gone by now.</exception>
    int ReadAt(Span<byte> buffer, long offset);
}
