using System.Text;
using Backshift.Posix;
using Backshift.Repository.Checking;
using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Stat;

/// <summary>Writes sizes in the form that was asked for.</summary>
internal sealed class StatLines
{
    private readonly OutputBuffer output;
    private readonly RepositorySize size;
    private readonly StatOptions options;
    private readonly Growth growth;
    private readonly PastCheck? check;

    internal StatLines(OutputBuffer output, RepositorySize size, StatOptions options, UnixTime now, PastCheck? check)
    {
        this.check = check;
        this.output = output;
        this.size = size;
        this.options = options;
        growth = new Growth(now);
    }

    internal void Write()
    {
        switch (options.Form)
        {
            case StatForm.Json:
                using (SizeJson json = new(output, options.Terminal, growth))
                {
                    json.Write(size, options.OfSavesets);
                }

                break;
            case StatForm.Prometheus:
                new Metrics(output, growth, options.Terminal).Write(size, check);
                break;
            default:
                WriteTable();
                break;
        }
    }

    private void WriteTable()
    {
        TableColumn[] sizes = [new("SIZE", true), new("ADDED", true), new("UNIQUE", true), new("STORED", true)];
        Table table = new(output, options.OfSavesets ? "SAVESET" : "HOST", options.OfSavesets ? sizes : [new TableColumn("SAVESETS", true), .. sizes]);
        if (options.OfSavesets)
        {
            foreach (SavesetSize one in size.Savesets)
            {
                Saveset saveset = one.Saveset;
                table.Add(Cells(saveset.Bytes, saveset.Added, one.UniqueBytes, one.StoredBytes), Shown(saveset.Name));
            }
        }
        else
        {
            foreach (HostSize host in size.Hosts)
            {
                IReadOnlyList<Saveset> its = host.Savesets;
                string[] cells = Cells(its.TotalBytes(), its.TotalAdded(), host.UniqueBytes, host.StoredBytes);
                table.Add([SizeText.Count(its.Count), .. cells], Shown(host.Host));
            }
        }

        table.Finish();
        List<Saveset> all = [.. size.Hosts.SelectMany(static host => host.Savesets)];
        long bytes = all.TotalBytes();
        string recent = SizeText.Bytes(growth.Of(all));
        output.Write(Encoding.UTF8.GetBytes(
            $"{Counted(all.Count, "saveset")} of {Counted(size.Hosts.Count, "host")}: {SizeText.Bytes(bytes)}; {SizeText.Bytes(size.UniqueBytes)} unique, "
            + $"{SizeText.Bytes(size.StoredBytes)} stored, ratio {Ratio.Text(bytes, size.StoredBytes)}; {Counted(size.Packs, "pack")} of "
            + $"{SizeText.Bytes(size.PackBytes)}; {recent} added in {Growth.Days} days\n"));
    }

    private static string[] Cells(params long[] sizes) => Array.ConvertAll(sizes, SizeText.Bytes);

    private static byte[] Shown(string name) => Encoding.UTF8.GetBytes(Escaping.Display(Encoding.UTF8.GetBytes(name)));

    private static string Counted(long count, string word) => $"{SizeText.Count(count)} {word}{(count == 1 ? "" : "s")}";
}
