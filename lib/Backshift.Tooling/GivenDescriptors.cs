using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>
/// Standard input, output and error have to be open. If one is closed, its number goes to the next file that is opened: records would be read from the
/// runtime's own files, and messages would be written into the repository.
/// </summary>
internal static class GivenDescriptors
{
    private static readonly string[] Names = [Tool.InputName, Tool.OutputName, "standard error"];

    /// <summary>Reports a closed descriptor on standard error, if that is open; null if none is closed.</summary>
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
