using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Chunks;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Expiring;

/// <summary>Tells whether the data of an expired saveset is still there.</summary>
internal static class ExpiredData
{
    /// <summary>Verifies that all packs that the saveset names are there, and that none of them is condemned.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="reader">Reads chunks of it; null for a program that cannot.</param>
    /// <param name="saveset">The saveset.</param>
    /// <exception cref="BackshiftException">One is gone or condemned, or they cannot be told.</exception>
    internal static void Verify(RepositoryDirectory repository, ChunkReader? reader, Saveset saveset)
    {
        if (saveset.Root is not null && saveset.Packs.Count == 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{saveset.Name}: does not name its packs, so whether its data is still there is not known");
        }

        // The lists come first: a pack that is condemned after they were read is still there when it is looked for.
        IReadOnlySet<ObjectName> condemned = CondemnedPacks.Read(repository, static trouble => throw trouble);
        foreach (ObjectName pack in PacksOf(repository, reader, saveset))
        {
            bool? isThere = repository.Store.Exists(ObjectPath.Pack(pack));
            if (isThere is null)
            {
                throw new BackshiftException(ExitCode.InputOutput, $"{saveset.Name}: whether pack {pack} is still there cannot be told now");
            }

            if (isThere == false || condemned.Contains(pack))
            {
                throw IsDeleted(saveset, $"pack {pack} is {(isThere == false ? "gone" : "condemned")}");
            }
        }
    }

    private static List<ObjectName> PacksOf(RepositoryDirectory repository, ChunkReader? reader, Saveset saveset)
    {
        try
        {
            return [.. NamedPacks.Of(repository, saveset, reader)];
        }
        catch (BackshiftException e) when (reader is not null && e.Code != ExitCode.InputOutput)
        {
            throw IsDeleted(saveset, $"the list of its packs cannot be read: {e.Message}");
        }
    }

    private static BackshiftException IsDeleted(Saveset saveset, string detail) =>
        new(ExitCode.NoInput, $"{saveset.Name}: its data is being deleted: {detail}", "it cannot be brought back");
}
