using System.Buffers;
using System.Text;

namespace Backshift.Tooling;

/// <summary>
/// Writes aligned columns below a header. Rows are held back until there is a block of them, which is as wide as its widest cell or as the block before; so
/// memory is bounded, and a listing of any length can be read while it is made.
/// </summary>
public sealed class Table
{
    private const int BlockRows = 256;
    private const int BlockBytes = 1 << 20;

    private readonly OutputBuffer output;
    private readonly TableColumn[] columns;
    private readonly string lastTitle;
    private readonly int[] widths;
    private readonly List<string[]> rows = new(BlockRows);
    private readonly List<int> ends = new(BlockRows);
    private readonly ArrayBufferWriter<byte> lasts = new();
    private bool hasHeader;

    /// <param name="output">Where lines go.</param>
    /// <param name="lastTitle">The title of the last column, whose cells are bytes of any length.</param>
    /// <param name="columns">The columns before it.</param>
    public Table(OutputBuffer output, string lastTitle, params TableColumn[] columns)
    {
        this.output = output;
        this.lastTitle = lastTitle;
        this.columns = columns;
        widths = Array.ConvertAll(columns, static column => TextWidth.Of(column.Title));
    }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A cell for each column but the last; kept until the row is written.</param>
    /// <param name="last">The last cell; copied.</param>
    public void Add(string[] cells, ReadOnlySpan<byte> last)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            widths[i] = Math.Max(widths[i], TextWidth.Of(cells[i]));
        }

        rows.Add(cells);
        lasts.Write(last);
        ends.Add(lasts.WrittenCount);
        if (rows.Count == BlockRows || lasts.WrittenCount >= BlockBytes)
        {
            WriteBlock();
        }
    }

    /// <summary>Writes the rows that are left. A table without rows has no header either.</summary>
    public void Finish()
    {
        if (rows.Count > 0)
        {
            WriteBlock();
        }
    }

    private void WriteBlock()
    {
        if (!hasHeader)
        {
            hasHeader = true;
            WriteRow(Array.ConvertAll(columns, static column => column.Title), Encoding.UTF8.GetBytes(lastTitle));
        }

        int start = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            WriteRow(rows[i], lasts.WrittenSpan[start..ends[i]]);
            start = ends[i];
        }

        rows.Clear();
        ends.Clear();
        lasts.Clear();
    }

    private void WriteRow(string[] cells, ReadOnlySpan<byte> last)
    {
        StringBuilder line = new();
        for (int i = 0; i < cells.Length; i++)
        {
            int blanks = widths[i] - TextWidth.Of(cells[i]);
            line.Append(' ', columns[i].AlignRight ? blanks : 0).Append(cells[i]).Append(' ', columns[i].AlignRight ? 0 : blanks).Append("  ");
        }

        output.Write(Encoding.UTF8.GetBytes(line.ToString()));
        output.Write(last);
        output.Write((byte)'\n');
    }
}
