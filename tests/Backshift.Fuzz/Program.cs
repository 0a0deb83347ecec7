using Backshift.Fuzz;
using Backshift.Fuzz.Parts;
using Backshift.Fuzz.Running;

// Feeds the programs with what nobody means well; docs/fuzzing.md says what is asked of them.
Dictionary<string, Action<Session>> parts = new(StringComparer.Ordinal)
{
    ["stored"] = StoredPart.Run,
    ["repository"] = RepositoryPart.Run,
    ["object"] = ObjectPart.Run,
    ["stream"] = StreamPart.Run,
    ["archive"] = ArchivePart.Run,
    ["list"] = ListPart.Run,
};

if (FuzzOptions.Parse(args) is not { } options || !parts.TryGetValue(options.Part, out Action<Session>? part))
{
    Console.Error.WriteLine($"usage: Backshift.Fuzz {string.Join('|', parts.Keys)} [--count n] [--seed n] [--jobs n] [--limit seconds] [--bin folder] "
        + "[--results folder] [--scratch folder]");
    return 64;
}

Programs programs = new(options.Programs, options.Scratch, options.Limit);
if (!programs.AreThere || !Programs.CanMeasure)
{
    Console.Error.WriteLine(Programs.CanMeasure ? $"no programs in {options.Programs}; make puts them there" : "no /usr/bin/time");
    return 66;
}

Console.WriteLine($"{options.Part}: seeds {options.Seed} to {options.Seed + options.Count - 1}");
Findings findings = new(options.Results);
Parallel.For(0, options.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, i =>
{
    using Session session = new(options.Part, options.Seed + i, programs, findings, options.Scratch, options.Limit);
    part(session);
});
findings.Write(Console.Out);
Directory.Delete(options.Scratch, recursive: true);
return findings.Faults == 0 ? 0 : 1;
