using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tar;

namespace Backshift.Tools.Untar;

/// <summary>A member of an archive, as all its headers together describe it.</summary>
internal sealed class Member
{
    private const int LongestName = 4096;

    // The rest of a record is for everything else that an entry has.
    private const int MostAttributeBytes = StreamLimits.Record - (1 << 20);

    /// <summary>The name as the archive has it.</summary>
    internal required BytePath Name { get; init; }

    /// <summary>The entry without its path and target, or null if it is of a type that cannot be one.</summary>
    internal EntryRecord? Entry { get; private init; }

    /// <summary>Where a hard or symbolic link leads, as the archive has it.</summary>
    internal BytePath Target { get; private init; }

    internal byte Type { get; private init; }

    /// <summary>How many bytes of content are in the archive, a sparse map before them among them.</summary>
    internal long Stored { get; set; }

    /// <summary>The size that a member has which should have no content; it may be there all the same.</summary>
    internal long Doubtful { get; private init; }

    /// <summary>Whether that size is from an extended header: then the content is there.</summary>
    internal bool IsPaxSize { get; private init; }

    /// <summary>The map of a sparse file; it may yet be empty.</summary>
    internal SparseMap? Sparse { get; private init; }

    /// <summary>Whether the sparse map continues in the blocks after the header.</summary>
    internal bool IsMapInBlocks { get; private init; }

    /// <summary>Whether the sparse map stands before the content.</summary>
    internal bool IsMapInContent { get; private init; }

    /// <summary>Why it cannot be kept, whatever its name; null if it can.</summary>
    internal string? Refusal { get; set; }

    /// <summary>Attributes that cannot be kept.</summary>
    internal List<string> Marks { get; } = [];

    /// <param name="header">Its header block.</param>
    /// <param name="pax">Its extended headers.</param>
    /// <param name="longName">Its name, from a member of GNU before it, or null.</param>
    /// <param name="longTarget">Its target, likewise.</param>
    /// <param name="accounts">Tells the numbers of names in access control lists.</param>
    /// <exception cref="FormatException">It cannot be determined where the next header is.</exception>
    internal static Member Of(TarHeader header, PaxHeader pax, BytePath? longName, BytePath? longTarget, AccountNumbers accounts)
    {
        BytePath name = pax.Sparse.Name ?? pax.Path ?? longName ?? header.Name;
        byte type = header.Type;
        EntryType? kind = KindOf(type, name);

        // To tar a hard link has no size, whatever its header says.
        long size = pax.Size ?? header.Number(TarField.Size) ?? (type == (byte)'1' ? 0 : -1);
        if (size < 0)
        {
            throw new FormatException($"the size \"{Shown.Field(header.Bytes(TarField.Size))}\" is invalid");
        }

        bool oldSparse = type == (byte)'S';
        bool file = kind == EntryType.File;
        Member member = new()
        {
            Name = name,
            Type = type,
            Target = pax.Target ?? longTarget ?? new BytePath(header.Text(TarField.Target)),
            Stored = HasNoContent(type) ? 0 : size,
            Doubtful = HasNoContent(type) ? size : 0,
            IsPaxSize = pax.Size is not null,
            Refusal = pax.IsLost ? "its extended header is too long; left out"
                : kind is null ? (type == (byte)'M' ? "continues from another volume; skipped" : "")
                : !file || !pax.Sparse.IsSparse ? null
                : !pax.Sparse.IsKnown ? "is a sparse file in an unknown format; skipped"
                : pax.Sparse.Wrong is { } wrong ? $"cannot be read: {wrong}"
                : null,
            Sparse = !file ? null : oldSparse ? new SparseMap() : pax.Sparse.IsSparse ? pax.Sparse.Map : null,
            IsMapInBlocks = file && oldSparse && header.Bytes(TarField.IsExtended)[0] != 0,
            IsMapInContent = file && !oldSparse && pax.Sparse.IsMapInContent,
            Entry = kind is null ? null : new EntryRecord { Path = default, Type = kind.Value },
        };
        if (file)
        {
            member.Entry!.HasContent = true;
            member.SetSize(oldSparse ? header.Number(TarField.RealSize) : pax.Sparse.IsSparse ? pax.Sparse.Size : size);
            if (oldSparse)
            {
                member.AddRuns(header.Bytes(TarField.Sparse));
            }
        }

        member.Marks.AddRange(pax.Notes);
        member.Describe(header, pax, accounts);
        return member;
    }

    /// <summary>Takes runs of a sparse map of old GNU form.</summary>
    internal void AddRuns(ReadOnlySpan<byte> entries)
    {
        try
        {
            Sparse!.Add(entries);
        }
        catch (FormatException e)
        {
            Refusal ??= $"cannot be read: {e.Message}";
        }
    }

    private void SetSize(long? size)
    {
        Entry!.Size = size;
        if (size is null or < 0)
        {
            Entry.Size = 0;
            Refusal ??= "cannot be read: a sparse file without a size";
        }
    }

    private static bool HasNoContent(byte type) => type is >= (byte)'1' and <= (byte)'6';

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
        (byte)'M' or (byte)'V' => null,

        // As POSIX has it, and tar; the member says so.
        _ => EntryType.File,
    };

    private void Describe(TarHeader header, PaxHeader pax, AccountNumbers accounts)
    {
        if (Entry is null)
        {
            return;
        }

        if (!IsKnown(Type))
        {
            string type = char.IsAsciiLetterOrDigit((char)Type) ? $"\"{(char)Type}\"" : $"0x{Type:x2}";
            Marks.Add($"is of type {type}, which is not known; kept as a file");
        }

        bool named = header.IsPosix || header.IsGnu;
        Entry.Mode = (uint?)Number(header, TarField.Mode, "mode") & 0xFFF;
        Entry.Uid = Id(pax.Uid ?? Number(header, TarField.Uid, "user's number"), "user");
        Entry.Gid = Id(pax.Gid ?? Number(header, TarField.Gid, "group's number"), "group");
        Entry.User = Text(pax.User ?? (named ? header.Text(TarField.User).ToArray() : []), "user");
        Entry.Group = Text(pax.Group ?? (named ? header.Text(TarField.Group).ToArray() : []), "group");
        Entry.Mtime = pax.Mtime ?? Time(Number(header, TarField.Mtime, "time"));

        // Only incremental archives have it, others leave it empty; some have a prefix in its place that tar does not read either.
        Entry.Ctime = pax.Ctime ?? (header.IsGnu && header.Number(TarField.Ctime) is { } ctime and not 0 ? Time(ctime) : null);
        Entry.Btime = pax.Btime;
        Entry.Flags = pax.Flags is null ? null : FlagNames.Read(pax.Flags);
        if (Entry.Type is EntryType.CharacterDevice or EntryType.BlockDevice)
        {
            Entry.RdevMajor = Device(pax.Major ?? Number(header, TarField.Major, "device number"));
            Entry.RdevMinor = Device(pax.Minor ?? Number(header, TarField.Minor, "device number"));
        }

        AddAttributes(pax, accounts);
    }

    private void AddAttributes(PaxHeader pax, AccountNumbers accounts)
    {
        List<KeyValuePair<byte[], byte[]>> all = [];
        long bytes = 0;
        foreach ((BytePath name, byte[] value) in pax.Attributes)
        {
            bytes += name.Length + value.Length;
            all.Add(new(name.Bytes, value));
        }

        if (bytes > MostAttributeBytes)
        {
            Marks.Add($"its extended attributes take {bytes} bytes, more than {MostAttributeBytes}; left out");
            all.Clear();
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

            if (!AccessList.TryParse(text, inherited, accounts, out byte[]? value, out string wrong))
            {
                Marks.Add(wrong);
            }
            else if (value is not null)
            {
                all.Add(new(name.ToArray(), value));
                Entry!.Mode = inherited || Entry.Mode is not { } mode ? Entry.Mode : AccessList.ModeWith(value, mode);
            }
        }
    }

    private uint? Id(long? number, string whose)
    {
        if (number is null or (>= 0 and <= uint.MaxValue))
        {
            return (uint?)number;
        }

        Marks.Add($"its {whose} has the number {number}, which is out of range");
        return null;
    }

    private uint Device(long? number)
    {
        if (number is >= 0 and <= uint.MaxValue)
        {
            return (uint)number;
        }

        if (number is not null)
        {
            Marks.Add($"its device has the number {number}, which is out of range");
        }

        return 0;
    }

    private long? Number(TarHeader header, TarField field, string what)
    {
        if (header.Number(field) is { } number)
        {
            return number;
        }

        Marks.Add($"its {what} cannot be read: \"{Shown.Field(header.Bytes(field))}\" in its header");
        return null;
    }

    private static UnixTime? Time(long? seconds) => seconds is { } number ? new UnixTime(number, 0) : null;

    private byte[]? Text(byte[] name, string whose)
    {
        if (name.Length <= LongestName && Utf8.IsValid(name))
        {
            return name.Length > 0 ? name : null;
        }

        Marks.Add($"the name of its {whose}, \"{Shown.Name(new BytePath(name))}\", "
            + $"{(name.Length <= LongestName ? "is not UTF-8" : $"is longer than {LongestName} bytes")}; left out");
        return null;
    }

    private static bool IsKnown(byte type) => type is 0 or (>= (byte)'0' and <= (byte)'7') or (byte)'D' or (byte)'S';
}
