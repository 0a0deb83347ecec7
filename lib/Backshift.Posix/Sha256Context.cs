using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>SHA256_CTX of openssl/sha.h, 112 bytes in all versions: the state, how many bits it has taken in, and what is OpenSSL's own.</summary>
[StructLayout(LayoutKind.Explicit, Size = 112)]
internal struct Sha256Context
{
    [FieldOffset(0)] internal State Words;

    /// <summary>The low and the high word, in the order in which a little-endian machine has them in one.</summary>
    [FieldOffset(32)] internal ulong Bits;

    [InlineArray(8)]
    internal struct State
    {
        private uint first;
    }
}
