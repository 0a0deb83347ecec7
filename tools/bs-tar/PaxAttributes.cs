using System.Buffers;
using Backshift.Records;
using Backshift.Tar;

namespace Backshift.Tools.Tar;

/// <summary>Attributes of an entry that POSIX does not define, as records of an extended header.</summary>
internal static class PaxAttributes
{
    /// <summary>
    /// Adds extended attributes; an access control list twice. GNU tar sets the attribute as it is with --xattrs, and the text with --acls; bsdtar
    /// passes over the attribute, and knows only the text. Who sets both sets the same twice.
    /// </summary>
    internal static void Add(PaxRecords records, List<KeyValuePair<byte[], byte[]>> attributes)
    {
        foreach ((byte[] key, byte[] value) in attributes)
        {
            if (key.AsSpan().SequenceEqual("system.posix_acl_access"u8))
            {
                AddList(records, "SCHILY.acl.access"u8, value);
            }
            else if (key.AsSpan().SequenceEqual("system.posix_acl_default"u8))
            {
                AddList(records, "SCHILY.acl.default"u8, value);
            }

            records.AddAttribute(key, value);
        }
    }

    /// <summary>Adds records that only libarchive reads. GNU tar warns about each of them, so they are optional.</summary>
    internal static void AddForLibarchive(PaxRecords records, EntryRecord entry)
    {
        if (entry.Flags is { } flags && FlagNames.Has(flags))
        {
            records.Add("SCHILY.fflags"u8, FlagNames.Write(flags));
        }

        if (entry.Btime is { } birth)
        {
            records.Add("LIBARCHIVE.creationtime"u8, birth);
        }
    }

    private static void AddList(PaxRecords records, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ArrayBufferWriter<byte> text = new();
        if (AccessList.TryWrite(value, text))
        {
            records.Add(key, text.WrittenSpan);
        }
    }
}
