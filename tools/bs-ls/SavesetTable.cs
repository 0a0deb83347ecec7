using System.Text;
using Backshift.Posix;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes savesets for people, below a header.</summary>
internal static class SavesetTable
{
    // A saveset that was given another time with --time did not take that long.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(100);

    internal static void Write(OutputBuffer output, TimeZoneInfo zone, IReadOnlyList<Saveset> savesets)
    {
        ZoneTime times = new(zone, full: false);
        Table table = new(
            output, "STATE", new("SAVESET"), new(times.Title("STARTED")), new("TOOK", true), new("ENTRIES", true), new("SIZE", true), new("ADDED", true));
        foreach (Saveset saveset in savesets)
        {
            table.Add(
                [
                    Escaping.Display(Encoding.UTF8.GetBytes(saveset.Name)),
                    times.Text(saveset.Started),
                    Took(saveset),
                    SizeText.Count(saveset.Entries),
                    SizeText.Short(saveset.Bytes),
                    SizeText.Short(saveset.Added),
                ],
                Encoding.ASCII.GetBytes(State(saveset)));
        }

        table.Finish();
    }

    private static string Took(Saveset saveset)
    {
        // Differences of times from 1 to 9999 and beyond need more than a TimeSpan has.
        double seconds = saveset.Finished.Seconds - (double)saveset.Started.Seconds;
        return seconds >= 0 && seconds < Longest.TotalSeconds ? SizeText.Duration(TimeSpan.FromSeconds(seconds)) : "-";
    }

    private static string State(Saveset saveset) => (saveset.Complete ? "complete" : "incomplete") + (saveset.Problems switch
    {
        0 => "",
        1 => ", 1 problem",
        long many => $", {SizeText.Count(many)} problems",
    }) + (saveset.DataExpired is null ? "" : ", metadata only") + (saveset.IsHeld ? ", hold" : "");
}
