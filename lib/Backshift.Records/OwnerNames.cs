namespace Backshift.Records;

/// <summary>Gives equal names of users and groups one array per thread: a million entries have a handful of owners.</summary>
internal static class OwnerNames
{
    [ThreadStatic]
    private static byte[]?[]? slots;

    internal static byte[] Intern(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return [];
        }

        byte[]?[] mine = slots ??= new byte[]?[64];
        ref byte[]? slot = ref mine[((name[0] * 31) + (name[^1] * 7) + name.Length) & 63];
        if (slot is null || !name.SequenceEqual(slot))
        {
            slot = name.ToArray();
        }

        return slot;
    }
}
