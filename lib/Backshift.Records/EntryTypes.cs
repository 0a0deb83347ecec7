using Backshift.Posix;

namespace Backshift.Records;

/// <summary>Maps entry types to their names and back.</summary>
public static class EntryTypes
{
    /// <summary>The name in a record: "file".</summary>
    public static ReadOnlySpan<byte> Name(EntryType type) => type switch
    {
        EntryType.File => "file"u8,
        EntryType.Directory => "dir"u8,
        EntryType.SymbolicLink => "symlink"u8,
        EntryType.Fifo => "fifo"u8,
        EntryType.CharacterDevice => "char"u8,
        EntryType.BlockDevice => "block"u8,
        EntryType.Socket => "socket"u8,
        EntryType.Link => "link"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The type with this name; <see cref="EntryType.Unknown"/> if there is none here.</summary>
    public static EntryType Parse(ReadOnlySpan<byte> name)
    {
        if (TryParse(name, out EntryType type))
        {
            return type;
        }

        return EntryType.Unknown;
    }

    internal static bool TryParse(ReadOnlySpan<byte> name, out EntryType type)
    {
        for (type = EntryType.File; type <= EntryType.Link; type++)
        {
            if (name.SequenceEqual(Name(type)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The type of what statx(2) calls <paramref name="kind"/>, or null for a kind that it does not report.</summary>
    public static EntryType? Of(FileKind kind) => kind switch
    {
        FileKind.Regular => EntryType.File,
        FileKind.Directory => EntryType.Directory,
        FileKind.SymbolicLink => EntryType.SymbolicLink,
        FileKind.Fifo => EntryType.Fifo,
        FileKind.CharacterDevice => EntryType.CharacterDevice,
        FileKind.BlockDevice => EntryType.BlockDevice,
        FileKind.Socket => EntryType.Socket,
        _ => null,
    };
}
