using System.Diagnostics;
using System.Globalization;
using Backshift.Model;
using Backshift.Testing.Model;

// Runs random schedules of saves and collections, for minutes or for days; see tests/Backshift.Testing/Model/README.md.
if (ModelOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("usage: Backshift.Model [--seed n] [--count n] [--length n] [--jobs n] [--drop rule|all] "
        + "[--store immediate|lagging|omitting|twopaths] [--directed yes] [--trace yes]");
    return 64;
}

int bad = 0;
foreach ((DroppedRule rule, DroppedRule? scenario) in options.Runs)
{
    Stopwatch watch = Stopwatch.StartNew();
    long steps = 0;
    int lost = 0, faulty = 0;
    Lock gate = new();
    SortedDictionary<string, long> events = new(StringComparer.Ordinal);
    Parallel.For(0, options.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, i =>
    {
        using Schedule schedule = new(options.Seed + i, options.Schedule with { Dropped = rule, Scenario = scenario });
        ScheduleResult result = schedule.Run();
        lock (gate)
        {
            steps += result.Steps;
            lost += result.Losses.Count > 0 ? 1 : 0;
            faulty += result.Faults.Count > 0 ? 1 : 0;
            foreach ((string what, long count) in result.Events)
            {
                events[what] = events.GetValueOrDefault(what) + count;
            }

            if (rule == DroppedRule.None || options.IsTraced)
            {
                result.Losses.ForEach(line => Console.WriteLine($"seed {result.Seed}: LOSS: {line}"));
                result.Faults.Take(5).ToList().ForEach(line => Console.WriteLine($"seed {result.Seed}: fault: {line}"));
            }
        }
    });
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{rule}{(scenario is { } led ? $" where {led} matters" : "")}: seeds {options.Seed} to {options.Seed + options.Count - 1}, "
        + $"{steps} steps in {watch.Elapsed.TotalSeconds:0.0} s: {lost} with a loss, {faulty} with a fault"));
    if (rule == DroppedRule.None)
    {
        events.ToList().ForEach(static one => Console.WriteLine($"  {one.Value,9} {one.Key}"));
        bad += lost + faulty;
    }
}

return bad == 0 ? 0 : 1;
