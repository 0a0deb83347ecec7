using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>HASH_DESC of OpenSSL's sha256-mb-x86_64.pl: what one of several hashes that are taken at once is to take in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Sha256Lane
{
    internal byte* Content;

    /// <summary>How many blocks of 64 bytes; 0 for a lane that is not used.</summary>
    internal int Blocks;
}
