using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>Where commands are that a user names.</summary>
public static class CommandPath
{
    /// <summary>
    /// The command's file, as a shell finds it: past files that may not be run. The base library looks into the folder of our own image and the working
    /// directory before PATH.
    /// </summary>
    /// <param name="command">Its name, or a path.</param>
    /// <exception cref="BackshiftException">There is none that may be run.</exception>
    public static string Find(string command)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            return Path.GetFullPath(command);
        }

        string? refused = null;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            string file = Path.GetFullPath(Path.Combine(folder.Length == 0 ? "." : folder, command));
            if (File.Exists(file))
            {
                if (FileNames.MayExecute(BytePath.Of(file)))
                {
                    return file;
                }

                refused ??= file;
            }
        }

        throw refused is null
            ? new BackshiftException(ExitCode.NoInput, $"{ArgumentText.Display(command)}: no such command")
            : new BackshiftException(ExitCode.NotPermitted, $"{ArgumentText.Display(command)}: may not be run: {ArgumentText.Display(refused)}");
    }
}
