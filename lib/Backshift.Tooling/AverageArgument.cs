using System.CommandLine;
using System.Numerics;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The option --average of the programs that cut files into chunks.</summary>
public sealed class AverageArgument
{
    private const string Name = "--average";
    private const long Least = 4 << 10;
    private const long Most = 1 << 20;

    // 0 stands for an option that is not given.
    private readonly Option<long> option = SizeArgument.Option(
        Name, "average chunk size, a power of two from 4K to 1M (default: the repository's, or 16K)", 0, Least, Most);

    private AverageArgument(RootCommand root) => root.Options.Add(option);

    public static AverageArgument AddTo(RootCommand root) => new(root);

    /// <summary>The size, or null if it is not given.</summary>
    /// <exception cref="BackshiftException">It is not a power of two.</exception>
    public int? Get(ParseResult options)
    {
        long average = options.GetValue(option);
        return average == 0 ? null
            : BitOperations.IsPow2(average) ? (int)average
            : throw new BackshiftException(ExitCode.Usage, $"{Name}: {average} is not a power of two");
    }

    /// <summary>The words that hand the option on to bs-chunk.</summary>
    public IEnumerable<string> Words(ParseResult options) => PassedOptions.Words(options, option);
}
