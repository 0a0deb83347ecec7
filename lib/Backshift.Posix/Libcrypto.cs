using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>
/// The calls of OpenSSL's libcrypto that make SHA-256. The image has them linked in (tools/Backshift.Tools.csproj), which brings 20 KB of
/// machine code along and neither OpenSSL's set-up nor its configuration file. Elsewhere the library is looked for at run time.
/// </summary>
/// <remarks>
/// The base library's SHA256 goes through libssl, takes 4 ms for its set-up, and ends the process (abort, status 134) where there is none: a rescue system.
/// </remarks>
internal static unsafe partial class Libcrypto
{
    private const string Name = "libcrypto";

    private static readonly bool isLoaded = !IsLinked && TryLoad();

    /// <summary>Whether the calls below can be made.</summary>
    internal static bool IsAvailable => IsLinked || isLoaded;

    /// <summary>Whether <see cref="AppendToLanes"/> is linked in: it is not exported, so it cannot be loaded.</summary>
    [FeatureSwitchDefinition("Backshift.LinkedCryptoLanes")]
    internal static bool HasLanes => AppContext.TryGetSwitch("Backshift.LinkedCryptoLanes", out bool linked) && linked;

    [FeatureSwitchDefinition("Backshift.LinkedCrypto")]
    private static bool IsLinked => AppContext.TryGetSwitch("Backshift.LinkedCrypto", out bool linked) && linked;

    /// <summary>SHA256_Init(3)</summary>
    [LibraryImport(Name, EntryPoint = "SHA256_Init")]
    internal static partial int Start(Sha256Context* context);

    /// <summary>SHA256_Update(3)</summary>
    [LibraryImport(Name, EntryPoint = "SHA256_Update")]
    internal static partial int Append(Sha256Context* context, byte* content, nuint length);

    /// <summary>SHA256_Final(3)</summary>
    [LibraryImport(Name, EntryPoint = "SHA256_Final")]
    internal static partial int Finish(byte* hash, Sha256Context* context);

    /// <summary>
    /// Takes whole blocks into several hashes at once, as OpenSSL does for TLS (crypto/sha/asm/sha256-mb-x86_64.pl). On x86-64 alone, and declared in no
    /// header.
    /// </summary>
    /// <param name="states">The first word of the states of all eight lanes, then the second, and so on.</param>
    /// <param name="inputs">The input of each lane.</param>
    /// <param name="fours">1 if four lanes are used, 2 for eight.</param>
    [LibraryImport(Name, EntryPoint = "sha256_multi_block")]
    internal static partial void AppendToLanes(uint* states, Sha256Lane* inputs, int fours);

    /// <summary>Declared deprecated since OpenSSL 3, and there in all versions that are not built without what is deprecated: hence the look at the
    /// export.</summary>
    private static bool TryLoad()
    {
        foreach (string file in (string[])["libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"])
        {
            if (NativeLibrary.TryLoad(file, out nint library) && NativeLibrary.TryGetExport(library, "SHA256_Update", out _))
            {
                NativeLibrary.SetDllImportResolver(typeof(Libcrypto).Assembly, (name, _, _) => name == Name ? library : 0);
                return true;
            }
        }

        return false;
    }
}
