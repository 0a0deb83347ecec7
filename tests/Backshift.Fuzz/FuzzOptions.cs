using System.Globalization;

namespace Backshift.Fuzz;

/// <summary>What the command line says.</summary>
internal sealed record FuzzOptions
{
    internal required string Part { get; init; }

    /// <summary>How many seeds, from <see cref="Seed"/> on.</summary>
    internal int Count { get; init; } = 10;

    internal int Seed { get; init; }

    internal string Programs { get; init; } = "out/bin";

    internal string Results { get; init; } = "fuzz-results";

    internal string Scratch { get; init; } =
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"backshift-fuzz-{Environment.ProcessId}");

    internal int Jobs { get; init; } = 2;

    /// <summary>Seconds that a program may take.</summary>
    internal int Limit { get; init; } = 20;

    /// <summary>The options, or null if they are not right.</summary>
    internal static FuzzOptions? Parse(string[] arguments)
    {
        if (arguments.Length == 0 || arguments.Length % 2 == 0)
        {
            return null;
        }

        FuzzOptions options = new() { Part = arguments[0], Seed = Random.Shared.Next(1_000_000_000) };
        for (int i = 1; i < arguments.Length; i += 2)
        {
            string value = arguments[i + 1];
            int number = int.TryParse(value, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
            FuzzOptions? next = arguments[i] switch
            {
                "--count" when number > 0 => options with { Count = number },
                "--seed" when number >= 0 => options with { Seed = number },
                "--jobs" when number > 0 => options with { Jobs = number },
                "--limit" when number > 0 => options with { Limit = number },
                "--bin" => options with { Programs = value },
                "--results" => options with { Results = value },
                "--scratch" => options with { Scratch = value },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }
}
