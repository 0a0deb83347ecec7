using System.Globalization;
using System.Text;

namespace Backshift.Posix;

public static unsafe partial class Machine
{
    /// <summary>The signals that this process ignores, as it was started: bit 0 for signal 1, as in proc(5). None where that cannot be seen.</summary>
    public static ulong IgnoredSignals()
    {
        const string Key = "SigIgn:";
        using UnixFile? file = UnixFile.TryOpen(null, BytePath.Of("/proc/self/status"), OpenFor.NoFollow, out _);
        if (file is null)
        {
            return 0;
        }

        byte[] buffer = new byte[4096];
        try
        {
            string status = Encoding.Latin1.GetString(buffer, 0, file.ReadAt(buffer, 0));
            int at = status.IndexOf(Key, StringComparison.Ordinal);
            ReadOnlySpan<char> rest = at < 0 ? default : status.AsSpan(at + Key.Length).Trim();
            int end = rest.IndexOfAnyExcept("0123456789abcdef");
            return ulong.TryParse(end < 0 ? rest : rest[..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0;
        }
        catch (UnixException)
        {
            return 0;
        }
    }
}
