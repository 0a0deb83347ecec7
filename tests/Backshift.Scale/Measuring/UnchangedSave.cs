using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Scale.Measuring;

/// <summary>The stream that bs-walk would make of a host of which nothing has changed since its last saveset.</summary>
internal static class UnchangedSave
{
    /// <returns>How many chunks its files have.</returns>
    internal static async Task<long> WriteAsync(Layout layout, int host, Stream output)
    {
        RecordWriter records = new(output);
        records.Write(new BeginRecord
        {
            Host = Layout.NameOf(host),
            Started = UnixTime.Now(TimeProvider.System),
            Stages = ["bs-walk"],
            Save = BeginRecord.NewSave(),
        });
        long entries = 0, chunks = 0;
        string folder = "";
        foreach (HostFile file in layout.Files(host))
        {
            string parent = Path.GetDirectoryName(file.Path)!;
            if (parent != folder)
            {
                folder = parent;
                entries++;
                records.Write(Layout.Folder(folder));
            }

            entries++;
            chunks += file.Count;
            records.Write(file.Entry(layout.Versions(host) - 1));
            await records.FlushIfFullAsync();
        }

        records.Write(new EndRecord("bs-walk", entries, chunks * Layout.ChunkSize, 0));
        await records.FlushAsync();
        return chunks;
    }
}
