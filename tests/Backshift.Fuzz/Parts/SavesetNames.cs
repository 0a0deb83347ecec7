using System.Text;
using System.Text.Json;
using Backshift.Fuzz.Running;

namespace Backshift.Fuzz.Parts;

/// <summary>The savesets of a repository as bs-ls lists them.</summary>
internal static class SavesetNames
{
    /// <summary>Names, and whether each is complete.</summary>
    internal static List<(string Name, bool IsComplete)> List(Session session, string repository)
    {
        RunResult list = session.Run("bs-ls", "bs-ls", [], "--json", "-r", repository);
        List<(string Name, bool IsComplete)> names = [];
        if (list.IsCut || list.IsHung)
        {
            return names;
        }

        foreach (string line in Encoding.UTF8.GetString(list.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using JsonDocument saveset = JsonDocument.Parse(line);
                names.Add((saveset.RootElement.GetProperty("name").GetString()!, saveset.RootElement.GetProperty("complete").GetBoolean()));
            }
            catch (JsonException)
            {
                session.Fault("bs-ls", $"status {list.Status}, and a line is no JSON: {Session.Short(line)}");
            }
        }

        return names;
    }
}
