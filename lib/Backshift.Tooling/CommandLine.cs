using System.CommandLine;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>
/// Reads the command line as getopt_long(3) does, and rewrites it so that System.CommandLine cannot misread it. Left alone, that library
/// reads @x as a file of arguments, [x] as a directive, /h as a request for help, the program's own name as nothing, and --nope as an operand.
/// </summary>
internal static class CommandLine
{
    /// <summary>Brings options into the form --name or --name=value, each as often as it may be given, and operands after "--".</summary>
    /// <exception cref="BackshiftException">Called wrongly.</exception>
    internal static ParseResult Parse(RootCommand root, IReadOnlyList<string> args)
    {
        root.Directives.Clear();
        List<GivenOption> options = [];
        List<string> operands = [];
        for (int i = 0; i < args.Count; i++)
        {
            string argument = args[i];
            if (argument == "--")
            {
                operands.AddRange(args.Skip(i + 1));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                operands.Add(argument);
            }
            else if (argument[1] == '-')
            {
                ReadLong(root, argument, args, ref i, options);
            }
            else
            {
                ReadShort(root, argument, args, ref i, options);
            }
        }

        // The program's name comes first because the library drops a first argument that equals it.
        List<string> strict = [root.Name];
        for (int i = 0; i < options.Count; i++)
        {
            // If an option that takes one value is repeated, the last one counts.
            (Option option, string? value) = options[i];
            if ((IsFlag(option) || option.Arity.MaximumNumberOfValues == 1) && options.FindIndex(i + 1, later => later.Option == option) >= 0)
            {
                continue;
            }

            strict.AddRange(value is null ? [option.Name] : value.Length == 0 ? [option.Name, value] : [$"{option.Name}={value}"]);
        }

        if (WantsAnswer(options))
        {
            return root.Parse(strict, Strict());
        }

        CountOperands(root, operands);
        strict.Add("--");
        strict.AddRange(operands);
        ParseResult result = root.Parse(strict, Strict());
        return result.Errors.Count == 0 ? result : throw Wrong(Lower(result.Errors[0].Message));
    }

    private static ParserConfiguration Strict() => new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    private static bool WantsAnswer(List<GivenOption> options) => options.Exists(given => given.Option.Name is HelpText.Help or HelpText.VersionName);

    private static void ReadLong(RootCommand root, string argument, IReadOnlyList<string> args, ref int i, List<GivenOption> options)
    {
        int equals = argument.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? argument : argument[..equals];
        Option option = Find(root, name);
        string? value = equals < 0 ? null : argument[(equals + 1)..];
        if (IsFlag(option) && value is not null)
        {
            throw Wrong($"{name} takes no value");
        }

        if (value is null && NeedsValue(option))
        {
            value = Next(name, args, ref i);
        }

        options.Add(new GivenOption(option, value));
        if (option is CommandArgument)
        {
            options.AddRange(args.Skip(i + 1).Select(rest => new GivenOption(option, rest)));
            i = args.Count;
        }
    }

    private static void ReadShort(RootCommand root, string argument, IReadOnlyList<string> args, ref int i, List<GivenOption> options)
    {
        for (int at = 1; at < argument.Length; at++)
        {
            string name = $"-{argument[at]}";
            Option option = Find(root, name);
            if (IsFlag(option))
            {
                options.Add(new GivenOption(option, null));
                continue;
            }

            string? value = at + 1 < argument.Length ? argument[(at + 1)..] : NeedsValue(option) ? Next(name, args, ref i) : null;
            options.Add(new GivenOption(option, value));
            return;
        }
    }

    private static string Next(string name, IReadOnlyList<string> args, ref int i) =>
        ++i < args.Count ? args[i] : throw Wrong($"{name} needs a value");

    private static Option Find(RootCommand root, string name)
    {
        foreach (Option option in root.Options)
        {
            if (option.Name == name || option.Aliases.Contains(name))
            {
                return option;
            }
        }

        throw Wrong($"no such option: {ArgumentText.Display(name)}");
    }

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0;

    private static bool NeedsValue(Option option) => !IsFlag(option) && option.Arity.MinimumNumberOfValues > 0;

    private static void CountOperands(RootCommand root, List<string> operands)
    {
        long most = root.Arguments.Sum(static argument => (long)argument.Arity.MaximumNumberOfValues);
        if (operands.Count > most)
        {
            throw Wrong($"too many operands: {ArgumentText.Display(operands[(int)most])}");
        }

        int least = 0;
        foreach (Argument argument in root.Arguments)
        {
            least += argument.Arity.MinimumNumberOfValues;
            if (operands.Count < least)
            {
                throw Wrong($"missing operand: {argument.Name}");
            }
        }
    }

    private static BackshiftException Wrong(string message) => new(ExitCode.Usage, message);

    /// <summary>The library's sentence in the form of our messages: lower case, no full stop.</summary>
    private static string Lower(string sentence) =>
        sentence.Length == 0 ? sentence : char.ToLowerInvariant(sentence[0]) + sentence[1..].TrimEnd('.');
}
