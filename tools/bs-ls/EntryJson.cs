using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>An entry as JSON: the keys of an entry record, in its order; see bs-ls(1), "JSON".</summary>
internal sealed class EntryJson
{
    private readonly JsonLine line;

    internal EntryJson(OutputBuffer output, bool escape) => line = new JsonLine(output, escape);

    internal void Write(EntryRecord entry, string? problem)
    {
        line.Start();
        line.Bytes("path", "path_bytes", entry.Path.Span);
        line.Writer.WriteString("type", entry.TypeName);
        line.Number("mode", entry.Mode);
        line.Number("uid", entry.Uid);
        line.Number("gid", entry.Gid);
        if (entry.User is { } user)
        {
            line.Bytes("user", "user_bytes", user);
        }

        if (entry.Group is { } group)
        {
            line.Bytes("group", "group_bytes", group);
        }

        line.Number("size", (ulong?)entry.Size);
        line.Time("mtime", entry.Mtime);
        line.Time("ctime", entry.Ctime);
        line.Time("btime", entry.Btime);
        line.Number("dev", entry.Dev);
        line.Number("ino", entry.Ino);
        line.Number("nlink", (ulong?)entry.Nlink);
        if (entry.Target is { } target)
        {
            line.Bytes("target", "target_bytes", target);
        }

        if (entry.RdevMajor is { } major)
        {
            line.Writer.WriteStartArray("rdev");
            line.Writer.WriteNumberValue(major);
            line.Writer.WriteNumberValue(entry.RdevMinor ?? 0);
            line.Writer.WriteEndArray();
        }

        if (entry.Attributes is { } attributes)
        {
            line.Attributes("xattrs", attributes);
        }

        line.Number("flags", entry.Flags);
        line.Text("problem", problem);
        line.End();
    }
}
