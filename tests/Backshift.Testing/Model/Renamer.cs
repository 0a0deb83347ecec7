using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Renaming;
using Backshift.Repository.Savesets;

namespace Backshift.Testing.Model;

/// <summary>A user who gives a saveset another host or subset, as bs-rename does with each of a host.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
internal sealed class Renamer(Schedule schedule, ModelProcess process)
{
    private readonly Random random = process.Random;

    internal void Run()
    {
        using RepositoryDirectory directory = schedule.Open(process, DroppedRule.None);
        try
        {
            directory.PrepareForRelying();
        }
        catch (BackshiftException e) when (e.Code == ExitCode.Busy)
        {
            schedule.Count($"renames refused: {e.Code}");
            return;
        }

        Saveset[] savesets = [.. SavesetCatalog.List(directory, static _ => { }).Where(static saveset => !saveset.HasUnreadableTags)];
        if (savesets.Length == 0)
        {
            return;
        }

        Saveset saveset = savesets[random.Next(savesets.Length)];
        string host = $"host{random.Next(3)}";
        string? subset = random.Next(2) == 0 ? "home" : null;
        if (host == saveset.Host && subset == saveset.Subset)
        {
            return;
        }

        schedule.Use(saveset, content =>
        {
            // A hold that is set while its tags are copied may stay behind.
            bool wasHeld = content.IsHeld;
            content.IsHeld = false;
            int renames = ++content.Renames;
            try
            {
                new SavesetRenaming(directory, process.Clock, static _ => { }).Rename(saveset, host, subset);
                schedule.Count("savesets renamed");
                content.IsHeld = wasHeld && renames == content.Renames;
            }
            catch (BackshiftException e) when (e is not StoreException)
            {
                schedule.Count($"renames refused: {e.Code}");
            }
        });
    }
}
