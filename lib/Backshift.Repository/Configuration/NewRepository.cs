using System.Numerics;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Codecs;

namespace Backshift.Repository.Configuration;

/// <summary>What a new repository is made with.</summary>
public static class NewRepository
{
    /// <summary>The configuration where nothing is asked for.</summary>
    public static RepositoryConfig Usual(TimeProvider clock) => Config(RepositoryConfig.DefaultAverage, CodecChoice.Default.ToString(), parity: 0, clock);

    /// <summary>The configuration that the options ask for.</summary>
    /// <exception cref="BackshiftException">An option has a value it cannot have.</exception>
    public static RepositoryConfig Config(long average, string codec, int parity, TimeProvider clock)
    {
        if (!BitOperations.IsPow2(average))
        {
            throw new BackshiftException(ExitCode.Usage, $"average {average}: is not a power of two");
        }

        return new RepositoryConfig
        {
            Created = UnixTime.Now(clock),
            CutterAverage = (int)average,
            Codec = CodecChoice.Parse(codec),
            Parity = parity,

            // A block has room for the longest chunk.
            Block = Math.Max(RepositoryConfig.DefaultBlock, (int)average * 4),
        };
    }
}
