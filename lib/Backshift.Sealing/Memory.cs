using Backshift.Posix;

namespace Backshift.Sealing;

/// <summary>Memory that holds a key.</summary>
internal static class Memory
{
    /// <summary>Keeps it out of swap space, as far as the limit on locked memory allows, and this process out of core dumps.</summary>
    internal static void Guard(byte[] pinned) => Machine.GuardMemory(pinned);
}
