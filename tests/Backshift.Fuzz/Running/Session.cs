namespace Backshift.Fuzz.Running;

/// <summary>What one seed of a part runs in: a folder of its own, the programs, and a place for what it finds. Every run is held against the rules for
/// all.</summary>
internal sealed class Session : IDisposable
{
    private const long MemoryLimit = 300 << 10;

    private readonly Findings findings;
    private readonly Programs programs;
    private readonly double processorLimit;
    private readonly string sentinel;

    internal Session(string part, int seed, Programs programs, Findings findings, string scratch, int limit)
    {
        Part = part;
        Seed = seed;
        this.programs = programs;
        this.findings = findings;
        processorLimit = limit;
        Folder = WorkingFolder = Path.Combine(scratch, $"{part}-{seed}");
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Folder);

        // Nothing outside of the repository is anybody's to touch; this stands for all of it.
        sentinel = Path.Combine(Folder, "outside");
        Directory.CreateDirectory(sentinel);
        File.WriteAllText(Path.Combine(sentinel, "sentinel"), "untouched");
        File.WriteAllText(Path.Combine(sentinel, new string('a', 32)), "untouched");
    }

    internal string Part { get; }

    internal int Seed { get; }

    /// <summary>What this seed is about, if it has a name.</summary>
    internal string Name { get; set; } = "";

    /// <summary>A directory for this seed alone.</summary>
    internal string Folder { get; }

    /// <summary>A directory outside of every repository, with files that nobody may touch.</summary>
    internal string Outside => sentinel;

    /// <summary>The input that is kept when something goes wrong.</summary>
    internal List<(string Name, byte[] Content)> Kept { get; } = [];

    /// <summary>Where programs run.</summary>
    internal string WorkingFolder { get; set; }

    internal bool Failed { get; private set; }

    /// <summary>How many programs did not end in time; after some of them there is no use in more.</summary>
    internal int Hangs { get; private set; }

    internal string At(string name) => Path.Combine(Folder, name);

    /// <summary>Runs a program, counts it under a name, and holds it against what is asked of every run.</summary>
    internal RunResult Run(string target, string program, byte[] input, params IEnumerable<string> arguments)
    {
        RunResult result = programs.Run(program, WorkingFolder, input, arguments);
        findings.Count(target, result.IsHung ? "hang" : result.IsCut ? "cut" : result.Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        findings.Measure(result.Seconds, result.Kibibytes);
        if (result.IsHung || result.Seconds > processorLimit)
        {
            Hangs++;
            Fault(target, $"hang: {result.Seconds} s of processor time: {result.Program}");
        }

        if (result.Kibibytes > MemoryLimit)
        {
            Fault(target, $"memory: {result.Kibibytes >> 10} MiB: {result.Program}");
        }

        if (!result.IsCut && !result.IsHung && (result.Status is 70 or >= 126 or < 0 || (result.Status is > 3 and < 64) || result.Status == 2))
        {
            Fault(target, $"status {result.Status}: {result.Program}: {Short(result.SaidText)}");
        }

        if (Said.Fault(result.Said) is { } fault)
        {
            Fault(target, $"{fault}: {result.Program}");
            Kept.Add(($"said-{target.Replace(' ', '-').Replace('/', '-')}", result.Said));
        }

        if (result.Status >= 64 && result.Said.Length == 0 && !result.IsCut && !result.IsHung)
        {
            Fault(target, $"status {result.Status} and not a word: {result.Program}");
        }

        return result;
    }

    internal void Fault(string target, string what)
    {
        Failed = true;
        findings.Fault(Part, Seed, target, Name.Length > 0 ? $"{Name}: {what}" : what, [.. Kept]);
    }

    /// <summary>The first line of a text.</summary>
    internal static string Short(string text)
    {
        string line = text.Split('\n')[0];
        return line.Length > 300 ? line[..300] : line;
    }

    /// <summary>Whether what lies outside is as it was.</summary>
    internal void CheckOutside()
    {
        string[] files = Directory.GetFiles(sentinel);
        if (files.Length != 2 || files.Any(static file => File.ReadAllText(file) != "untouched"))
        {
            Fault("outside", $"a file outside of the repository was touched: {string.Join(' ', files)}");
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
