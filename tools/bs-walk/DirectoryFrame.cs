using System.Buffers.Binary;
using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>A directory on the way from the root to where the walk is: its sorted names, how far it has come, and its descriptor while that is open.</summary>
internal sealed class DirectoryFrame
{
    /// <summary>The space that a frame keeps for the next directory at its depth; a larger one gives it back.</summary>
    private const int KeptSpace = 64 << 10;

    private byte[] space = new byte[512];
    private ListedName[] names = new ListedName[16];
    private int used;
    private int count;
    private int next;

    internal UnixFile? File { get; set; }

    /// <summary>Device, inode and birth, to know the directory again: the number of one that is gone is given to the next.</summary>
    internal (ulong Dev, ulong Ino, UnixTime? Birth) Identity { get; private set; }

    /// <summary>Length of its kept path.</summary>
    internal int PathLength { get; private set; }

    internal bool IsEmpty => count == 0;

    /// <summary>Takes a directory's names and sorts them. The file is the frame's from here on, also if the call fails.</summary>
    /// <exception cref="UnixException">The directory could not be read to its end; the names until there are kept.</exception>
    internal void Load(UnixFile file, in FileStatus status, int pathLength, byte[] buffer)
    {
        File = file;
        Identity = (status.Dev, status.Ino, status.Btime);
        PathLength = pathLength;
        used = count = next = 0;
        if (space.Length > KeptSpace)
        {
            space = new byte[512];
            names = new ListedName[16];
        }

        // Disposing of the reader would close the directory, which is still wanted.
        DirectoryReader reader = new(file, buffer);
        try
        {
            while (reader.TryRead(out ReadOnlySpan<byte> name, out FileKind kind))
            {
                Add(name, kind);
            }
        }
        finally
        {
            names.AsSpan(0, count).Sort(new ByBytes(space));
        }
    }

    /// <summary>Whether a name is there.</summary>
    internal bool Contains(ReadOnlySpan<byte> terminatedName) => IndexOf(terminatedName) >= 0;

    /// <summary>Leaves only this name, if it is there.</summary>
    internal void KeepOnly(ReadOnlySpan<byte> terminatedName)
    {
        int index = IndexOf(terminatedName);
        names[0] = names[Math.Max(index, 0)];
        count = index < 0 ? 0 : 1;
    }

    /// <summary>Passes over the names that are left.</summary>
    internal void SkipRest() => next = count;

    /// <summary>The next name with its NUL; valid until the frame is loaded again.</summary>
    internal bool TryNext(out ReadOnlySpan<byte> terminatedName, out FileKind kind)
    {
        if (next == count)
        {
            terminatedName = default;
            kind = FileKind.Unknown;
            return false;
        }

        ListedName name = names[next++];
        terminatedName = space.AsSpan(name.Offset, name.Length + 1);
        kind = name.Kind;
        return true;
    }

    private int IndexOf(ReadOnlySpan<byte> terminatedName)
    {
        ulong prefix = PrefixOf(terminatedName[..^1]);
        for (int i = 0; i < count; i++)
        {
            if (names[i].Prefix == prefix && space.AsSpan(names[i].Offset, names[i].Length + 1).SequenceEqual(terminatedName))
            {
                return i;
            }
        }

        return -1;
    }

    private void Add(ReadOnlySpan<byte> name, FileKind kind)
    {
        if (used + name.Length + 1 > space.Length)
        {
            Array.Resize(ref space, Math.Max(space.Length * 2, used + name.Length + 1));
        }

        if (count == names.Length)
        {
            Array.Resize(ref names, names.Length * 2);
        }

        names[count++] = new ListedName(PrefixOf(name), used, name.Length, kind);
        name.CopyTo(space.AsSpan(used));
        used += name.Length;
        space[used++] = 0;
    }

    private static ulong PrefixOf(ReadOnlySpan<byte> name)
    {
        if (name.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(name);
        }

        ulong prefix = 0;
        for (int i = 0; i < sizeof(ulong); i++)
        {
            prefix = (prefix << 8) | (i < name.Length ? name[i] : 0u);
        }

        return prefix;
    }

    /// <summary>Order of bytes: a name holds no NUL, so a shorter one's prefix is lower too.</summary>
    private readonly struct ByBytes(byte[] space) : IComparer<ListedName>
    {
        public int Compare(ListedName left, ListedName right) => left.Prefix != right.Prefix
            ? left.Prefix.CompareTo(right.Prefix)
            : space.AsSpan(left.Offset, left.Length).SequenceCompareTo(space.AsSpan(right.Offset, right.Length));
    }
}
