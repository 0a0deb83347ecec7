using Backshift.Posix;

namespace Backshift.Tooling;

public sealed partial class ProcessKeys
{
    public const string AgeIdentity = "BACKSHIFT_AGE_IDENTITY";

    /// <summary>Takes what is to be said meanwhile.</summary>
    public Action<string> Say { get; init; } = static _ => { };

    public bool HasIdentity => Value(AgeIdentity) is not null;

    public byte[]? TryDecrypt(BytePath repository, string file, out string error) =>
        AgeProgram.TryDecrypt(new BytePath(Value(AgeIdentity)!), file, TextLimit, Say, out error);

    public void Recognize(BytePath repository, ReadOnlySpan<byte> proof) => KnownKeys.Recognize(repository, proof, Say);
}
