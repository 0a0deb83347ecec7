using Backshift.Objects;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;

namespace Backshift.Testing.Model;

/// <summary>A user who expires a saveset or its data, or brings it back: what bs-expire does with one that was chosen.</summary>
/// <param name="schedule">Where.</param>
/// <param name="process">Who.</param>
/// <param name="dropped">The rule that it does not follow.</param>
internal sealed class Expirer(Schedule schedule, ModelProcess process, DroppedRule dropped)
{
    private readonly Random random = process.Random;

    /// <summary>The host whose savesets are expired, all of them; null to draw a saveset.</summary>
    internal string? Host { get; init; }

    /// <summary>Whether an expired saveset is brought back.</summary>
    internal bool Undoes { get; init; }

    internal void Run()
    {
        using RepositoryReader reader = RepositoryReader.Open(schedule.Open(process, dropped), static _ => { });
        Expiry expiry = new(reader.Directory, process.Clock, static _ => { });
        reader.Directory.PrepareForWriting();
        try
        {
            if (Host is not null)
            {
                SavesetCatalog.ListOf(reader.Directory, Host, null, static _ => { }).ForEach(saveset => Expire(expiry, saveset, isOfData: false));
            }
            else if (Undoes)
            {
                Undo(reader, expiry);
            }
            else if (random.Next(3) == 0 && dropped is (DroppedRule.None or DroppedRule.UndoLook))
            {
                Undo(reader, expiry);
            }
            else
            {
                // Where a rule is dropped, as many as an expiry by rules takes, so that much becomes unneeded.
                for (int left = dropped == DroppedRule.None ? 1 : 4; left > 0; left--)
                {
                    Expire(reader, expiry);
                }
            }
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            schedule.Count($"expiries refused: {e.Code}");
        }
    }

    private void Expire(RepositoryReader reader, Expiry expiry)
    {
        List<Saveset> superseded = [];
        List<Saveset> savesets = SavesetCatalog.List(reader.Directory, static _ => { }, superseded);
        if (superseded.Count > 0 && random.Next(2) == 0)
        {
            expiry.DeleteSuperseded(superseded[random.Next(superseded.Count)]);
        }

        Saveset[] free = [.. savesets.Where(static saveset => !saveset.IsHeld)];
        if (free.Length == 0 || schedule.Good().Count() < 2)
        {
            return;
        }

        if (schedule.Chains)
        {
            foreach (Saveset old in free.OrderByDescending(static one => one.Started).Skip(random.Next(1, 4)))
            {
                Expire(expiry, old, isOfData: false);
            }

            return;
        }

        Saveset saveset = free[random.Next(free.Length)];
        Expire(expiry, saveset, isOfData: dropped == DroppedRule.None && random.Next(3) == 0);
    }

    private void Expire(Expiry expiry, Saveset saveset, bool isOfData) =>
        schedule.Use(saveset, content =>
        {
            bool wasExpired = content.IsExpired, wasDataExpired = content.IsDataExpired;
            content.IsExpired |= !isOfData && !content.IsHeld;
            content.IsDataExpired |= isOfData && !content.IsHeld;
            if (isOfData ? expiry.ExpireData(saveset) : expiry.Expire(saveset))
            {
                schedule.Count(isOfData ? "savesets whose data was expired" : "savesets expired");
            }
            else
            {
                schedule.Count("expiries that met a hold");
                content.IsExpired = wasExpired;
                content.IsDataExpired = wasDataExpired;
            }
        });

    private void Undo(RepositoryReader reader, Expiry expiry)
    {
        reader.Directory.PrepareForRelying();
        Saveset[] expired =
        [
            .. SavesetCatalog.ListExpired(reader.Directory, static _ => { }),
            .. SavesetCatalog.List(reader.Directory, static _ => { }).Where(static saveset => saveset.DataExpired is not null),
        ];
        if (expired.Length == 0)
        {
            return;
        }

        Saveset saveset = expired[random.Next(expired.Length)];
        bool isOfData = saveset.Place.ToString().StartsWith("savesets/", StringComparison.Ordinal);
        schedule.Use(saveset, content =>
        {
            content.WasUndone = true;
            expiry.Undo(saveset, reader);
            schedule.Count(isOfData ? "savesets whose data was brought back" : "savesets brought back");
            content.IsDataExpired &= !isOfData;
            content.IsExpired &= isOfData;
        });
    }
}
