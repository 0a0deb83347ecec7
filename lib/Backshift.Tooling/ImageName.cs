using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>Selects the program of the image: by the name of the link through which it was called, or by the first argument, "backshift bs-walk".</summary>
public static class ImageName
{
    private const string Image = "backshift";

    /// <summary>Runs the selected program; without one, lists them all.</summary>
    /// <param name="programs">Every program of the image, by name.</param>
    /// <param name="args">The arguments of Main.</param>
    public static Task<int> RunAsync(IReadOnlyDictionary<string, Func<string[], Task<int>>> programs, string[] args)
    {
        (string? name, string[] rest) = Choose(programs.ContainsKey, CalledAs(), args);
        if (GivenDescriptors.Refuse(name ?? Image) is { } status)
        {
            return Task.FromResult((int)status);
        }

        if (name is not null)
        {
            return programs[name](rest);
        }

        string list = string.Concat(programs.Keys.Order(StringComparer.Ordinal).Select(static program => $"  {program}\n"));
        switch (args.FirstOrDefault())
        {
            case HelpText.Help:
                return Answer($"usage: {Image} program [argument ...]\none image that holds all programs of Backshift; each is also a link to it:\n{list}");
            case HelpText.VersionName:
                return Answer(HelpText.Version(Image));
        }

        string wrong = args.Length == 0 ? "no program given" : $"no such program: {ArgumentText.Display(args[0])}";
        new Diagnostics(Image, new DescriptorStream(2, "standard error")).Write($"{wrong}; the programs are\n{list.TrimEnd()}", $"{Image} bs-walk --help");
        return Task.FromResult((int)ExitCode.Usage);
    }

    /// <summary>The program's name and its arguments; null where there is none.</summary>
    internal static (string? Name, string[] Arguments) Choose(Func<string, bool> known, string calledAs, string[] args)
    {
        string last = calledAs[(calledAs.LastIndexOf('/') + 1)..];
        return known(last) ? (last, args) : args.Length > 0 && known(args[0]) ? (args[0], args[1..]) : (null, args);
    }

    // Where the bytes are not known, the runtime knows the name too, but only of the image itself.
    private static string CalledAs() => Machine.Arguments() is [byte[] first, ..] ? Encoding.UTF8.GetString(first) : Environment.GetCommandLineArgs()[0];

    private static Task<int> Answer(string text)
    {
        int errno = Descriptors.WriteAll(1, Encoding.UTF8.GetBytes(text));
        return Task.FromResult((int)(errno switch { 0 => ExitCode.Done, Errno.EPIPE => ExitCode.ReaderGone, _ => ExitCode.InputOutput }));
    }
}
