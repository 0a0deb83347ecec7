using System.CommandLine;

namespace Backshift.Tooling;

/// <summary>The option --hide-access of programs that read what files hold.</summary>
public static class HideAccessArgument
{
    public static Option<bool> AddTo(RootCommand root)
    {
        Option<bool> option = new("--hide-access")
        {
            Description = "read whole packs of an encrypted repository, so that the storage does not see which parts of them are needed "
                + $"(default: if ${ProcessKeys.HideAccess} is set)",
        };
        root.Options.Add(option);
        return option;
    }

    /// <summary>Has the repository opened as the command line says.</summary>
    public static void Apply(Option<bool> option, ParseResult options, ProcessKeys keys) => keys.HidesAccess |= options.GetValue(option);
}
