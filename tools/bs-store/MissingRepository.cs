using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;
using Backshift.Repository.Packs;

namespace Backshift.Tools.Store;

/// <summary>Creates a repository where there is none, for --init.</summary>
internal static class MissingRepository
{
    /// <exception cref="BackshiftException">It cannot be created there.</exception>
    internal static void Create(BytePath path, TimeProvider clock, Action<string> note)
    {
        if (Exists(path))
        {
            return;
        }

        try
        {
            RepositoryConfig config = NewRepository.Config(RepositoryConfig.DefaultAverage, CodecChoice.Default.ToString(), clock);
            RepositoryDirectory.Create(path, config, note: note).Dispose();
        }
        catch (BackshiftException e) when (e.Code == ExitCode.CannotCreate && Exists(path))
        {
            // Another writer has created it in the meantime, and that is what was asked for.
        }
    }

    private static bool Exists(BytePath path) => FileStatus.TryGet(path.Join(RepositoryLayout.ConfigurationName), out _) == 0;
}
