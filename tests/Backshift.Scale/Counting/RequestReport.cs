using System.Diagnostics;
using System.Globalization;
using Backshift.Scale.Making;
using Backshift.Scale.Measuring;

namespace Backshift.Scale.Counting;

/// <summary>Runs the programs on the repository as if it was in a bucket, and prints what each of them asks of the service.</summary>
internal sealed class RequestReport
{
    private const string Shell = "/bin/bash";

    private readonly ScaleOptions options;
    private readonly CountedBucket bucket;
    private readonly TextWriter output;

    private RequestReport(ScaleOptions options, CountedBucket bucket, TextWriter output)
    {
        this.options = options;
        this.bucket = bucket;
        this.output = output;
    }

    internal static void Write(ScaleOptions options, TextWriter output)
    {
        Generator.MarkAsRemote(options.Repository);
        using StreamWriter? log = options.Log is { } path ? new StreamWriter(path) : null;
        using CountedBucket bucket = new(new BucketFolder(options.Repository, Path.Combine(options.Folder, "sending")), log);
        new RequestReport(options, bucket, output).WriteAll();
    }

    private void WriteAll()
    {
        output.WriteLine("| What | GET | HEAD | LIST | PUT | DELETE | received | sent | requests cost | received cost | read from |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        Read();
        SaveUnchanged("a host", 1 % options.Hosts);
        SaveUnchanged("the large host", 0);
        SaveReal();
        Run("bs-check", "bs-check \"$repository\"");
        Run("bs-collect --dry-run", "bs-collect --dry-run \"$repository\"");
        Run("bs-collect --dry-run --by-lists", "bs-collect --dry-run --by-lists \"$repository\"");
        int kept = (options.Layout.Versions(0) + 1) / 2;
        Run($"bs-expire --dry-run --keep-last {kept}", $"bs-expire --dry-run --keep-last {kept} -r \"$repository\"");
        Run($"bs-expire --keep-last {kept}", $"bs-expire --keep-last {kept} -r \"$repository\"");
        Run("bs-collect --by-lists", "bs-collect --by-lists \"$repository\"");
        long bytes = Directory.EnumerateFiles(options.Repository, "*", SearchOption.AllDirectories).Sum(static path => new FileInfo(path).Length);
        output.WriteLine($"| stored, for a month | | | | | | | {Bytes(bytes)} | {Money(options.Prices.OfMonth(bytes))} | | |");
    }

    private void Read()
    {
        string host = Layout.NameOf(options.Hosts - 1);
        Run("bs-ls, all savesets", "bs-ls -r \"$repository\"");
        Run("bs-ls --host, one host", $"bs-ls --host {host} -r \"$repository\"");
        Run("bs-ls HOST@latest, all entries", $"bs-ls -r \"$repository\" {host}@latest");
    }

    private void SaveUnchanged(string what, int host)
    {
        string stream = Path.Combine(options.Folder, "stream");
        long chunks;
        using (FileStream file = File.Create(stream))
        {
            chunks = UnchangedSave.WriteAsync(options.Layout, host, file).GetAwaiter().GetResult();
        }

        Run($"saving {what} of {chunks:n0} chunks, unchanged", $"bs-since \"$repository\" < '{stream}' | bs-chunk | bs-store \"$repository\"");
        File.Delete(stream);
    }

    /// <summary>With data, which comes back from a restore as it was.</summary>
    private void SaveReal()
    {
        string folder = Path.Combine(options.Folder, "real");
        RealTree tree = new(folder, options.Real);
        string save = $"cd '{folder}' && bs-save --host real -r \"$repository\" .";
        string size = Bytes(options.Real);
        Run($"the first save of a host, {size} in {tree.Files:n0} files", save);
        Run("saving it again, unchanged", save);
        tree.Change();
        Run("saving it again, a hundredth is new", save);
        Run($"restoring {size}", $"bs-tar -r \"$repository\" real@latest | tar --diff -f - -C '{folder}'");
        Run("restoring a file", $"bs-cat -r \"$repository\" real@latest '{tree.OneFile}' | cmp - '{folder}/{tree.OneFile}'");
        Directory.Delete(folder, recursive: true);
    }

    private void Run(string what, string command)
    {
        ProcessStartInfo start = new(Shell) { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"set -o pipefail; {{ {command}; }} > '{options.Folder}/out'");
        start.Environment["PATH"] = $"{options.Programs}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["repository"] = bucket.Location;
        start.Environment["AWS_ACCESS_KEY_ID"] = "scale";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "scale";
        start.Environment["HOME"] = options.Folder;
        foreach (string name in (string[])["BACKSHIFT_REPOSITORY", "BACKSHIFT_S3", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "AWS_PROFILE"])
        {
            start.Environment.Remove(name);
        }

        Traffic before = bucket.Traffic;
        bucket.Note($"# {what}");
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with status {process.ExitCode}");
        }

        Traffic all = bucket.Traffic - before;
        string read = string.Join(", ", bucket.TakeReads().Select(static one => Text($"{one.Folder} {one.Count:n0} ({Bytes(one.Bytes)})")));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {what} | {all.Gets:n0} | {all.Heads:n0} | {all.Lists:n0} | {all.Puts:n0} | {all.Deletes:n0} | {Bytes(all.Received)} | {Bytes(all.Sent)} "
            + $"| {Money(options.Prices.OfRequests(all))} | {Money(options.Prices.OfEgress(all))} | {read} |"));
        output.Flush();
    }

    private static string Bytes(long bytes) => bytes switch
    {
        >= 10_000_000_000 => Text($"{bytes / 1e9:f0} GB"),
        >= 1_000_000_000 => Text($"{bytes / 1e9:f1} GB"),
        >= 1_000_000 => Text($"{bytes / 1e6:f1} MB"),
        _ => Text($"{bytes / 1e3:f0} kB"),
    };

    private static string Money(decimal sum) => sum switch
    {
        >= 1 => Text($"{sum:n2}"),
        _ => Text($"{sum:f5}"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
