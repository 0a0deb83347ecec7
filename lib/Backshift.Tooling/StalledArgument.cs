using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --stalled of the programs that read files.</summary>
public static class StalledArgument
{
    private const int Default = 60;

    /// <summary>The option.</summary>
    public static Option<int> Option()
    {
        Option<int> option = CountArgument.Option("--stalled", null, $"say when a read takes longer than so many seconds; 0: never, else {Default}", Default);
        option.HelpName = "seconds";
        return option;
    }
}
