using System.Diagnostics;
using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Walk.Tests;

/// <summary>A folder of its own for a test, filled by a shell script, and walks over it.</summary>
internal sealed class WalkTree : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"bs-walk-{Guid.NewGuid():n}");

    /// <param name="script">Runs in the folder.</param>
    internal WalkTree(string script) => Run($"mkdir '{folder}' && cd '{folder}' && {script}");

    internal BytePath Root => BytePath.Of(folder);

    internal List<string> Said { get; } = [];

    internal List<ProblemRecord> Problems { get; } = [];

    internal List<EntryRecord> Entries { get; } = [];

    internal EndRecord? End { get; private set; }

    /// <summary>Walks the folder; the paths of its entries below it, in order, fit to be shown.</summary>
    internal async Task<List<string>> WalkAsync(WalkOptions? options = null, ExitCode expected = ExitCode.Done)
    {
        using MemoryStream stream = new();
        return await ReadAsync(stream, expected, await Stage(options, stream).RunAsync([Root], CancellationToken.None));
    }

    /// <summary>Takes a list of paths below the folder.</summary>
    internal async Task<List<string>> ListAsync(IEnumerable<string> paths, WalkOptions? options = null, ExitCode expected = ExitCode.Done)
    {
        using MemoryStream list = new();
        foreach (string path in paths)
        {
            list.Write(Root.Join(path).Span);
            list.WriteByte(0);
        }

        list.Position = 0;
        using MemoryStream stream = new();
        return await ReadAsync(stream, expected, await Stage(options, stream).RunAsync(new PathList(list, 0, sized: false), CancellationToken.None));
    }

    public void Dispose() => Run($"chmod -R u+rwx '{folder}'; rm -rf '{folder}'");

    private WalkStage Stage(WalkOptions? options, Stream stream) =>
        new(options ?? new WalkOptions { Host = "h" }, stream, (line, _) => Said.Add(line), TimeProvider.System);

    private async Task<List<string>> ReadAsync(MemoryStream stream, ExitCode expected, ExitCode code)
    {
        if (code != expected)
        {
            throw new InvalidOperationException($"status {code}: {string.Join("; ", Said)}");
        }

        stream.Position = 0;
        RecordReader reader = new(stream);
        List<string> paths = [];
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case RecordKind.Entry:
                    EntryRecord entry = EntryRecord.ReadFrom(reader.Encoded);
                    Entries.Add(entry);
                    paths.Add(entry.Path.Length < folder.Length ? "" : Escaping.Display(entry.Path.Span[folder.Length..]));
                    break;
                case RecordKind.Problem:
                    Problems.Add(ProblemRecord.ReadFrom(reader.Encoded));
                    break;
                case RecordKind.End:
                    End = EndRecord.ReadFrom(reader.Encoded);
                    break;
            }
        }

        return paths;
    }

    private static void Run(string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", script } })!;
        shell.WaitForExit();
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException($"status {shell.ExitCode}: {script}");
        }
    }
}
