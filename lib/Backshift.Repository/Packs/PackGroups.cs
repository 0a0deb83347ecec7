using Backshift.Objects;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>
/// The directories packs/XX. Another writer's pack can be visible before its name is durable: a writer that relies on it syncs the directory first, each
/// directory once. For packs that are there when this object is made.
/// </summary>
internal sealed class PackGroups
{
    private readonly RepositoryDirectory repository;
    private readonly HashSet<byte> synced = [];

    internal PackGroups(RepositoryDirectory repository) => this.repository = repository;

    /// <summary>Makes the name of a pack durable.</summary>
    /// <exception cref="StoreException">It cannot.</exception>
    internal void Sync(ObjectName pack)
    {
        byte group = (byte)(pack.High >> 56);
        if (synced.Contains(group))
        {
            return;
        }

        repository.Store.MakeDurable(ObjectPath.Pack(pack));
        synced.Add(group);
    }
}
