using Backshift.Objects;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Packs;

/// <summary>
/// The directories packs/XX. Another writer's pack can be seen before the name is durable: who relies on it makes it so, each directory once.
/// For packs that are all there when the object is made.
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
