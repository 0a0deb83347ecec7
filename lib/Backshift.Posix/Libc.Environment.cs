using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    /// <summary>getenv(3)</summary>
    [LibraryImport("libc", EntryPoint = "getenv")]
    internal static partial byte* GetVariable(byte* name);

    /// <summary>getauxval(3); 0 where the kernel did not say.</summary>
    [LibraryImport("libc", EntryPoint = "getauxval")]
    internal static partial nuint AuxiliaryValue(nuint type);
}
