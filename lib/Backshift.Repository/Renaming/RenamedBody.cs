using System.Buffers;
using Backshift.Records;
using Backshift.Repository.Savesets;
using MessagePack;

namespace Backshift.Repository.Renaming;

/// <summary>The body of a saveset under another host and subset. All other keys are copied as they are, also those that this version does not know.</summary>
internal static class RenamedBody
{
    /// <param name="body">The body as it was; it has been parsed before.</param>
    /// <param name="host">The new host.</param>
    /// <param name="subset">The new subset, or null.</param>
    /// <param name="origin">What it was called before.</param>
    internal static byte[] Of(byte[] body, string host, string? subset, SavesetOrigin origin)
    {
        ArrayBufferWriter<byte> copied = new();
        int count = 0;
        MessagePackReader reader = new(body);
        for (int left = reader.ReadMapHeader(); left > 0; left--)
        {
            int start = (int)reader.Consumed;
            string key = RecordText.ReadString(ref reader, StreamLimits.Name, "key");
            reader.Skip();
            if (key is not ("host" or "subset" or "renamed"))
            {
                copied.Write(body.AsSpan(start, (int)reader.Consumed - start));
                count++;
            }
        }

        ArrayBufferWriter<byte> changed = new();
        MessagePackWriter writer = new(changed);
        writer.WriteMapHeader(count + (subset is null ? 2 : 3));
        writer.Write("host");
        writer.Write(host);
        if (subset is not null)
        {
            writer.Write("subset");
            writer.Write(subset);
        }

        writer.WriteRaw(copied.WrittenSpan);
        writer.Write("renamed");
        origin.WriteTo(ref writer);
        writer.Flush();
        return changed.WrittenSpan.ToArray();
    }
}
