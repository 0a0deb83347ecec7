using System.Diagnostics;

namespace Backshift.Scale.Measuring;

/// <summary>Measures everything and prints a table of it.</summary>
internal static class Report
{
    /// <summary>Makes the repository, in a process of its own.</summary>
    /// <returns>Whether that went well.</returns>
    internal static bool Make(ScaleOptions options) => Run(options, Deed.Make, null) is not null;

    /// <returns>The status: 0, or 1 if something could not be measured or came out wrong.</returns>
    internal static int Write(ScaleOptions options, TextWriter output)
    {
        output.WriteLine("| What | Figure | CPU | Memory |");
        output.WriteLine("|---|---|---|---|");
        int status = 0;
        foreach (string name in Measurements.Names)
        {
            if (Run(options, Deed.Measure, name) is not { } lines)
            {
                status = 1;
                continue;
            }

            foreach (string[] cells in lines.Select(static line => line.Split('\t')).Where(static cells => cells.Length == 4))
            {
                output.WriteLine($"| {cells[0]} | {cells[1]} | {cells[2]} | {cells[3]} |");
            }

            output.Flush();
        }

        return status;
    }

    /// <summary>Runs this program once more.</summary>
    /// <returns>Its lines; null if it failed, which it has said.</returns>
    private static List<string>? Run(ScaleOptions options, Deed deed, string? only)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (string word in options.WordsFor(deed, only))
        {
            start.ArgumentList.Add(word);
        }

        using Process process = Process.Start(start)!;
        List<string> lines = [.. process.StandardOutput.ReadToEnd().Split('\n')];
        process.WaitForExit();
        return process.ExitCode == 0 ? lines : null;
    }
}
