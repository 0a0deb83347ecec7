using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Diff;

/// <summary>Writes differences, a line each; see bs-diff(1).</summary>
internal sealed class DifferenceLines
{
    private readonly OutputBuffer output;
    private readonly DiffOptions options;
    private readonly JsonLine? json;

    internal DifferenceLines(OutputBuffer output, DiffOptions options)
    {
        this.output = output;
        this.options = options;
        json = options.Json ? new JsonLine(output, options.Escape) : null;
    }

    /// <summary>The differences written so far.</summary>
    internal DifferenceCounts Counts { get; private set; }

    internal void Added(EntryRecord entry)
    {
        Counts = Counts with { Added = Counts.Added + 1 };
        Write('A', "added", entry, Aspects.None);
    }

    internal void Removed(EntryRecord entry)
    {
        Counts = Counts with { Removed = Counts.Removed + 1 };
        Write('D', "removed", entry, Aspects.None);
    }

    internal void Changed(EntryRecord entry, Aspects aspects)
    {
        Counts = Counts with { Changed = Counts.Changed + 1 };
        Write('M', "changed", entry, aspects);
    }

    private void Write(char letter, string change, EntryRecord entry, Aspects aspects)
    {
        ReadOnlySpan<byte> type = entry.TypeName;
        if (json is not null)
        {
            json.Start();
            json.Text("change", change);
            json.Bytes("path", "path_bytes", entry.Path.Span);
            json.Writer.WriteString("type", type);
            if (aspects != Aspects.None)
            {
                json.Writer.WriteStartArray("aspects");
                foreach (string name in AspectNames.Of(aspects))
                {
                    json.Writer.WriteStringValue(name);
                }

                json.Writer.WriteEndArray();
            }

            json.End();
        }
        else
        {
            output.Write([(byte)letter, (byte)' ']);
            output.Write(aspects == Aspects.None ? type : Encoding.ASCII.GetBytes(AspectNames.Join(aspects)));
            output.Write((byte)' ');
            output.Write(options.Escape ? Encoding.UTF8.GetBytes(Escaping.Display(entry.Path.Span)) : entry.Path.Span);
            if (entry.Type == EntryType.Directory)
            {
                output.Write((byte)'/');
            }
        }

        output.Write(options.Null ? (byte)0 : (byte)'\n');
    }
}
