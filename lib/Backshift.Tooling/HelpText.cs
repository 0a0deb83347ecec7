using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace Backshift.Tooling;

/// <summary>The output of --help and --version.</summary>
internal static class HelpText
{
    internal const string Help = "--help";
    internal const string VersionName = "--version";
    private const int Column = 28;

    /// <summary>Gives the command our own --help and --version instead of the library's, which answer to /h and -? too.</summary>
    internal static void AddTo(RootCommand root)
    {
        for (int i = root.Options.Count - 1; i >= 0; i--)
        {
            if (root.Options[i] is HelpOption or VersionOption)
            {
                root.Options.RemoveAt(i);
            }
        }

        root.Options.Add(new Option<bool>(Help) { Description = "print this help" });
        root.Options.Add(new Option<bool>(VersionName) { Description = "print the version" });
    }

    internal static string Version(string program) => $"{program} {Tool.Version} (backshift)\n";

    internal static string Of(string program, RootCommand root)
    {
        StringBuilder text = new();
        text.Append("usage: ").Append(program).Append(" [option ...]");
        foreach (Argument argument in root.Arguments)
        {
            string dots = argument.Arity.MaximumNumberOfValues > 1 ? " ..." : "";
            text.Append(argument.Arity.MinimumNumberOfValues > 0 ? $" {argument.Name}{dots}" : $" [{argument.Name}{dots}]");
        }

        text.Append('\n').Append(root.Description).Append('\n');
        if (root.Arguments.Count > 0)
        {
            text.Append("\nArguments:\n");
        }

        foreach (Argument argument in root.Arguments)
        {
            AppendRow(text, argument.Name, argument.Description);
        }

        text.Append("\nOptions:\n");
        foreach (Option option in root.Options)
        {
            if (!option.Hidden)
            {
                AppendRow(text, Spelling(option), option.Description);
            }
        }

        return text.ToString();
    }

    private static string Spelling(Option option)
    {
        string shorts = string.Concat(option.Aliases.Where(static alias => alias.Length == 2).Select(static alias => alias + ", "));
        string longs = string.Concat(option.Aliases.Where(static alias => alias.Length > 2).Select(static alias => ", " + alias));
        string name = $"<{option.HelpName ?? "value"}>";
        bool flag = option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;
        return shorts + option.Name + longs + (flag ? "" : option.Arity.MinimumNumberOfValues == 0 ? $"[={name}]" : $" {name}");
    }

    /// <summary>A line a row, however long: build/completion reads them too.</summary>
    private static void AppendRow(StringBuilder text, string left, string? right) =>
        text.Append("  ").Append(left.PadRight(Column - 4)).Append("  ").Append(right).Append('\n');
}
