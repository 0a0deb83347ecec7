using Backshift.Scale;
using Backshift.Scale.Making;
using Backshift.Scale.Measuring;

// Makes a repository of many chunks without their data, and measures what grows with them; docs/scale.md has the figures.
if (ScaleOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine($"usage: Backshift.Scale run|make|measure folder [--chunks n] [--savesets n] [--hosts n] [--lookups n] [--merged n] [--bin folder] "
        + $"[--only {string.Join('|', Measurements.Names)}]");
    return 64;
}

switch (options.Deed)
{
    case Deed.Make:
        Generator.Make(options, Console.Error.WriteLine);
        return 0;
    case Deed.Measure when options.Only is { } name:
        Measurements.Measure(name, options, Console.Out);
        return 0;
    case Deed.Measure:
        return Report.Write(options, Console.Out);
    default:
        return Report.Make(options) ? Report.Write(options, Console.Out) : 1;
}
