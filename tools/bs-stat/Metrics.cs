using System.Globalization;
using System.Text;
using Backshift.Posix;
using Backshift.Repository.Checking;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Stat;

/// <summary>Sizes in the text format of Prometheus, version 0.0.4: all samples of a metric together, below its help and its type.</summary>
internal sealed class Metrics
{
    private readonly OutputBuffer output;
    private readonly Growth growth;
    private readonly bool escape;

    /// <param name="output">Where to.</param>
    /// <param name="growth">What was added in the last days.</param>
    /// <param name="escape">Whether a terminal shows it: then no character of a name may command it.</param>
    internal Metrics(OutputBuffer output, Growth growth, bool escape)
    {
        this.output = output;
        this.growth = growth;
        this.escape = escape;
    }

    internal void Write(RepositorySize size, PastCheck? check)
    {
        List<Saveset> all = [.. size.Hosts.SelectMany(static host => host.Savesets)];
        Write("repository_savesets", "Savesets in the repository.", all.Count);
        Write("repository_bytes", "Sizes of all savesets, added up.", all.TotalBytes());
        Write("repository_unique_bytes", "Bytes of all chunks that savesets need, each counted once.", size.UniqueBytes);
        Write("repository_stored_bytes", "Bytes that these chunks take in packs.", size.StoredBytes);
        Write("repository_chunks", "Chunks that savesets need.", size.Chunks);
        Write("repository_packs", "Packs in the repository.", size.Packs);
        Write("repository_pack_bytes", "Bytes of all packs.", size.PackBytes);
        Write("repository_added_30_days_bytes", "Bytes that savesets of the last 30 days added.", growth.Of(all));
        Write("repository_whole", "1 if everything that savesets need was found, 0 if not.", size.IsWhole ? 1 : 0);
        if (check is { } last)
        {
            Write("last_check_timestamp_seconds", "When the last check that is recorded ended.", last.At.Seconds);
            Write("last_check_damage", "How much damage it found and did not repair.", last.Damage);
        }

        OfHosts("host_savesets", "Savesets of a host.", size, static host => host.Savesets.Count);
        OfHosts("host_bytes", "Sizes of all savesets of a host, added up.", size, static host => host.Savesets.TotalBytes());
        OfHosts("host_unique_bytes", "Bytes of chunks that only savesets of this host need.", size, static host => host.UniqueBytes);
        OfHosts("host_stored_bytes", "Bytes that these chunks take in packs.", size, static host => host.StoredBytes);
        OfHosts("host_added_30_days_bytes", "Bytes that savesets of a host of the last 30 days added.", size, host => growth.Of(host.Savesets));
        OfLatest("latest_started_timestamp_seconds", "When the latest complete saveset began.", size, static saveset => saveset.Started.Seconds);
        OfLatest("latest_finished_timestamp_seconds", "When the latest complete saveset was finished.", size, static saveset => saveset.Finished.Seconds);
        OfLatest("latest_entries", "Entries in the latest complete saveset.", size, static saveset => saveset.Entries);
        OfLatest("latest_bytes", "Size of the latest complete saveset.", size, static saveset => saveset.Bytes);
        OfLatest("latest_problems", "Problems of the latest complete saveset.", size, static saveset => saveset.Problems);
    }

    /// <summary>A value of a label: backslashes, quotation marks and line feeds are escaped.</summary>
    private string Label(string value) => (escape ? Escaping.Display(Encoding.UTF8.GetBytes(value)) : value)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void OfHosts(string name, string help, RepositorySize size, Func<HostSize, long> value)
    {
        Head(name, help, size.Hosts.Count);
        foreach (HostSize host in size.Hosts)
        {
            Sample(name, $"{{host=\"{Label(host.Host)}\"}}", value(host));
        }
    }

    private void OfLatest(string name, string help, RepositorySize size, Func<Saveset, long> value)
    {
        Saveset[] latest = [.. size.Hosts.SelectMany(static host => host.Savesets).Where(static saveset => saveset.Complete)
            .GroupBy(static saveset => saveset.Owner, StringComparer.Ordinal).Select(static owned => owned.Last())
            .OrderBy(static saveset => saveset.Owner, StringComparer.Ordinal)];
        Head(name, help, latest.Length);
        foreach (Saveset saveset in latest)
        {
            Sample(name, $"{{host=\"{Label(saveset.Host)}\",subset=\"{Label(saveset.Subset ?? "")}\"}}", value(saveset));
        }
    }

    private void Write(string name, string help, long value)
    {
        Head(name, help, 1);
        Sample(name, "", value);
    }

    private void Head(string name, string help, int samples)
    {
        if (samples > 0)
        {
            Text($"# HELP backshift_{name} {help}\n# TYPE backshift_{name} gauge\n");
        }
    }

    private void Sample(string name, string labels, long value) => Text(string.Create(CultureInfo.InvariantCulture, $"backshift_{name}{labels} {value}\n"));

    private void Text(string text) => output.Write(Encoding.UTF8.GetBytes(text));
}
