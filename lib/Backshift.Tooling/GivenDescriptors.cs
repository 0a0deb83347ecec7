using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>
/// Standard input, output and error have to be there. Where one is closed, its number goes to the next file that is opened: records would be read from the
/// runtime's own files, and what is said would be written into the repository.
/// </summary>
internal static class GivenDescriptors
{
    private static readonly string[] Names = [Tool.InputName, Tool.OutputName, "standard error"];

    /// <summary>Says which descriptor is missing, where anything can be said; null if none is.</summary>
    internal static ExitCode? Refuse(string program)
    {
        int missing = Array.FindIndex([0, 1, 2], static fd => !Descriptors.WasGiven(fd));
        if (missing < 0)
        {
            return null;
        }

        if (Descriptors.WasGiven(2))
        {
            new Diagnostics(program, new DescriptorStream(2, Names[2])).Write($"{Names[missing]} is closed", "redirect it to /dev/null if it is not needed");
        }

        return ExitCode.Usage;
    }
}
