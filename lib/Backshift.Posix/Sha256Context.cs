using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>SHA256_CTX of openssl/sha.h, 112 bytes in all versions; what is in it is OpenSSL's.</summary>
[StructLayout(LayoutKind.Sequential, Size = 112)]
internal struct Sha256Context
{
    // It is aligned to four bytes there; eight do no harm.
    private ulong first;
}
