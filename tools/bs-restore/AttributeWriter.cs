using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Restore;

/// <summary>Gives an inode the extended attributes of an entry, access control lists and capabilities among them, and takes away others.</summary>
internal sealed class AttributeWriter
{
    private readonly RestoreReport report;
    private readonly InodeAttributes inode = new();

    internal AttributeWriter(RestoreReport report) => this.report = report;

    /// <summary>Sets what was saved, and removes what was not: a new file may have inherited an access control list.</summary>
    internal void Set(UnixFile file, EntryRecord entry, bool isNew)
    {
        int errno = inode.TryList(file, out ReadOnlySpan<byte> names);
        if (errno != 0 && MayHave(file, errno))
        {
            report.Refused(Refusal.Attribute, entry.Path, $"attributes cannot be read: {Errno.Describe(errno)}");
        }

        while (!names.IsEmpty)
        {
            ReadOnlySpan<byte> name = names[..names.IndexOf((byte)0)];
            if (Find(entry, name) is null && IsOurs(name))
            {
                errno = InodeAttributes.TryRemove(file, names[..(name.Length + 1)]);
                if (errno != 0)
                {
                    report.Refused(Refusal.Attribute, entry.Path, $"attribute {Escaping.Display(name)} cannot be removed: {Errno.Describe(errno)}");
                }
            }

            names = names[(name.Length + 1)..];
        }

        foreach ((byte[] name, byte[] value) in entry.Attributes ?? [])
        {
            byte[] terminated = new BytePath(name).Terminated();
            bool isThere = !isNew && inode.TryRead(file, terminated, out ReadOnlySpan<byte> now) == 0 && now.SequenceEqual(value);
            errno = isThere ? 0 : InodeAttributes.TrySet(file, terminated, value);
            if (errno != 0)
            {
                report.Refused(Refusal.Attribute, entry.Path, $"attribute {Escaping.Display(name)} cannot be set: {Errno.Describe(errno)}");
            }
        }
    }

    /// <summary>Whether <see cref="Set"/> would change anything.</summary>
    internal bool Differ(UnixFile file, EntryRecord entry)
    {
        int errno = inode.TryList(file, out ReadOnlySpan<byte> names);
        if (errno != 0)
        {
            return entry.Attributes is not null || MayHave(file, errno);
        }

        int same = 0;
        while (!names.IsEmpty)
        {
            ReadOnlySpan<byte> name = names[..names.IndexOf((byte)0)];
            if (Find(entry, name) is not { } wanted)
            {
                if (IsOurs(name))
                {
                    return true;
                }
            }
            else if (inode.TryRead(file, names[..(name.Length + 1)], out ReadOnlySpan<byte> value) != 0 || !value.SequenceEqual(wanted))
            {
                return true;
            }
            else
            {
                same++;
            }

            names = names[(name.Length + 1)..];
        }

        return same != (entry.Attributes?.Count ?? 0);
    }

    /// <summary>Whether a failure to list attributes may hide one. Without /proc they cannot be listed of what is neither a file nor a directory, which hardly
    /// ever has any.</summary>
    private static bool MayHave(UnixFile file, int errno) =>
        !(errno == Errno.ENOENT && FileStatus.Of(file).Kind is not (FileKind.Regular or FileKind.Directory));

    /// <summary>Whether an attribute that was not saved is to go. Labels of security modules are given by the system's own rules.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> name) => !name.StartsWith("security."u8) || name.SequenceEqual("security.capability"u8);

    private static byte[]? Find(EntryRecord entry, ReadOnlySpan<byte> name)
    {
        foreach ((byte[] key, byte[] value) in entry.Attributes ?? [])
        {
            if (name.SequenceEqual(key))
            {
                return value;
            }
        }

        return null;
    }
}
