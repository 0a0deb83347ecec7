using Backshift.Objects;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Repository.Marking;

namespace Backshift.Testing.Model;

/// <summary>Takes packs that are needed out of condemned lists again, as the collector of an earlier design did.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
internal sealed class Pardoner(Schedule schedule, ModelProcess process)
{
    internal void Run()
    {
        using RepositoryDirectory directory = schedule.Open(process, DroppedRule.None);
        NeededChunks needed = Marker.MarkAll(directory, CondemnedPacks.None, static _ => { }, CancellationToken.None);
        foreach (ObjectName name in directory.ListCondemned())
        {
            if (CondemnedList.TryRead(directory, name) is not { } list)
            {
                continue;
            }

            ObjectName[] rest = [.. list.Packs.Where(pack => needed.Of(pack) is null)];
            if (rest.Length < list.Packs.Count)
            {
                new CondemnedList(list.Made, list.Reason, rest) { Savesets = list.Savesets }.Publish(directory);
                directory.Store.Delete(ObjectPath.CondemnedList(name));
            }
        }
    }
}
