using System.Collections.Concurrent;
using Backshift.Posix;
using Backshift.Sealing;

namespace Backshift.Testing;

/// <summary>The keys of the encrypted repositories of this process's tests.</summary>
public sealed class ScratchKeys : IKeySource
{
    private static readonly ConcurrentDictionary<string, byte[]> keys = new();

    private ScratchKeys()
    {
    }

    /// <summary>The keys of all of them.</summary>
    public static ScratchKeys Instance { get; } = new();

    public bool IsGiven => false;

    /// <summary>Remembers the key of a repository.</summary>
    /// <returns>No slots: nobody has a passphrase.</returns>
    public static IEnumerable<KeySlot> Take(BytePath repository, RootKey key)
    {
        keys[repository.ToString()] = key.Span.ToArray();
        return [];
    }

    public RootKey? TryGetKey(BytePath repository, ReadOnlySpan<byte> configuration) =>
        keys.TryGetValue(repository.ToString(), out byte[]? key) ? RootKey.Of(key) : null;

    public byte[]? TryGetPassphrase(BytePath repository, int attempt) => null;
}
