using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>A root key that is at hand.</summary>
/// <param name="key">The key; copied each time that it is asked for.</param>
public sealed class KnownKey(RootKey key) : IKeySource
{
    public bool IsGiven => true;

    public RootKey? TryGetKey(BytePath repository, ReadOnlySpan<byte> configuration) => RootKey.Of(key.Span);

    public byte[]? TryGetPassphrase(BytePath repository, int attempt) => null;
}
