using System.Runtime.InteropServices;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>The library behind the base library's ciphers. That ends the process where it is missing, so it is looked for before the first use.</summary>
internal static class Crypto
{
    private static readonly bool isThere = Array.Exists(["libssl.so.3", "libssl.so.1.1", "libssl.so"], static name => NativeLibrary.TryLoad(name, out _));

    /// <exception cref="BackshiftException">It is missing.</exception>
    internal static void Require()
    {
        if (!isThere)
        {
            throw new BackshiftException(ExitCode.NotPermitted, "encrypted repositories need OpenSSL, and libssl.so is not to be found",
                "install it: apt-get install libssl3");
        }
    }
}
