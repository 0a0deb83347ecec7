using System.Text;
using Backshift.Records;

namespace Backshift.Tools.List;

/// <summary>Type and permissions as ls(1) writes them: "drwxr-sr-t"; h is a further name of a file, as in "tar -tv".</summary>
internal static class ModeText
{
    /// <summary>Length of a mode with its mark.</summary>
    internal const int MarkedLength = 11;

    /// <summary>As <see cref="WriteMarked"/>, as a string.</summary>
    internal static string WithMark(EntryRecord entry, bool problem)
    {
        Span<byte> text = stackalloc byte[MarkedLength];
        WriteMarked(entry, problem, text);
        return Encoding.ASCII.GetString(text).TrimEnd();
    }

    /// <summary>Type and permissions, then "!" if the entry was not saved as it was, "+" if it has an access control list, or a blank.</summary>
    internal static void WriteMarked(EntryRecord entry, bool problem, Span<byte> text)
    {
        Write(entry.Type, entry.Mode ?? 0, text);
        text[MarkedLength - 1] = problem ? (byte)'!' : HasAccessList(entry) ? (byte)'+' : (byte)' ';
    }

    /// <param name="type">The first letter.</param>
    /// <param name="mode">The other nine.</param>
    /// <param name="text">Takes ten bytes.</param>
    internal static void Write(EntryType type, uint mode, Span<byte> text)
    {
        text[0] = type switch
        {
            EntryType.Directory => (byte)'d',
            EntryType.SymbolicLink => (byte)'l',
            EntryType.Fifo => (byte)'p',
            EntryType.CharacterDevice => (byte)'c',
            EntryType.BlockDevice => (byte)'b',
            EntryType.Socket => (byte)'s',
            EntryType.Link => (byte)'h',
            EntryType.File => (byte)'-',
            _ => (byte)'?',
        };
        for (int i = 0; i < 9; i++)
        {
            text[i + 1] = (mode & (0x100u >> i)) != 0 ? "rwx"u8[i % 3] : (byte)'-';
        }

        // setuid, setgid and sticky stand in the place of x: small with it, large without.
        ReadOnlySpan<byte> small = "sst"u8;
        for (int i = 0; i < 3; i++)
        {
            if ((mode & (0x800u >> i)) != 0)
            {
                ref byte place = ref text[3 + (3 * i)];
                place = (byte)(place == 'x' ? small[i] : small[i] - 32);
            }
        }
    }

    private static bool HasAccessList(EntryRecord entry)
    {
        foreach ((byte[] name, _) in entry.Attributes ?? [])
        {
            if (name.AsSpan().SequenceEqual("system.posix_acl_access"u8) || name.AsSpan().SequenceEqual("system.posix_acl_default"u8))
            {
                return true;
            }
        }

        return false;
    }
}
