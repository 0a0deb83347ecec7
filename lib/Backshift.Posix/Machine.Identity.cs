namespace Backshift.Posix;

public static unsafe partial class Machine
{
    private const int IdentityLimit = 256;

    /// <summary>
    /// What tells this machine from others: machine-id(5) and the host's name, since copies of a virtual machine keep the first. Null if the system does not
    /// say.
    /// </summary>
    public static string? Identity() => ReadLine("/etc/machine-id") is { } id ? $"{id} {HostName()}" : null;

    /// <summary>What is drawn anew each time that the machine starts, random(4); null if the system does not say.</summary>
    public static string? Boot() => ReadLine("/proc/sys/kernel/random/boot_id");

    private static string? ReadLine(string path)
    {
        using UnixFile? file = UnixFile.TryOpen(null, BytePath.Of(path), OpenFor.NoFollow, out _);
        if (file is null)
        {
            return null;
        }

        Span<byte> buffer = stackalloc byte[IdentityLimit];
        try
        {
            int count = file.ReadAt(buffer, 0);
            ReadOnlySpan<byte> line = buffer[..count].Trim((byte)'\n');
            return line.IsEmpty || line.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? null : System.Text.Encoding.ASCII.GetString(line);
        }
        catch (UnixException)
        {
            return null;
        }
    }
}
