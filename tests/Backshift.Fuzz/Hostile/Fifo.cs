using System.Runtime.InteropServices;

namespace Backshift.Fuzz.Hostile;

/// <summary>Makes what .NET has no call for.</summary>
internal static partial class Fifo
{
    internal static void Make(string path)
    {
        if (MakeFifo(path, 0x1b6) != 0)
        {
            throw new IOException($"{path}: cannot be made");
        }
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
