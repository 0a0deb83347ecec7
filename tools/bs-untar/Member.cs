using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Untar;

/// <summary>A member of an archive as all its headers together tell of it.</summary>
internal sealed class Member
{
    private const int LongestName = 4096;

    /// <summary>The name as the archive has it.</summary>
    internal required BytePath Name { get; init; }

    /// <summary>The entry without its path and target, or null if it is of a type that cannot be one.</summary>
    internal EntryRecord? Entry { get; private init; }

    /// <summary>Where a hard or symbolic link leads, as the archive has it.</summary>
    internal BytePath Target { get; private init; }

    internal byte Type { get; private init; }

    /// <summary>How many bytes of content are in the archive, a sparse map before them among them.</summary>
    internal long Stored { get; private init; }

    /// <summary>The map of a sparse file; it may yet be empty.</summary>
    internal SparseMap? Sparse { get; private init; }

    /// <summary>Whether the sparse map goes on in the blocks behind the header.</summary>
    internal bool IsMapInBlocks { get; private init; }

    /// <summary>Whether the sparse map stands before the content.</summary>
    internal bool IsMapInContent { get; private init; }

    /// <summary>What cannot be kept of it.</summary>
    internal List<string> Marks { get; } = [];

    /// <param name="header">Its header block.</param>
    /// <param name="pax">What extended headers say of it.</param>
    /// <param name="longName">Its name, from a member of GNU before it, or null.</param>
    /// <param name="longTarget">Its target, likewise.</param>
    /// <param name="accounts">Tells the numbers of names in access control lists.</param>
    /// <exception cref="FormatException">The headers are damaged.</exception>
    internal static Member Of(TarHeader header, PaxHeader pax, BytePath? longName, BytePath? longTarget, AccountNumbers accounts)
    {
        BytePath name = pax.Sparse.Name ?? pax.Path ?? longName ?? header.Name;
        byte type = header.Type;
        EntryType? kind = KindOf(type, name);
        long size = pax.Size ?? header.Number(TarField.Size) ?? 0;
        if (size < 0 || (pax.Size is null && header.Number(TarField.Size) is null && !header.Bytes(TarField.Size).Trim("\0 "u8).IsEmpty))
        {
            throw new FormatException("a size that is no number");
        }

        if (pax.Sparse is { IsSparse: true, IsKnown: false })
        {
            kind = null;
        }

        bool oldSparse = type == (byte)'S';
        bool file = kind == EntryType.File;
        Member member = new()
        {
            Name = name,
            Type = type,
            Target = pax.Target ?? longTarget ?? new BytePath(header.Text(TarField.Target)),
            Stored = type is >= (byte)'1' and <= (byte)'6' ? 0 : size,
            Sparse = !file ? null : oldSparse ? new SparseMap() : pax.Sparse.IsSparse ? pax.Sparse.Map : null,
            IsMapInBlocks = file && oldSparse && header.Bytes(TarField.IsExtended)[0] != 0,
            IsMapInContent = file && !oldSparse && pax.Sparse.IsMapInContent,
            Entry = kind is null ? null : new EntryRecord { Path = default, Type = kind.Value },
        };
        if (oldSparse && file)
        {
            member.Sparse!.Add(header.Bytes(TarField.Sparse));
        }

        if (file)
        {
            member.Entry!.HasContent = true;
            member.Entry.Size = oldSparse ? header.Number(TarField.RealSize) ?? throw new FormatException("a sparse file without a size")
                : pax.Sparse.IsSparse ? pax.Sparse.Size ?? throw new FormatException("a sparse file without a size")
                : size;
        }

        member.Describe(header, pax, accounts);
        return member;
    }

    private static EntryType? KindOf(byte type, BytePath name) => type switch
    {
        // Before ustar the slash alone made a directory, and programs still write it so.
        0 or (byte)'0' or (byte)'7' => name.Span.EndsWith("/"u8) ? EntryType.Directory : EntryType.File,
        (byte)'1' => EntryType.Link,
        (byte)'2' => EntryType.SymbolicLink,
        (byte)'3' => EntryType.CharacterDevice,
        (byte)'4' => EntryType.BlockDevice,
        (byte)'5' or (byte)'D' => EntryType.Directory,
        (byte)'6' => EntryType.Fifo,
        (byte)'S' => EntryType.File,
        _ => null,
    };

    private void Describe(TarHeader header, PaxHeader pax, AccountNumbers accounts)
    {
        if (Entry is null)
        {
            return;
        }

        bool named = header.IsPosix || header.IsGnu;
        Entry.Mode = (uint?)header.Number(TarField.Mode) & 0xFFF;
        Entry.Uid = Id(pax.Uid ?? header.Number(TarField.Uid), "user");
        Entry.Gid = Id(pax.Gid ?? header.Number(TarField.Gid), "group");
        Entry.User = Text(pax.User ?? (named ? header.Text(TarField.User).ToArray() : []));
        Entry.Group = Text(pax.Group ?? (named ? header.Text(TarField.Group).ToArray() : []));
        Entry.Mtime = pax.Mtime ?? Time(header.Number(TarField.Mtime));
        Entry.Ctime = pax.Ctime ?? (header.IsGnu ? Time(header.Number(TarField.Ctime)) : null);
        Entry.Btime = pax.Btime;
        Entry.Flags = pax.Flags is null ? null : FlagNames.Read(pax.Flags);
        if (Entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            Entry.RdevMajor = Device(pax.Major ?? header.Number(TarField.Major));
            Entry.RdevMinor = Device(pax.Minor ?? header.Number(TarField.Minor));
        }

        AddAttributes(pax, accounts);
    }

    private void AddAttributes(PaxHeader pax, AccountNumbers accounts)
    {
        List<KeyValuePair<byte[], byte[]>> all = [];
        foreach ((BytePath name, byte[] value) in pax.Attributes)
        {
            all.Add(new(name.Bytes, value));
        }

        AddList(pax.AccessList, inherited: false, "system.posix_acl_access"u8);
        AddList(pax.DefaultAccessList, inherited: true, "system.posix_acl_default"u8);
        Entry!.Attributes = all.Count == 0 ? null : all;

        void AddList(byte[]? text, bool inherited, ReadOnlySpan<byte> name)
        {
            if (text is null || pax.Attributes.ContainsKey(new BytePath(name)))
            {
                return;
            }

            if (!Untar.AccessList.TryParse(text, inherited, accounts, out byte[]? value, out string wrong))
            {
                Marks.Add(wrong);
            }
            else if (value is not null)
            {
                all.Add(new(name.ToArray(), value));
                Entry!.Mode = inherited || Entry.Mode is not { } mode ? Entry.Mode : Untar.AccessList.ModeWith(value, mode);
            }
        }
    }

    private uint? Id(long? number, string whose)
    {
        if (number is null or (>= 0 and <= uint.MaxValue))
        {
            return (uint?)number;
        }

        Marks.Add($"its {whose} has the number {number}, which no {whose} can have here");
        return null;
    }

    private uint Device(long? number)
    {
        if (number is >= 0 and <= uint.MaxValue)
        {
            return (uint)number;
        }

        Marks.Add("its device number cannot be read");
        return 0;
    }

    private static UnixTime? Time(long? seconds) => seconds is { } number ? new UnixTime(number, 0) : null;

    private static byte[]? Text(byte[] name) => name.Length is > 0 and <= LongestName && Utf8.IsValid(name) ? name : null;
}
