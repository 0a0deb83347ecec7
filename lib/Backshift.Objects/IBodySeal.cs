using Backshift.Records;

namespace Backshift.Objects;

/// <summary>Encrypts the bodies of small objects with the keys of a repository.</summary>
public interface IBodySeal
{
    /// <summary>Encrypts a body.</summary>
    /// <param name="header">The header of the object, which says that it is encrypted.</param>
    /// <param name="body">Its body.</param>
    /// <returns>What is stored in place of the body.</returns>
    byte[] Close(ObjectHeader header, ReadOnlySpan<byte> body);

    /// <summary>Decrypts a body.</summary>
    /// <param name="header">The header of the object.</param>
    /// <param name="path">Where the object lies.</param>
    /// <param name="closed">What is stored in place of the body.</param>
    /// <param name="what">The object in words, for messages.</param>
    /// <exception cref="BackshiftException">It was sealed with another key, or changed since.</exception>
    byte[] Open(ObjectHeader header, ObjectPath path, ReadOnlySpan<byte> closed, string what);
}
