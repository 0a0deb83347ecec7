using Backshift.Tooling;

namespace Backshift.Tools.Save;

/// <summary>The keys that are handed to the stages of a save, each in a file without a name; see SecretFile. A stage gets the one that it needs.</summary>
/// <param name="Root">The descriptor of the root key.</param>
/// <param name="Chunks">The descriptor of the keys that cutting takes.</param>
internal readonly record struct HandedKeys(int Root, int Chunks)
{
    /// <summary>What a shell puts before a stage that needs the root key, and before bs-chunk.</summary>
    internal string ForAll => $"{ProcessKeys.KeyDescriptor}={Root}";

    internal string ForChunk => $"{ProcessKeys.ChunkKeysDescriptor}={Chunks}";

    /// <summary>What a shell puts before a stage that has no use for some of them, where it cannot close them itself: the stage does, as it starts. A shell
    /// need not know descriptors above 9.</summary>
    internal static string? Leaving(params int[] descriptors)
    {
        string list = string.Join(',', descriptors.Where(static descriptor => Without(descriptor) is null));
        return list.Length == 0 ? null : $"{ProcessKeys.OthersDescriptors}={list}";
    }

    /// <summary>What a shell puts after a stage to keep a descriptor from it; null where it cannot.</summary>
    internal static string? Without(int descriptor) => descriptor <= 9 ? $"{descriptor}<&-" : null;
}
