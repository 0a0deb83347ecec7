using System.Runtime.InteropServices;

namespace Backshift.Posix;

internal static unsafe partial class Libc
{
    /// <summary>getenv(3)</summary>
    [LibraryImport("libc", EntryPoint = "getenv")]
    internal static partial byte* GetVariable(byte* name);
}
