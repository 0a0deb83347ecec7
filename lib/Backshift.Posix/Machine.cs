using System.Text;

namespace Backshift.Posix;

/// <summary>What this machine and this process are called.</summary>
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

    /// <summary>Whether this process may read everything: its effective user is root.</summary>
    public static bool IsRoot => Libc.EffectiveUser() == 0;

    /// <summary>The arguments of this process as bytes, the program's name first: text would lose names that are not UTF-8.</summary>
    /// <exception cref="UnixException">/proc is not mounted.</exception>
    public static List<byte[]> Arguments()
    {
        using UnixFile file = UnixFile.Open(BytePath.Of("/proc/self/cmdline"));
        List<byte> all = [];
        byte[] buffer = new byte[64 << 10];
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            all.AddRange(buffer.AsSpan(0, count));
        }

        List<byte[]> arguments = [];
        Span<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)0);
            end = end < 0 ? rest.Length : end;
            arguments.Add(rest[..end].ToArray());
            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return arguments;
    }
}
