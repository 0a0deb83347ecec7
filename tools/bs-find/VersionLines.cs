using System.Globalization;
using System.Text;
using Backshift.Posix;
using Backshift.Repository.Searching;
using Backshift.Tooling;

namespace Backshift.Tools.Find;

/// <summary>Writes versions, a line each: a table on a terminal, else exact columns, or JSON; see bs-find(1).</summary>
internal sealed class VersionLines : IDisposable
{
    private readonly OutputBuffer output;
    private readonly FindOptions options;
    private readonly JsonLine json;
    private readonly ZoneTime times = new(TimeZoneInfo.Local, full: false);
    private readonly Table? table;

    internal VersionLines(OutputBuffer output, FindOptions options)
    {
        this.output = output;
        this.options = options;
        json = new JsonLine(output, options.Terminal);
        table = options is { Terminal: true, Json: false, Null: false }
            ? new Table(output, "PATH", new("FIRST"), new("LAST"), new("THEN"), new("SIZE", true), new(times.Title("MODIFIED"))) : null;
    }

    internal void Write(FoundVersion version)
    {
        if (options.Json)
        {
            WriteJson(version);
        }
        else if (table is not null)
        {
            table.Add(
                [
                    Shown(version.First.Name), Shown(version.Last.Name), Word(version.End),
                    version.Size is { } size ? SizeText.Short(size) : "-", version.Mtime is { } time ? times.Text(time) : "-",
                ],
                Encoding.UTF8.GetBytes(Escaping.Display(version.Path.Span) + Slash(version)));
            return;
        }
        else
        {
            string time = version.Mtime is { } known ? known.ToString() : "-";
            string size = version.Size?.ToString(CultureInfo.InvariantCulture) ?? "-";
            string type = Shown(version.Type).Replace(" ", @"\x20", StringComparison.Ordinal);
            Text($"{version.First.ColumnName} {version.Last.ColumnName} {Word(version.End)} {type} {size} {time} ");
            output.Write(options.Terminal ? Encoding.UTF8.GetBytes(Escaping.Display(version.Path.Span)) : version.Path.Span);
            Text(Slash(version));
        }

        output.Write(options.Null ? (byte)0 : (byte)'\n');
    }

    /// <summary>Writes what is held back.</summary>
    internal void Finish()
    {
        table?.Finish();
        output.Flush();
    }

    public void Dispose() => json.Dispose();

    private static string Word(VersionEnd end) => end switch { VersionEnd.Gone => "gone", VersionEnd.Changed => "changed", _ => "stays" };

    private static string Shown(string name) => Escaping.Display(Encoding.UTF8.GetBytes(name));

    private static string Slash(FoundVersion version) => version.Type == "dir" ? "/" : "";

    private void Text(string text) => output.Write(Encoding.UTF8.GetBytes(text));

    private void WriteJson(FoundVersion version)
    {
        json.Start();
        json.Bytes("path", "path_bytes", version.Path.Span);
        json.Text("type", version.Type);
        json.Number("size", (ulong?)version.Size);
        json.Time("mtime", version.Mtime);
        json.Text("host", version.First.Host);
        json.Text("subset", version.First.Subset);
        json.Text("first", version.First.Name);
        json.Text("last", version.Last.Name);
        json.Text("then", Word(version.End));
        json.End();
    }
}
