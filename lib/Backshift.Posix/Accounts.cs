namespace Backshift.Posix;

/// <summary>Names of users and groups, asked once a number, at most <see cref="Capacity"/> of each remembered. Not for use by two threads at once.</summary>
public sealed unsafe class Accounts
{
    private const int Capacity = 4096;

    private readonly Dictionary<uint, byte[]?> users = [];
    private readonly Dictionary<uint, byte[]?> groups = [];

    /// <summary>The user's name, getpwuid_r(3), or null where the number has none.</summary>
    public byte[]? User(uint uid) => Find(users, uid, static (id, record, buffer, size, result) => Libc.GetUser(id, record, buffer, size, result));

    /// <summary>The group's name, getgrgid_r(3), or null where the number has none.</summary>
    public byte[]? Group(uint gid) => Find(groups, gid, static (id, record, buffer, size, result) => Libc.GetGroup(id, record, buffer, size, result));

    private delegate int Query(uint id, nint* record, byte* buffer, nuint size, nint** result);

    private static byte[]? Find(Dictionary<uint, byte[]?> known, uint id, Query ask)
    {
        if (known.TryGetValue(id, out byte[]? name))
        {
            return name;
        }

        if (known.Count >= Capacity)
        {
            known.Clear();
        }

        // struct passwd and struct group both begin with the pointer to the name. A group's members can be many, so the buffer grows on ERANGE.
        const int ERANGE = 34;
        nint* record = stackalloc nint[16];
        for (int size = 4 << 10; size <= 4 << 20; size *= 4)
        {
            byte[] space = new byte[size];
            fixed (byte* buffer = space)
            {
                nint* result = null;
                int errno = ask(id, record, buffer, (nuint)size, &result);
                if (errno == ERANGE)
                {
                    continue;
                }

                if (errno == 0 && result != null)
                {
                    byte* text = (byte*)record[0];
                    int length = 0;
                    while (text[length] != 0)
                    {
                        length++;
                    }

                    name = new ReadOnlySpan<byte>(text, length).ToArray();
                }

                break;
            }
        }

        known[id] = name;
        return name;
    }
}
