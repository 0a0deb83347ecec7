namespace Backshift.Posix;

/// <summary>Numbers of users and groups by name, asked once a name, at most <see cref="Capacity"/> of each remembered. Not for use by two threads at
/// once.</summary>
public sealed unsafe class AccountNumbers
{
    private const int Capacity = 4096;

    private readonly Dictionary<BytePath, uint?> users = [];
    private readonly Dictionary<BytePath, uint?> groups = [];

    /// <summary>The user's number, getpwnam_r(3), or null where there is no such user.</summary>
    public uint? User(ReadOnlySpan<byte> name) =>
        Find(users, name, static (text, record, buffer, size, result) => Libc.GetUserByName(text, record, buffer, size, result));

    /// <summary>The group's number, getgrnam_r(3), or null where there is no such group.</summary>
    public uint? Group(ReadOnlySpan<byte> name) =>
        Find(groups, name, static (text, record, buffer, size, result) => Libc.GetGroupByName(text, record, buffer, size, result));

    private delegate int Query(byte* name, nint* record, byte* buffer, nuint size, nint** result);

    private static uint? Find(Dictionary<BytePath, uint?> known, ReadOnlySpan<byte> name, Query ask)
    {
        BytePath key = new(name);
        if (known.TryGetValue(key, out uint? number))
        {
            return number;
        }

        if (known.Count >= Capacity)
        {
            known.Clear();
        }

        // struct passwd and struct group both begin with two pointers, name and password, and then the number.
        const int ERANGE = 34;
        nint* record = stackalloc nint[16];
        fixed (byte* text = key.Terminated())
        {
            for (int size = 4 << 10; size <= 4 << 20; size *= 4)
            {
                fixed (byte* buffer = new byte[size])
                {
                    nint* result = null;
                    int errno = ask(text, record, buffer, (nuint)size, &result);
                    if (errno == ERANGE)
                    {
                        continue;
                    }

                    number = errno == 0 && result != null ? *(uint*)(record + 2) : null;
                    break;
                }
            }
        }

        known[key] = number;
        return number;
    }
}
