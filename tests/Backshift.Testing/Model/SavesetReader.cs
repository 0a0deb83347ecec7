using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Savesets;

namespace Backshift.Testing.Model;

/// <summary>Somebody who reads a saveset while others save, expire and collect.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
internal sealed class SavesetReader(Schedule schedule, ModelProcess process)
{
    internal void Run()
    {
        using RepositoryReader reader = RepositoryReader.Open(schedule.Open(process, DroppedRule.None), static _ => { });
        List<Saveset> savesets = reader.Savesets();
        if (savesets.Count == 0)
        {
            return;
        }

        Saveset saveset = savesets[process.Random.Next(savesets.Count)];
        IReadOnlyDictionary<string, Digest[]>? expected = schedule.Find(saveset)?.Files;
        try
        {
            if (SavedContents.Compare(reader, saveset, expected) is { } difference)
            {
                schedule.Fault($"{process} read {difference}");
            }
        }
        catch (BackshiftException e) when (!process.HasFailed)
        {
            if (schedule.IsGood(saveset, process))
            {
                schedule.Fault($"{process} could not read {saveset.Name}, which is good: {e.Message}");
            }
        }
    }
}
