using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>
/// How an encrypted repository is opened: where its key comes from (the user, a file, a program that started this one), and what the storage may see.
/// </summary>
public interface IKeySource
{
    /// <summary>Whether the user has given a key for what this process does: then a repository that is not encrypted is refused, since it may
    /// have been put in the place of one that was.</summary>
    bool IsGiven { get; }

    /// <summary>Whether packs are read as a whole, so that the storage does not see which parts of them are needed.</summary>
    bool HidesAccess => false;

    /// <summary>The root key itself, if that is at hand.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration, by which it is known wherever it lies.</param>
    /// <exception cref="BackshiftException">It was given, and cannot be used.</exception>
    RootKey? TryGetKey(BytePath repository, ReadOnlySpan<byte> configuration);

    /// <summary>Whether there is an age identity: it is tried with the slots of that kind, before any passphrase.</summary>
    bool HasIdentity => false;

    /// <summary>Decrypts the age file of a slot with it.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="file">The armored age file.</param>
    /// <param name="error">Why not.</param>
    /// <returns>What is in it, to be overwritten; null if it cannot be decrypted.</returns>
    /// <exception cref="BackshiftException">There is no age(1).</exception>
    byte[]? TryDecrypt(BytePath repository, string file, out string error)
    {
        error = "there is no identity";
        return null;
    }

    /// <summary>
    /// Takes what shows which root key an age file had. Anybody can make one for a recipient, so this is all that tells a repository from one that was put in
    /// its place.
    /// </summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="proof">The proof of the root key.</param>
    /// <exception cref="BackshiftException">There was another one at this place before.</exception>
    void Recognize(BytePath repository, ReadOnlySpan<byte> proof)
    {
    }

    /// <summary>The key of a host that may only save, if that is what this process has.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <returns>Null if it is another kind of key; otherwise to be disposed of.</returns>
    /// <exception cref="BackshiftException">It was given, and this process needs more.</exception>
    HostKey? TryGetHostKey(BytePath repository, ReadOnlySpan<byte> configuration) => null;

    /// <summary>The key of a program that expires and collects, if that is what this process has.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <returns>Null if it is another kind of key; otherwise to be disposed of.</returns>
    /// <exception cref="BackshiftException">It was given, and this process needs more.</exception>
    CollectingKey? TryGetCollectingKey(BytePath repository, ReadOnlySpan<byte> configuration) => null;

    /// <summary>Where a host that may only save keeps copies of what it cannot read.</summary>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    BytePath CopiesOf(ReadOnlySpan<byte> configuration) => default;

    /// <summary>A passphrase, to be tried with all slots; overwritten afterwards.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="attempt">How many were tried before.</param>
    /// <returns>Null if there is no other one.</returns>
    /// <exception cref="BackshiftException">It was given, and cannot be had.</exception>
    byte[]? TryGetPassphrase(BytePath repository, int attempt);

    /// <summary>The keys that cutting takes, if they are at hand without the root key.</summary>
    /// <inheritdoc cref="TryGetKey"/>
    ChunkKeys? TryGetChunkKeys(BytePath repository, ReadOnlySpan<byte> configuration) => null;

    /// <summary>Called once the search for the root key has ended, also by an exception, if anything of the above was called for it.</summary>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    /// <param name="found">The root key, until this returns; null if none was found.</param>
    void EndSearch(ReadOnlySpan<byte> configuration, RootKey? found)
    {
    }
}
