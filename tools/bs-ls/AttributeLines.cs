using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes the extended attributes of entries as "getfattr -d -m - -e hex" does, so that "setfattr --restore" takes them. What has none is passed
/// over.</summary>
internal sealed class AttributeLines
{
    private readonly OutputBuffer output;
    private readonly bool escape;

    /// <param name="output">Where lines go.</param>
    /// <param name="escape">Whether a terminal reads them: then all but printable ASCII is escaped.</param>
    internal AttributeLines(OutputBuffer output, bool escape)
    {
        this.output = output;
        this.escape = escape;
    }

    internal void Write(EntryRecord entry)
    {
        if (entry.Attributes is not { Count: > 0 } attributes)
        {
            return;
        }

        output.Write("# file: "u8);
        WriteQuoted(entry.Path.Span, isName: false);
        output.Write((byte)'\n');
        foreach ((byte[] name, byte[] value) in attributes)
        {
            WriteQuoted(name, isName: true);
            output.Write("=0x"u8);
            foreach (byte b in value)
            {
                output.Write("0123456789abcdef"u8[b >> 4]);
                output.Write("0123456789abcdef"u8[b & 15]);
            }

            output.Write((byte)'\n');
        }

        output.Write((byte)'\n');
    }

    private void WriteQuoted(ReadOnlySpan<byte> text, bool isName)
    {
        foreach (byte b in text)
        {
            if (b is (byte)'\\' or (byte)'\n' or (byte)'\r' || (isName && b == '=') || (escape && b is < 0x20 or >= 0x7f))
            {
                output.Write([(byte)'\\', (byte)('0' + (b >> 6)), (byte)('0' + (b >> 3 & 7)), (byte)('0' + (b & 7))]);
            }
            else
            {
                output.Write(b);
            }
        }
    }
}
