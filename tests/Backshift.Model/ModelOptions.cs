using System.Globalization;
using Backshift.Testing.Model;

namespace Backshift.Model;

/// <summary>What the command line says.</summary>
internal sealed record ModelOptions
{
    /// <summary>The first seed.</summary>
    internal int Seed { get; init; } = Random.Shared.Next(1_000_000_000);

    /// <summary>How many seeds, from <see cref="Seed"/> on.</summary>
    internal int Count { get; init; } = 100;

    /// <summary>How many schedules at a time.</summary>
    internal int Jobs { get; init; } = 2;

    /// <summary>The rules that are dropped, one after the other.</summary>
    internal IReadOnlyList<DroppedRule> Rules { get; init; } = [DroppedRule.None];

    /// <summary>Each rule, and the one to whose danger the schedules are led.</summary>
    internal IEnumerable<(DroppedRule Rule, DroppedRule? Scenario)> Runs => IsDirected
        ? Rules.SelectMany(static rule => ((DroppedRule, DroppedRule?)[])[(DroppedRule.None, rule), (rule, rule)])
        : Rules.Select(static rule => (rule, (DroppedRule?)null));

    /// <summary>How schedules are made.</summary>
    internal ScheduleOptions Schedule { get; init; } = new();

    /// <summary>Whether schedules are led to what the rule is for, once with it and once without.</summary>
    internal bool IsDirected { get; init; }

    /// <summary>Whether each call is printed.</summary>
    internal bool IsTraced => Schedule.Trace is not null;

    /// <summary>The options, or null if they are not right.</summary>
    internal static ModelOptions? Parse(string[] arguments)
    {
        ModelOptions? options = arguments.Length % 2 == 0 ? new ModelOptions() : null;
        for (int i = 0; options is not null && i < arguments.Length; i += 2)
        {
            options = options.With(arguments[i], arguments[i + 1]);
        }

        return options;
    }

    private ModelOptions? With(string option, string value)
    {
        int number = int.TryParse(value, CultureInfo.InvariantCulture, out int parsed) ? parsed : -1;
        return option switch
        {
            "--seed" when number >= 0 => this with { Seed = number },
            "--count" when number > 0 => this with { Count = number },
            "--jobs" when number > 0 => this with { Jobs = number },
            "--length" when number > 0 => this with { Schedule = Schedule with { Length = number } },
            "--store" when Enum.TryParse(value, ignoreCase: true, out ModelStore store) => this with { Schedule = Schedule with { Store = store } },
            "--trace" => this with { Schedule = Schedule with { Trace = Console.WriteLine } },
            "--directed" => this with { IsDirected = true, Rules = Scenarios.Rules },
            "--drop" when value == "all" => this with { Rules = [.. Enum.GetValues<DroppedRule>().Where(static rule => rule != DroppedRule.None)] },
            "--drop" when Enum.TryParse(value, ignoreCase: true, out DroppedRule rule) => this with { Rules = [rule] },
            _ => null,
        };
    }
}
