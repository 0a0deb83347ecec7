using Backshift.Scale;
using Backshift.Scale.Counting;
using Backshift.Scale.Making;
using Backshift.Scale.Measuring;

// Makes a repository of many chunks without their data, and measures what grows with them; docs/scale.md has the figures.
if (ScaleOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine("usage: Backshift.Scale run|make|measure|requests folder [--chunks n] [--savesets n] [--hosts n] [--lookups n] [--merged n] "
        + "[--bin folder] "
        + $"[--real bytes] [--price-put p] [--price-get p] [--price-month p] [--price-egress p] [--log file] [--only {string.Join('|', Measurements.Names)}]");
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
    case Deed.Requests:
        if (!Directory.Exists(options.Repository) && !Report.Make(options))
        {
            return 1;
        }

        RequestReport.Write(options, Console.Out);
        return 0;
    default:
        return Report.Make(options) ? Report.Write(options, Console.Out) : 1;
}
