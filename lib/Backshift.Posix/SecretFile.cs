namespace Backshift.Posix;

/// <summary>A secret that a process leaves to those that it starts, in memory that has a descriptor, memfd_create(2), and no name.</summary>
public static unsafe class SecretFile
{
    /// <summary>Makes one. It survives execve(2) only after <see cref="Descriptors.SurviveExecute"/>, so that no other child process gets it.</summary>
    /// <returns>The number of its descriptor.</returns>
    /// <exception cref="UnixException">The system refused.</exception>
    public static int Make(ReadOnlySpan<byte> secret)
    {
        int fd;
        fixed (byte* name = "key\0"u8)
        {
            const uint MFD_CLOEXEC = 1;
            fd = Libc.CreateMemoryFile(name, MFD_CLOEXEC);
        }

        if (fd < 0)
        {
            Errno.Throw("memfd_create", "a key");
        }

        fixed (byte* from = secret)
        {
            if (Libc.Write(fd, from, (nuint)secret.Length) != secret.Length)
            {
                Errno.Throw("write", "a key");
            }
        }

        return fd;
    }

    /// <summary>Closes one that this process was given and has no use for. Nothing else is closed: only such a file has seals, fcntl(2), and what came
    /// through execve(2) is not the runtime's own.</summary>
    /// <param name="fd">The number of its descriptor.</param>
    public static void Drop(int fd)
    {
        const int F_GET_SEALS = 1034;
        if (fd > 2 && Descriptors.WasGiven(fd) && Libc.Fcntl(fd, F_GET_SEALS, 0) >= 0)
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Reads one; where its descriptor stands does not matter.</summary>
    /// <param name="number">The number of the descriptor, as text.</param>
    /// <param name="length">How long the secret is.</param>
    /// <returns>The secret, pinned in memory; null if there is none.</returns>
    public static byte[]? TryRead(ReadOnlySpan<byte> number, int length)
    {
        if (!int.TryParse(number, out int fd) || fd <= 2)
        {
            return null;
        }

        byte[] secret = GC.AllocateArray<byte>(length, pinned: true);
        fixed (byte* to = secret)
        {
            return Libc.ReadAt(fd, to, (nuint)length, 0) == length ? secret : null;
        }
    }
}
