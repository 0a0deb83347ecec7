using System.Formats.Tar;
using System.Text;
using Xunit;

namespace Backshift.Tools.Tar.Tests;

/// <summary>Reads an archive with the reader of .NET: "name", "name=content", "name -> target" for a hard link.</summary>
internal static class TarText
{
    internal static List<string> Of(MemoryStream archive)
    {
        Assert.Equal(0, archive.Length % 10240);
        archive.Position = 0;
        using TarReader reader = new(archive, leaveOpen: true);
        List<string> lines = [];
        while (reader.GetNextEntry() is { } entry)
        {
            string content = "";
            if (entry.DataStream is { } data)
            {
                using StreamReader text = new(data, Encoding.Latin1);
                content = "=" + text.ReadToEnd();
            }

            lines.Add(entry.EntryType == TarEntryType.HardLink ? $"{entry.Name} -> {entry.LinkName}" : entry.Name + content);
        }

        return lines;
    }
}
