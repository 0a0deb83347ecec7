using System.Text;

namespace Backshift.Posix;

/// <summary>The name of this machine, and the user of this process.</summary>
public static unsafe partial class Machine
{
    /// <summary>The host's name, gethostname(2).</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static string HostName()
    {
        const int Size = 256;
        byte* buffer = stackalloc byte[Size];
        if (Libc.GetHostName(buffer, Size - 1) != 0)
        {
            Errno.Throw("gethostname", "host name");
        }

        ReadOnlySpan<byte> name = new(buffer, Size - 1);
        int end = name.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
    }
}
