using System.Runtime.InteropServices;
using System.Text;

namespace Backshift.Posix;

/// <summary>The kernel's keyring of this user, keyrings(7): secrets that all of the user's processes may read, kept in no file, and forgotten after a
/// while.</summary>
public static unsafe partial class KeyRing
{
    private const int UserRing = -4;
    private const int Unlink = 9;
    private const int SetPermissions = 5;
    private const int Read = 11;
    private const int Search = 10;
    private const int SetTimeout = 15;

    // All rights of the possessor and of the user.
    private const uint Permissions = 0x3f3f0000;

    private static int AddNumber => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 217 : 248;

    private static int ControlNumber => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 219 : 250;

    /// <summary>Keeps a secret.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="time">After which it is forgotten.</param>
    /// <exception cref="UnixException">The kernel refused.</exception>
    public static void Put(string name, ReadOnlySpan<byte> secret, TimeSpan time)
    {
        nint key;
        fixed (byte* type = "user\0"u8, description = Encoding.ASCII.GetBytes(name + "\0"), payload = secret)
        {
            key = Call(AddNumber, (nint)type, (nint)description, (nint)payload, secret.Length, UserRing);
        }

        if (key < 0 || Call(ControlNumber, SetPermissions, key, (nint)Permissions, 0, 0) < 0
            || Call(ControlNumber, SetTimeout, key, (nint)time.TotalSeconds, 0, 0) < 0)
        {
            int errno = Errno.Last;
            if (key >= 0)
            {
                // One that stays for ever is not what was asked for.
                _ = Call(ControlNumber, Unlink, key, UserRing, 0, 0);
            }

            throw new UnixException(errno, "add_key", name);
        }
    }

    /// <summary>A secret that was kept; null if there is none, or it may not be read.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="length">Its length; one of another length is none.</param>
    public static byte[]? TryGet(string name, int length)
    {
        nint key = Find(name);
        if (key < 0)
        {
            return null;
        }

        byte[] secret = GC.AllocateArray<byte>(length, pinned: true);
        fixed (byte* payload = secret)
        {
            return Call(ControlNumber, Read, key, (nint)payload, length, 0) == length ? secret : null;
        }
    }

    /// <summary>Whether there is a secret.</summary>
    public static bool Has(string name) => Find(name) >= 0;

    /// <summary>Forgets a secret, if there is one.</summary>
    /// <exception cref="UnixException">The kernel refused.</exception>
    public static void Remove(string name)
    {
        if (Find(name) is >= 0 and var key && Call(ControlNumber, Unlink, key, UserRing, 0, 0) != 0)
        {
            Errno.Throw("keyctl", name);
        }
    }

    private static nint Find(string name)
    {
        fixed (byte* type = "user\0"u8, description = Encoding.ASCII.GetBytes(name + "\0"))
        {
            return Call(ControlNumber, Search, UserRing, (nint)type, (nint)description, 0);
        }
    }

    /// <summary>syscall(2)</summary>
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth);
}
