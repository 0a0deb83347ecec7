using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Savesets;
using Backshift.Repository.Trees;

namespace Backshift.Repository.Expiring;

/// <summary>Tells whether the data of an expired saveset is still there.</summary>
internal static class ExpiredData
{
    /// <summary>Verifies that all packs that the saveset names are there, and that none of them is condemned.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="reader">Reads the same repository.</param>
    /// <param name="saveset">The saveset.</param>
    /// <exception cref="BackshiftException">One is gone or condemned, or they cannot be told.</exception>
    internal static void Verify(RepositoryDirectory repository, RepositoryReader reader, Saveset saveset)
    {
        if (saveset.Root is not null && saveset.Packs.Count == 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{saveset.Name}: does not name its packs, so whether its data is still there is not known");
        }

        // The lists come first: a pack that is condemned after they were read is still there when it is looked for.
        IReadOnlySet<ObjectName> condemned = CondemnedPacks.Read(repository, static trouble => throw trouble);
        foreach (ObjectName pack in PacksOf(reader, saveset))
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

    private static IEnumerable<ObjectName> PacksOf(RepositoryReader reader, Saveset saveset)
    {
        for (int i = 0; i < saveset.Packs.Names.Length; i += ObjectName.Size)
        {
            yield return ObjectName.Read(saveset.Packs.Names.AsSpan(i));
        }

        if (saveset.Packs.List is not { } list)
        {
            yield break;
        }

        foreach (ContentPart part in TreeReader.AllParts(reader.Nodes, list))
        {
            byte[] names = NamesIn(reader, saveset, part);
            for (int i = 0; i < names.Length; i += ObjectName.Size)
            {
                yield return ObjectName.Read(names.AsSpan(i));
            }
        }
    }

    private static byte[] NamesIn(RepositoryReader reader, Saveset saveset, ContentPart part)
    {
        try
        {
            byte[] names = part.Digest is { } digest ? reader.Nodes.Read(digest).ToArray() : [];
            return names.Length == part.Size && names.Length % ObjectName.Size == 0 ? names
                : throw new BackshiftException(ExitCode.DataError, $"{saveset.Name}: the list of its packs is damaged");
        }
        catch (BackshiftException e) when (e.Code != ExitCode.InputOutput)
        {
            throw IsDeleted(saveset, $"the list of its packs cannot be read: {e.Message}");
        }
    }

    private static BackshiftException IsDeleted(Saveset saveset, string detail) =>
        new(ExitCode.NoInput, $"{saveset.Name}: its data is being deleted: {detail}", "it cannot be brought back");
}
