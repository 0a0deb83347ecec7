using System.Text;
using Backshift.Posix;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Tag;

/// <summary>Writes what is said of savesets: a table, or JSON objects.</summary>
internal static class TagLines
{
    internal static void Write(OutputBuffer output, TagOptions options, IReadOnlyList<Saveset> savesets)
    {
        using JsonLine json = new(output, options.Escape);
        Table table = new(output, "NOTE", new("SAVESET"), new("HOLD"), new("TAGS"));
        foreach (Saveset saveset in savesets)
        {
            if (!options.Json)
            {
                table.Add(
                    [Shown(saveset.Name), saveset.IsHeld ? "hold" : "-", saveset.Tags.Count == 0 ? "-" : Shown(string.Join(',', saveset.Tags))],
                    Encoding.UTF8.GetBytes(Shown(saveset.Note ?? "-")));
                continue;
            }

            json.Start();
            json.Text("name", saveset.Name);
            json.Writer.WriteBoolean("hold", saveset.IsHeld);
            json.Texts("tags", saveset.Tags);
            json.Text("note", saveset.Note);
            json.End();
            output.Write((byte)'\n');
        }

        table.Finish();
        output.Flush();
    }

    private static string Shown(string text) => Escaping.Display(Encoding.UTF8.GetBytes(text));
}
