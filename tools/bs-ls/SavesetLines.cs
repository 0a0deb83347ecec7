using System.Globalization;
using System.Text;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes savesets, a line each: for people, as JSON, or in exact columns without blanks, which sort(1) can tell apart.</summary>
internal sealed class SavesetLines
{
    private const int LeftAligned = 4;

    private readonly OutputBuffer output;
    private readonly ListOptions options;

    internal SavesetLines(OutputBuffer output, ListOptions options)
    {
        this.output = output;
        this.options = options;
    }

    internal void Write(IReadOnlyList<Saveset> savesets)
    {
        byte end = options.Null ? (byte)0 : (byte)'\n';
        if (options.Json)
        {
            using JsonLine line = new(output, options.Escape);
            foreach (Saveset saveset in savesets)
            {
                WriteJson(line, saveset);
                output.Write(end);
            }

            return;
        }

        if (options.Zone is { } zone)
        {
            SavesetTable.Write(output, zone, savesets);
            return;
        }

        // There are thousands at most, so their columns can all be aligned.
        List<string[]> rows = [.. savesets.Select(Columns)];
        int[] widths = new int[rows.Count == 0 ? 0 : rows[0].Length];
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }

        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                string text = i < LeftAligned ? row[i].PadRight(widths[i]) : row[i].PadLeft(widths[i]);
                output.Write(Encoding.UTF8.GetBytes(i == 0 ? text : " " + text));
            }

            output.Write(end);
        }
    }

    private static string[] Columns(Saveset saveset) =>
    [
        saveset.ColumnName,
        saveset.Complete ? "complete" : "incomplete",
        saveset.Started.ToString(),
        saveset.Finished.ToString(),
        Text(saveset.Entries),
        Text(saveset.Bytes),
        Text(saveset.Problems),
        Text(saveset.Added),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteJson(JsonLine line, Saveset saveset)
    {
        line.Start();
        line.Text("name", saveset.Name);
        line.Text("host", saveset.Host);
        line.Text("subset", saveset.Subset);
        line.Writer.WriteBoolean("complete", saveset.Complete);
        line.Text("reason", saveset.Reason);
        line.Time("started", saveset.Started);
        line.Time("finished", saveset.Finished);
        line.Text("root", saveset.Root?.ToString());
        line.Number("entries", (ulong)saveset.Entries);
        line.Number("bytes", (ulong)saveset.Bytes);
        line.Number("problems", (ulong)saveset.Problems);
        line.Number("added", (ulong)saveset.Added);
        if (saveset.Cutter is { } cutter)
        {
            line.Writer.WriteStartObject("cutter");
            line.Text("name", cutter.Name);
            line.Number("average", (ulong)cutter.Average);
            line.Text("identity", Convert.ToHexStringLower(cutter.Identity));
            line.Writer.WriteEndObject();
        }

        if (saveset.Bases.Count > 0)
        {
            line.Texts("bases", saveset.Bases);
        }

        line.Text("program", saveset.Program);
        line.Number("packs", (ulong)saveset.Packs.Count);
        line.Text("save", saveset.Save.Length > 0 ? Convert.ToHexStringLower(saveset.Save) : null);
        line.Text("previous", saveset.Previous?.Name);
        if (saveset.Tags.Count > 0)
        {
            line.Texts("tags", saveset.Tags);
        }

        line.Text("note", saveset.Note);
        if (saveset.IsHeld)
        {
            line.Writer.WriteBoolean("hold", true);
        }

        line.Time("damaged", saveset.Damaged);
        line.Time("data_expired", saveset.DataExpired);
        line.Text("renamed_from", saveset.Renamed?.From);
        line.Time("received", saveset.Received);

        line.End();
    }
}
