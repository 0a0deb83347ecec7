using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Backshift.Posix;

namespace Backshift.Tools.Chunk;

/// <summary>
/// The inodes with several names that have been stored, and the path of each. An inode all of whose names came is forgotten. Past a fixed number they go to
/// sorted runs in a scratch file, so that ten million linked files take no more memory than a few bytes each.
/// </summary>
internal sealed class SeenInodes : IDisposable
{
    /// <summary>How many are kept in memory: about 16 MiB.</summary>
    internal const int DefaultRoom = 1 << 18;

    private readonly Dictionary<InodeKey, SeenInode> table = [];
    private readonly List<InodeRun> runs = [];
    private readonly ScratchFile paths = new();
    private readonly ScratchFile sorted = new();
    private readonly int room;

    internal SeenInodes(int room = DefaultRoom) => this.room = room;

    /// <summary>Whether the inode has been stored.</summary>
    /// <exception cref="UnixException">The scratch file cannot be read.</exception>
    internal bool Contains(InodeKey inode) => table.ContainsKey(inode) || FindSpilled(inode) >= 0;

    /// <summary>The path under which the inode was stored, or null; counts a name of it off.</summary>
    /// <exception cref="UnixException">The scratch file cannot be read.</exception>
    internal BytePath? Take(InodeKey inode)
    {
        ref SeenInode seen = ref CollectionsMarshal.GetValueRefOrNullRef(table, inode);
        if (Unsafe.IsNullRef(ref seen))
        {
            long at = FindSpilled(inode);
            return at < 0 ? null : ReadPath(at);
        }

        BytePath path = ReadPath(seen.Path);
        if (--seen.Left <= 0)
        {
            table.Remove(inode);
            if (table.Count == 0 && runs.Count == 0)
            {
                paths.Clear();
            }
        }

        return path;
    }

    /// <summary>Remembers an inode that has been stored.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="links">How many names it has, this one counted.</param>
    /// <param name="path">The path it was stored under.</param>
    /// <exception cref="UnixException">The scratch file cannot be written.</exception>
    internal void Add(InodeKey inode, long links, BytePath path)
    {
        if (table.Count >= room)
        {
            Spill();
        }

        byte[] length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)path.Length);
        long at = paths.Append(length);
        paths.Append(path.Span);
        table[inode] = new SeenInode { Path = at, Left = links - 1 };
    }

    public void Dispose()
    {
        paths.Dispose();
        sorted.Dispose();
    }

    private long FindSpilled(InodeKey inode)
    {
        // The newest first, should a number have come back.
        for (int i = runs.Count - 1; i >= 0; i--)
        {
            long at = runs[i].Find(inode);
            if (at >= 0)
            {
                return at;
            }
        }

        return -1;
    }

    private void Spill()
    {
        KeyValuePair<InodeKey, long>[] all = new KeyValuePair<InodeKey, long>[table.Count];
        int count = 0;
        foreach ((InodeKey inode, SeenInode seen) in table)
        {
            all[count++] = new(inode, seen.Path);
        }

        Array.Sort(all, static (left, right) => left.Key.CompareTo(right.Key));
        runs.Add(new InodeRun(sorted, all));
        table.Clear();
    }

    private BytePath ReadPath(long at)
    {
        Span<byte> first = stackalloc byte[512];
        int count = paths.ReadAt(first, at);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(first);
        if (length + sizeof(ushort) <= count)
        {
            return new BytePath(first.Slice(sizeof(ushort), length));
        }

        byte[] path = new byte[length];
        paths.ReadAt(path, at + sizeof(ushort));
        return new BytePath(path);
    }

    private struct SeenInode
    {
        internal long Path;
        internal long Left;
    }
}
