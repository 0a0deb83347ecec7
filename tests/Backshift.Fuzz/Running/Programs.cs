using System.Diagnostics;
using System.Globalization;

namespace Backshift.Fuzz.Running;

/// <summary>Runs the programs as a user would: a process each, with bounded output, time and memory measured by time(1).</summary>
/// <remarks>
/// The peak that the system reports of a child begins with that of the process that made it. So time(1), which is small, stands between: of its
/// child it reports what that child had itself.
/// </remarks>
internal sealed class Programs
{
    internal const int OutputLimit = 96 << 20;
    // A program that has written so much when its time is up is not taken for one that hangs.
    private const int SteadyOutput = 1 << 20;
    private const int SaidLimit = 1 << 20;
    private const string Timer = "/usr/bin/time";

    private readonly string folder;
    private readonly string scratch;
    private readonly TimeSpan patience;
    private long number;

    /// <param name="folder">Where the programs are.</param>
    /// <param name="scratch">For small files.</param>
    /// <param name="seconds">How long a program may take.</param>
    internal Programs(string folder, string scratch, int seconds)
    {
        this.folder = Path.GetFullPath(folder);
        this.scratch = scratch;
        patience = TimeSpan.FromSeconds(seconds);
        Directory.CreateDirectory(scratch);
    }

    /// <summary>Whether time(1) is there.</summary>
    internal static bool CanMeasure => File.Exists(Timer);

    /// <summary>Whether the programs are there.</summary>
    internal bool AreThere => File.Exists(Path.Combine(folder, "backshift"));

    internal RunResult Run(string program, string? directory, byte[] input, params IEnumerable<string> arguments)
    {
        string measured = Path.Combine(scratch, $"time{Interlocked.Increment(ref number)}");
        ProcessStartInfo start = new(Timer) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false, WorkingDirectory = directory ?? scratch };
        foreach (string argument in (string[])["-q", "-f", "%M %U %S", "-o", measured, Path.Combine(folder, program), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("BACKSHIFT_REPOSITORY");
        start.Environment["TMPDIR"] = scratch;
        using Process process = Process.Start(start)!;
        bool cut = false;
        long written = 0;
        using CancellationTokenSource end = new(patience);
        Task writing = WriteAsync(process.StandardInput.BaseStream, input, end.Token);
        Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream, OutputLimit, count => Interlocked.Add(ref written, count),
            () => { cut = true; end.Cancel(); }, end.Token);
        Task<byte[]> said = ReadAsync(process.StandardError.BaseStream, SaidLimit, static _ => { }, static () => { }, end.Token);
        bool hung = false;
        try
        {
            process.WaitForExitAsync(end.Token).Wait(CancellationToken.None);
        }
        catch (AggregateException)
        {
            // A program that goes on writing has more to say than is wanted here.
            cut = cut || Interlocked.Read(ref written) >= SteadyOutput;
            hung = !cut;
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        Task.WaitAll(writing, output, said);
        (long kibibytes, double seconds, int? signal) = Measured(measured);
        File.Delete(measured);
        return new RunResult($"{program} {string.Join(' ', arguments)}", signal is { } s && !hung && !cut ? 128 + s : process.ExitCode, output.Result,
            said.Result, cut, hung, kibibytes, seconds);
    }

    private static async Task WriteAsync(Stream stream, byte[] input, CancellationToken cancel)
    {
        try
        {
            await using (stream)
            {
                await stream.WriteAsync(input, cancel);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // It has read enough.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int limit, Action<int> more, Action over, CancellationToken cancel)
    {
        MemoryStream all = new();
        byte[] buffer = new byte[65536];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                more(count);
                if (all.Length + count <= limit)
                {
                    all.Write(buffer, 0, count);
                }
                else
                {
                    over();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process is ended, and what it wrote until now is enough.
        }

        return all.ToArray();
    }

    private static (long Kibibytes, double Seconds, int? Signal) Measured(string file)
    {
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        int? signal = lines.FirstOrDefault(static line => line.Contains("terminated by signal", StringComparison.Ordinal)) is { } line
            ? int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture) : null;
        string[] words = lines.Length > 0 ? lines[^1].Split(' ') : [];
        return words.Length == 3 && long.TryParse(words[0], CultureInfo.InvariantCulture, out long kibibytes)
            ? (kibibytes, double.Parse(words[1], CultureInfo.InvariantCulture) + double.Parse(words[2], CultureInfo.InvariantCulture), signal)
            : (0, 0, signal);
    }
}
