using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>Where the key of an encrypted repository comes from: the user, a file, a program that started this one.</summary>
public interface IKeySource
{
    /// <summary>Whether the user has given a key for what this process does: then a repository that is not encrypted is refused, since it may
    /// have been put in the place of one that was.</summary>
    bool IsGiven { get; }

    /// <summary>The root key itself, if that is at hand.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration, by which it is known wherever it lies.</param>
    /// <exception cref="BackshiftException">It was given, and cannot be used.</exception>
    RootKey? TryGetKey(BytePath repository, ReadOnlySpan<byte> configuration);

    /// <summary>A passphrase, to be tried with all slots; overwritten afterwards.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="attempt">How many were tried before.</param>
    /// <returns>Null if there is no other one.</returns>
    /// <exception cref="BackshiftException">It was given, and cannot be had.</exception>
    byte[]? TryGetPassphrase(BytePath repository, int attempt);
}
