using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Report;

/// <summary>Writes the page: one file, without script, and without anything that a browser would have to fetch.</summary>
internal sealed class ReportPage
{
    private readonly OutputBuffer output;
    private readonly ReportFacts facts;
    private readonly ZoneTime times = new(TimeZoneInfo.Local, full: false);

    internal ReportPage(OutputBuffer output, ReportFacts facts)
    {
        this.output = output;
        this.facts = facts;
    }

    internal void Write()
    {
        string name = Text.Html(facts.Repository);
        Put($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Backups in {name}</title>
            <style>
            {PageStyle.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>Backups in <span class="name">{name}</span></h1>
            <p class="note">As of {times.Text(facts.Now)}, {Text.Html(TimeZoneInfo.Local.Id)}</p>
            """);
        WriteDamage();
        WriteSums();
        WriteGrowth();
        WriteHosts();
        WriteLatest();
        WriteProblems();
        WriteDirectories("Largest directories", "In the latest complete savesets, down to the third level, each with what is below it.",
            facts.Largest, static total => total.Bytes);
        WriteDirectories("Most-changed directories",
            "Files that came, went or changed between the last two complete savesets of each host and subset, without what is below.",
            facts.MostChanged, static total => total.Entries);
        WriteChecks();
        Put("""
            </main>
            </body>
            </html>
            """);
    }

    private void WriteChecks()
    {
        Put("<h2>Last check</h2>");
        if (facts.Checks.Last is not { } last)
        {
            Put("<p class=\"warn\">None is recorded.</p>");
            Put("<p class=\"note\"><code>bs-check --record --sample 1%</code>, every night, reads everything three times a year.</p>");
            return;
        }

        string read = last.Parts switch
        {
            0 => "the structure, and no data",
            1 => $"all data, {SizeText.Bytes(last.Bytes)}",
            _ => $"part {SizeText.Count(last.Part)} of {SizeText.Count(last.Parts)} of the data, {SizeText.Bytes(last.Bytes)}",
        };
        string found = last.Damage == 0 ? "no damage" : $"<span class=\"warn\">{SizeText.Count(last.Damage)} damaged</span>";
        Put($"<p>{times.Text(last.At)}: {read}; {found}.</p>");
        Put(facts.Checks.LastWhole is { } since ? $"<p>All of the data was read since {times.Text(since)}.</p>"
            : $"<p class=\"warn\">{Text.Percent((long)(facts.Checks.Covered * 1000), 1000)} % of the data was read within a year.</p>");
    }

    private void WriteDamage()
    {
        if (facts.Damage.Count == 0)
        {
            return;
        }

        Put("<section class=\"bad\">\n<h2>Damage</h2>\n<p>Something could not be read, so sizes may be too small. <code>bs-check</code> tells more.</p>\n<ul>");
        foreach (string line in facts.Damage)
        {
            Put($"<li class=\"name\">{Text.Html(Escaping.DisplayText(line))}</li>");
        }

        Put("</ul>\n</section>");
    }

    private void WriteSums()
    {
        RepositorySize size = facts.Size;
        long bytes = facts.Savesets.TotalBytes();
        Put("<dl class=\"sums\">");
        Sum("Savesets", SizeText.Count(facts.Savesets.Count), $"of {SizeText.Count(size.Hosts.Count)} {(size.Hosts.Count == 1 ? "host" : "hosts")}");
        Sum("Size", SizeText.Bytes(bytes), "all savesets, added up");
        Sum("Unique", SizeText.Bytes(size.UniqueBytes), $"deduplication {Text.Ratio(bytes, size.UniqueBytes)}\u00a0:\u00a01");
        Sum("Stored", SizeText.Bytes(size.StoredBytes), $"compression {Text.Ratio(size.UniqueBytes, size.StoredBytes)}\u00a0:\u00a01");
        Sum("Ratio", Text.Ratio(bytes, size.StoredBytes), "size by stored");
        Sum("Packs", SizeText.Bytes(size.PackBytes), $"{SizeText.Count(size.Packs)} files");
        Put("</dl>");
    }

    private void Sum(string name, string value, string note) =>
        Put($"<div><dt>{name}</dt><dd>{value}</dd><dd class=\"note\">{Text.Html(note)}</dd></div>");

    private void WriteGrowth()
    {
        IReadOnlyList<GrowthBar> bars = GrowthBars.Of(facts.Savesets, facts.Now);
        Put("<h2>Growth</h2>");
        if (bars.Count == 0)
        {
            Put("<p>There is no saveset yet.</p>");
            return;
        }

        long most = bars.Max(static bar => bar.Bytes);
        bool byDay = bars[0].Label.Length > "2026-11".Length;
        Put($"<p class=\"note\">Bytes that savesets added, by {(byDay ? "day" : "month")} (UTC); at most {SizeText.Bytes(most)}</p>");
        Put($"<div style=\"max-width:{3 * bars.Count}rem\">");
        Put($"<div class=\"chart\" role=\"img\" aria-label=\"Growth from {bars[0].Label} to {bars[^1].Label}; the table below has the numbers\">");
        foreach (GrowthBar bar in bars)
        {
            Put($"<span title=\"{bar.Label}: {SizeText.Bytes(bar.Bytes)}\"><i style=\"height:{Text.Percent(bar.Bytes, most)}%\"></i></span>");
        }

        string last = bars.Count > 1 ? $"<span>{bars[^1].Label}</span>" : "";
        Put($"</div>\n<div class=\"axis note\"><span>{bars[0].Label}</span>{last}</div>\n</div>");
        Put("<details>\n<summary>Numbers</summary>");
        StartTable("When", ">Added");
        foreach (GrowthBar bar in bars)
        {
            Row(Cell(bar.Label), Number(SizeText.Bytes(bar.Bytes)));
        }

        EndTable();
        Put("</details>");
    }

    private void WriteHosts()
    {
        long most = facts.Size.Hosts.Select(static host => host.StoredBytes).DefaultIfEmpty().Max();
        Put("<h2>Hosts</h2>\n<p class=\"note\">Unique and stored: what no other host needs.</p>");
        StartTable("Host", ">Savesets", ">Size", ">Added", ">Unique", ">Stored", "");
        foreach (HostSize host in facts.Size.Hosts)
        {
            Row(
                Name(Text.Shown(host.Host)), Number(SizeText.Count(host.Savesets.Count)), Number(SizeText.Bytes(host.Savesets.TotalBytes())),
                Number(SizeText.Bytes(host.Savesets.TotalAdded())), Number(SizeText.Bytes(host.UniqueBytes)),
                Number(SizeText.Bytes(host.StoredBytes)), Bar(host.StoredBytes, most));
        }

        EndTable();
    }

    private void WriteLatest()
    {
        Put("<h2>Last savesets</h2>");
        StartTable("Host and subset", times.Title("Started"), "State", ">Entries", ">Size", ">Added", ">Problems", "Latest complete");
        foreach (OwnerFacts owner in facts.Owners)
        {
            Saveset latest = owner.Latest;
            Row(
                Name(Text.Shown(owner.Owner)), Cell(times.Text(latest.Started)), latest.Complete ? Cell("complete") : "<td class=\"warn\">incomplete</td>",
                Number(SizeText.Count(latest.Entries)), Number(SizeText.Bytes(latest.Bytes)), Number(SizeText.Bytes(latest.Added)),
                latest.Problems == 0 ? Number("0") : $"<td class=\"number warn\">{SizeText.Count(latest.Problems)}</td>",
                owner.LatestComplete is { } complete ? Cell(times.Text(complete.Started)) : "<td class=\"warn\">none</td>");
        }

        EndTable();
    }

    private void WriteProblems()
    {
        Put("<h2>Problems of the last savesets</h2>");
        if (facts.Owners.All(static owner => owner.Latest.Problems == 0))
        {
            Put("<p>None: everything that was found is stored as it was.</p>");
            return;
        }

        foreach (OwnerFacts owner in facts.Owners.Where(static owner => owner.Latest.Problems > 0))
        {
            Put($"<h3 class=\"name\">{Text.Html(Text.Shown(owner.Latest.Name))}</h3>\n<ul>");
            foreach (ProblemRecord problem in owner.Problems)
            {
                Put($"<li class=\"name\">{Text.Html(Escaping.DisplayText($"{problem.Stage}: {problem}"))}</li>");
            }

            Put("</ul>");
            if (owner.Latest.Problems > owner.Problems.Count)
            {
                Put($"<p class=\"note\">{SizeText.Count(owner.Latest.Problems - owner.Problems.Count)} more: <code>bs-ls --problems</code></p>");
            }
        }
    }

    private void WriteDirectories(string title, string note, IReadOnlyList<RankedDirectory> directories, Func<DirectoryTotal, long> weight)
    {
        Put($"<h2>{title}</h2>\n<p class=\"note\">{note}</p>");
        if (directories.Count == 0)
        {
            Put("<p>None.</p>");
            return;
        }

        long most = directories.Max(one => weight(one.Total));
        StartTable("Directory", "Host and subset", ">Entries", ">Size", "");
        foreach (RankedDirectory one in directories)
        {
            DirectoryTotal total = one.Total;
            Row(Directory(total.Path.ToString()), Name(Text.Shown(one.Owner)), Number(SizeText.Count(total.Entries)), Number(SizeText.Bytes(total.Bytes)),
                Bar(weight(total), most));
        }

        EndTable();
    }

    /// <summary>Begins a table; a title that begins with ">" is one of numbers.</summary>
    private void StartTable(params string[] titles)
    {
        Put("<div class=\"wide\"><table>\n<thead><tr>");
        foreach (string title in titles)
        {
            Put(title.StartsWith('>') ? $"<th class=\"number\">{title[1..]}</th>" : $"<th>{title}</th>");
        }

        Put("</tr></thead>\n<tbody>");
    }

    private void Row(params ReadOnlySpan<string> cells) => Put($"<tr>{string.Concat(cells)}</tr>");

    private void EndTable() => Put("</tbody>\n</table></div>");

    private static string Cell(string text) => $"<td>{Text.Html(text)}</td>";

    private static string Name(string name) => $"<td class=\"name\">{Text.Html(name)}</td>";

    /// <summary>A path, which may be broken after each slash.</summary>
    private static string Directory(string path) => $"<td class=\"name\">{Text.Html(path).Replace("/", "/<wbr>", StringComparison.Ordinal)}/</td>";

    private static string Number(string text) => $"<td class=\"number\">{text}</td>";

    private static string Bar(long part, long most) => $"<td class=\"bar\"><i style=\"width:{Text.Percent(part, most)}%\"></i></td>";

    private void Put(string html) => output.Write(Encoding.UTF8.GetBytes(html + "\n"));
}
