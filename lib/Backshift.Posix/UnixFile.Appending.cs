namespace Backshift.Posix;

public sealed unsafe partial class UnixFile
{
    /// <summary>Opens a file to which lines are appended, and makes it, for its owner alone (mode 0600), if it is not there. Several processes may append to
    /// it.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public static UnixFile OpenToAppend(BytePath path) =>
        Make(null, path, Libc.O_WRONLY | Libc.O_APPEND | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY, path);

    /// <summary>Appends a line, in one piece: those of other processes come before or after it.</summary>
    /// <exception cref="UnixException">The system refused, or had room for a part of it.</exception>
    public void Append(ReadOnlySpan<byte> line)
    {
        fixed (byte* start = line)
        {
            nint count;
            do
            {
                count = Libc.Write(Number, start, (nuint)line.Length);
            }
            while (count < 0 && Errno.Last == Errno.EINTR);
            if (count < 0)
            {
                Errno.Throw("write", Path);
            }

            if (count < line.Length)
            {
                throw new UnixException(Errno.ENOSPC, "write", Path.ToString());
            }
        }
    }
}
