using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;

namespace Backshift.Testing.Model;

/// <summary>A user who sets a hold or ends it, as bs-tag does.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
internal sealed class Tagger(Schedule schedule, ModelProcess process)
{
    internal void Run()
    {
        using RepositoryDirectory directory = schedule.Open(process, DroppedRule.None);
        directory.PrepareForWriting();
        List<Saveset> savesets = SavesetCatalog.List(directory, static _ => { });
        if (savesets.Count == 0)
        {
            return;
        }

        Saveset saveset = savesets[process.Random.Next(savesets.Count)];
        SavedContent content = schedule.ContentOf(saveset);
        int renames = content.Renames;
        bool holds = process.Random.Next(2) == 0;
        content.IsHeld &= holds;
        try
        {
            Saveset after = new TagChange { Hold = holds }.Publish(directory, saveset, process.Clock, static _ => { });
            if (holds && !new Expiry(directory, process.Clock, static _ => { }).IsBeingExpired(saveset)
                && directory.Store.Exists(ObjectPath.Saveset(saveset.Place)) == true && content.Renames == renames && schedule.AreTagsListed)
            {
                schedule.Count("holds");
                content.IsHeld = true;
                content.IsExpired = false;
                content.IsDataExpired &= after.DataExpired is not null;
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            schedule.Count($"tags refused: {e.Code}");
        }
    }
}
