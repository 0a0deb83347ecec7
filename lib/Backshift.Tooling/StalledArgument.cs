using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --stalled of the programs that read files.</summary>
public static class StalledArgument
{
    private const int Default = 60;

    /// <summary>The option.</summary>
    public static Option<int> Option()
    {
        Option<int> option = CountArgument.Option(
            "--stalled", null, $"seconds after which a hanging read is reported; 0 for never (default: {Default})", Default);
        option.HelpName = "seconds";
        return option;
    }
}
