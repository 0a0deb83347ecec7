using Backshift.Repository.Measuring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Stat;

/// <summary>Sizes as JSON, an object a line; see bs-stat(1), "JSON".</summary>
internal sealed class SizeJson : IDisposable
{
    private readonly OutputBuffer output;
    private readonly JsonLine line;
    private readonly Growth growth;

    internal SizeJson(OutputBuffer output, bool escape, Growth growth)
    {
        this.output = output;
        this.growth = growth;
        line = new JsonLine(output, escape);
    }

    internal void Write(RepositorySize size, bool ofSavesets)
    {
        if (ofSavesets)
        {
            foreach (SavesetSize one in size.Savesets)
            {
                Write(one);
            }
        }
        else
        {
            foreach (HostSize host in size.Hosts)
            {
                Write(host);
            }
        }

        List<Saveset> all = [.. size.Hosts.SelectMany(static host => host.Savesets)];
        long bytes = all.TotalBytes();
        Start("repository");
        line.Number("savesets", (ulong)all.Count);
        line.Number("hosts", (ulong)size.Hosts.Count);
        line.Number("bytes", (ulong)bytes);
        line.Number("unique", (ulong)size.UniqueBytes);
        line.Number("stored", (ulong)size.StoredBytes);
        line.Number("chunks", (ulong)size.Chunks);
        line.Number("packs", (ulong)size.Packs);
        line.Number("pack_bytes", (ulong)size.PackBytes);
        line.Number("added_30_days", (ulong)growth.Of(all));
        line.Writer.WriteNumber("ratio", Ratio.Of(bytes, size.StoredBytes));
        line.Writer.WriteNumber("compression", Ratio.Of(size.UniqueBytes, size.StoredBytes));
        End();
    }

    public void Dispose() => line.Dispose();

    private void Write(SavesetSize one)
    {
        Saveset saveset = one.Saveset;
        Start("saveset");
        line.Text("name", saveset.Name);
        line.Text("host", saveset.Host);
        line.Text("subset", saveset.Subset);
        line.Writer.WriteBoolean("complete", saveset.Complete);
        line.Time("started", saveset.Started);
        line.Number("entries", (ulong)saveset.Entries);
        line.Number("bytes", (ulong)saveset.Bytes);
        line.Number("added", (ulong)saveset.Added);
        line.Number("unique", (ulong)one.UniqueBytes);
        line.Number("stored", (ulong)one.StoredBytes);
        End();
    }

    private void Write(HostSize host)
    {
        Start("host");
        line.Text("host", host.Host);
        line.Number("savesets", (ulong)host.Savesets.Count);
        line.Number("bytes", (ulong)host.Savesets.TotalBytes());
        line.Number("added", (ulong)host.Savesets.TotalAdded());
        line.Number("added_30_days", (ulong)growth.Of(host.Savesets));
        line.Number("unique", (ulong)host.UniqueBytes);
        line.Number("stored", (ulong)host.StoredBytes);
        End();
    }

    private void Start(string kind)
    {
        line.Start();
        line.Text("kind", kind);
    }

    private void End()
    {
        line.End();
        output.Write((byte)'\n');
    }
}
