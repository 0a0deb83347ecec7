using System.Buffers;
using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.List;

/// <summary>The name of an entry in a listing.</summary>
internal static class EntryName
{
    /// <summary>The path, with a slash after that of a directory.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="escape">Whether a terminal shows it: then no byte of it may command the terminal.</param>
    /// <param name="withTarget">Whether the target of a link follows.</param>
    internal static void Write(IBufferWriter<byte> output, EntryRecord entry, bool escape, bool withTarget)
    {
        Write(output, entry.Path.Span, escape);
        if (entry.Type == EntryType.Directory)
        {
            output.Write("/"u8);
        }

        if (withTarget && entry.Type is EntryType.SymbolicLink or EntryType.Link)
        {
            output.Write(entry.Type == EntryType.Link ? " link to "u8 : " -> "u8);
            Write(output, entry.Target, escape);
        }
    }

    internal static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> name, bool escape) =>
        output.Write(escape ? Encoding.UTF8.GetBytes(Escaping.Display(name)) : name);
}
