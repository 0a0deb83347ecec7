using Backshift.Objects;
using Backshift.Repository.Configuration;

namespace Backshift.Testing.Model;

/// <summary>Takes packs out of condemned lists again, so that writers rely on them; an earlier design did so with packs that were needed.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
internal sealed class Pardoner(Schedule schedule, ModelProcess process)
{
    internal void Run()
    {
        using RepositoryDirectory directory = schedule.Open(process, DroppedRule.None);
        foreach (ObjectName name in directory.ListCondemned())
        {
            directory.Store.Delete(ObjectPath.CondemnedList(name));
        }
    }
}
