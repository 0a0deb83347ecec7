using System.CommandLine;
using Backshift.Tooling;

namespace Backshift.Tools.Parity;

/// <summary>The options of bs-parity.</summary>
internal sealed class ParityArguments
{
    // What a repository gets that was made without parity.
    private const int UsualShare = 5;

    private readonly Option<int> share = ShareArgument.Option(
        "--share", $"damaged sectors of a hundred that are made good (default: as the repository has it, or {UsualShare}%)", 0);

    private readonly Option<bool> renew = new("--renew")
    {
        Description = "read the parity that is there too, and replace what is damaged or makes good less than the share",
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

    internal ParityOptions Read(ParseResult options, int ofRepository)
    {
        int given = options.GetValue(share);
        return new ParityOptions
        {
            Share = given > 0 ? given : ofRepository > 0 ? ofRepository : UsualShare,
            Renew = options.GetValue(renew),
            Keep = options.GetValue(keep),
            Json = options.GetValue(json),
        };
    }
}
