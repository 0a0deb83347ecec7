using System.Diagnostics;
using System.Globalization;

namespace Backshift.Scale.Measuring;

/// <summary>The programs themselves, measured by time(1).</summary>
internal static class Programs
{
    /// <summary>Listing.</summary>
    internal static IEnumerable<Figure> Measure(ScaleOptions options)
    {
        string host = Layout.NameOf(options.Hosts - 1);
        return
        [
            Run(options, $"bs-ls --host {host}", $"bs-ls --host {host} -r \"$repository\" > /dev/null"),
            Run(options, "bs-ls, all savesets", "bs-ls -r \"$repository\" > /dev/null"),
            Run(options, $"bs-ls {host}@latest, all entries", $"bs-ls -r \"$repository\" {host}@latest > /dev/null"),
        ];
    }

    /// <summary>A save of the largest host, of which nothing has changed: the files are not opened, and every chunk is looked up twice.</summary>
    internal static IEnumerable<Figure> SaveUnchanged(ScaleOptions options)
    {
        string stream = Path.Combine(options.Folder, "stream");
        long chunks;
        using (FileStream output = File.Create(stream))
        {
            chunks = UnchangedSave.WriteAsync(options.Layout, 0, output).GetAwaiter().GetResult();
        }

        string with = Path.Combine(options.Folder, "references");
        Figure since = Run(options, $"bs-since of an unchanged host with {chunks:n0} chunks", $"bs-since \"$repository\" < '{stream}' > '{with}'");
        yield return since;
        yield return Run(options, "bs-chunk of what it wrote", $"bs-chunk < '{with}' > /dev/null");
        yield return Run(options, "bs-store of the same", $"bs-store \"$repository\" < '{with}' > /dev/null");
        File.Delete(stream);
        File.Delete(with);
    }

    /// <summary>All references, and the directories of all packs.</summary>
    internal static IEnumerable<Figure> Check(ScaleOptions options) => [Run(options, "bs-check", "bs-check \"$repository\" > /dev/null")];

    /// <summary>Runs one program with a shell, which must end with status 0.</summary>
    private static Figure Run(ScaleOptions options, string what, string command)
    {
        string measured = Path.Combine(options.Folder, "time");
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec /usr/bin/time -q -f '%e %U %S %M' -o \"$measured\" {command}");
        start.Environment["PATH"] = $"{options.Programs}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["repository"] = options.Repository;
        start.Environment["measured"] = measured;
        start.Environment.Remove("BACKSHIFT_REPOSITORY");
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with status {process.ExitCode}");
        }

        string[] words = File.ReadLines(measured).Last().Split(' ');
        File.Delete(measured);
        TimeSpan[] times = [.. words[..3].Select(static word => TimeSpan.FromSeconds(double.Parse(word, CultureInfo.InvariantCulture)))];
        return Figure.Of(what, new Spent(times[0], times[1] + times[2])) with { Memory = PeakMemory.Show(long.Parse(words[3], CultureInfo.InvariantCulture)) };
    }
}
