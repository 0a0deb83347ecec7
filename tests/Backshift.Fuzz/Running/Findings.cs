using System.Globalization;

namespace Backshift.Fuzz.Running;

/// <summary>Counts what was run and how it ended, and keeps what went wrong.</summary>
internal sealed class Findings
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, SortedDictionary<string, int>> counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> faults = new(StringComparer.Ordinal);
    private readonly string folder;
    private double longest;
    private long largest;

    /// <param name="folder">Where the inputs of failures are kept.</param>
    internal Findings(string folder) => this.folder = folder;

    internal int Runs { get; private set; }

    internal int Faults { get; private set; }

    internal void Count(string target, string outcome)
    {
        lock (gate)
        {
            Runs++;
            if (!counts.TryGetValue(target, out SortedDictionary<string, int>? row))
            {
                counts[target] = row = new SortedDictionary<string, int>(StringComparer.Ordinal);
            }

            row[outcome] = row.GetValueOrDefault(outcome) + 1;
        }
    }

    internal void Measure(double seconds, long kibibytes)
    {
        lock (gate)
        {
            longest = Math.Max(longest, seconds);
            largest = Math.Max(largest, kibibytes);
        }
    }

    /// <summary>Says a fault, with the line that brings it about again, and keeps its input.</summary>
    internal void Fault(string part, int seed, string target, string what, params (string Name, byte[] Content)[] kept)
    {
        lock (gate)
        {
            Faults++;
            faults[target] = faults.GetValueOrDefault(target) + 1;
            Console.WriteLine($"FAULT {part} {target}: {what}");
            Console.WriteLine($"      Backshift.Fuzz {part} --seed {seed} --count 1");
            if (Faults > 500)
            {
                return;
            }

            string place = Path.Combine(folder, $"{part}-{seed.ToString(CultureInfo.InvariantCulture)}");
            Directory.CreateDirectory(place);
            File.AppendAllText(Path.Combine(place, "faults"), $"{target}: {what}\n");
            foreach ((string name, byte[] content) in kept)
            {
                File.WriteAllBytes(Path.Combine(place, name), content);
            }
        }
    }

    internal void Write(TextWriter writer)
    {
        writer.WriteLine("| target | runs | statuses | faults |");
        writer.WriteLine("|---|---|---|---|");
        foreach ((string target, SortedDictionary<string, int> row) in counts)
        {
            writer.WriteLine($"| {target} | {row.Values.Sum()} | {string.Join(", ", row.Select(static each => $"{each.Key}: {each.Value}"))} | "
                + $"{faults.GetValueOrDefault(target)} |");
        }

        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Runs} runs, {Faults} faults; the longest took {longest:0.0} s of processor time, the largest {largest / 1024} MiB"));
    }
}
