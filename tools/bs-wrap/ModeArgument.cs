using System.CommandLine;
using Backshift.Tooling;

namespace Backshift.Tools.Wrap;

/// <summary>The option --mode: permission bits in octal.</summary>
internal static class ModeArgument
{
    private const uint Default = 0x180; // 0600
    private const uint Largest = 0xFFF; // 07777

    internal static Option<uint> Option() => new("--mode")
    {
        Description = "permission bits, in octal (default: 600)",
        HelpName = "mode",
        DefaultValueFactory = static _ => Default,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            uint bits = Largest + 1;
            if (text.Length is 0 or > 5 || text.AsSpan().ContainsAnyExceptInRange('0', '7') || (bits = Convert.ToUInt32(text, 8)) > Largest)
            {
                result.AddError($"--mode: not an octal number up to 7777: {ArgumentText.Display(text)}");
            }

            return bits;
        },
    };
}
