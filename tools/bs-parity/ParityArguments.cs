using System.CommandLine;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Parity;

/// <summary>The options of bs-parity.</summary>
internal sealed class ParityArguments
{
    // What a repository gets that was made without parity.
    private const int UsualShare = 5;

    private readonly Option<double?> share = PercentArgument.Option(
        "--share", $"size of the parity, in percent of the packs (default: as the repository has it, or {UsualShare}%)", defaultValue: null, isWhole: true);

    private readonly Option<bool> renew = new("--renew")
    {
        Description = "read the parity that is there too, and replace what is damaged or smaller than the share",
    };

    private readonly Option<bool> keep = new("--keep")
    {
        Description = "record the share in the repository: later saves write parity for their packs by themselves",
    };

    private readonly Option<bool> json = new("--json") { Description = "write the counts as a JSON object" };

    private ParityArguments()
    {
    }

    internal static ParityArguments AddTo(RootCommand root)
    {
        ParityArguments arguments = new();
        foreach (Option option in (Option[])[arguments.share, arguments.renew, arguments.keep, arguments.json])
        {
            root.Options.Add(option);
        }

        return arguments;
    }

    /// <exception cref="BackshiftException">No parity is asked for, and not for later saves either.</exception>
    internal ParityOptions Read(ParseResult options, int ofRepository)
    {
        ParityOptions asked = new()
        {
            Share = (int?)options.GetValue(share) ?? (ofRepository > 0 ? ofRepository : UsualShare),
            Renew = options.GetValue(renew),
            Keep = options.GetValue(keep),
            Json = options.GetValue(json),
        };
        return asked is { Share: 0, Keep: false } ? throw new BackshiftException(ExitCode.Usage, "--share 0% needs --keep") : asked;
    }
}
