using Backshift.Repository.Collecting;

namespace Backshift.Testing.Model;

/// <summary>
/// Schedules that lead to what a rule prevents: where it is dropped, each loses a saveset, and otherwise none does. For rules that schedules by chance miss
/// seldom or never, since others mostly stand in.
/// </summary>
public static class Scenarios
{
    private static readonly CollectOptions Everything = new() { MaxUnused = 0, Everything = true };
    private static readonly CollectOptions ByLists = Everything with { ByLists = true };
    private static readonly TimeSpan LongerThanLease = TimeSpan.FromHours(25);
    private static readonly TimeSpan Lag = TimeSpan.FromHours(10);
    private static readonly TimeSpan LongerThanLag = TimeSpan.FromHours(13);

    /// <summary>The rules that have one.</summary>
    public static IReadOnlyList<DroppedRule> Rules { get; } =
    [
        DroppedRule.Hold, DroppedRule.NeverPardon, DroppedRule.PacksAgain, DroppedRule.ListsAgain, DroppedRule.ListsBeforePacks, DroppedRule.RenewalLook,
        DroppedRule.Roster, DroppedRule.UndoLook, DroppedRule.Grace, DroppedRule.SecondGrace, DroppedRule.EarlierIntents,
        DroppedRule.NamesAgain, DroppedRule.MovedRecord, DroppedRule.ListsAfterRecord, DroppedRule.KnownNames, DroppedRule.FenceAge,
        DroppedRule.LagMark, DroppedRule.NewMark,
    ];

    internal static ModelTraits TraitsOf(DroppedRule rule) => rule switch
    {
        DroppedRule.Roster => new ModelTraits { Omits = true, OmitsAll = true },
        DroppedRule.Grace or DroppedRule.EarlierIntents => new ModelTraits { Lag = Lag.Ticks, LagsFully = true },

        DroppedRule.LagMark or DroppedRule.NewMark => new ModelTraits { Lag = Lag.Ticks, LagsFully = true, HasNearPath = true },

        // One listing shows the list that notes the moment, and another one does not show an older saveset; or a fence, and not an older intent.
        DroppedRule.SecondGrace or DroppedRule.FenceAge => new ModelTraits { Lag = Lag.Ticks },
        _ => new ModelTraits(),
    };

    internal static void Play(DroppedRule rule, Direction direction)
    {
        switch (rule)
        {
            case DroppedRule.None:
                PlayByLists(direction);
                break;
            case DroppedRule.Hold:
                PlayHold(direction);
                break;
            case DroppedRule.NeverPardon:
                PlayNeverPardon(direction);
                break;
            case DroppedRule.PacksAgain:
                PlayPacksAgain(direction);
                break;
            case DroppedRule.ListsAgain:
                PlayListsAgain(direction);
                break;
            case DroppedRule.ListsBeforePacks:
                PlayListsBeforePacks(direction);
                break;
            case DroppedRule.RenewalLook:
                PlayRenewalLook(direction);
                break;
            case DroppedRule.Roster:
                PlayRoster(direction);
                break;
            case DroppedRule.UndoLook:
                PlayUndoLook(direction);
                break;
            case DroppedRule.Grace:
                PlayGrace(direction);
                break;
            case DroppedRule.SecondGrace:
                PlaySecondGrace(direction);
                break;
            case DroppedRule.EarlierIntents:
                PlayEarlierIntents(direction);
                break;
            case DroppedRule.NamesAgain:
                PlayNamesAgain(direction);
                break;
            case DroppedRule.MovedRecord:
                PlayMoved(direction, "delete packs/");
                break;
            case DroppedRule.ListsAfterRecord:
                PlayMoved(direction, "publish moved/");
                break;
            case DroppedRule.KnownNames:
                PlayKnownNames(direction);
                break;
            case DroppedRule.FenceAge:
                PlayFenceAge(direction);
                break;
            case DroppedRule.LagMark:
                PlayTwoPaths(direction, TimeSpan.FromDays(3));
                break;
            case DroppedRule.NewMark:
                PlayTwoPaths(direction, TimeSpan.Zero);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule, "has no scenario");
        }
    }

    /// <summary>
    /// A save takes a file from its base before it reads the condemned lists. Meanwhile the base is expired and its pack condemned; so the writer honours that
    /// list, and is not waited for.
    /// </summary>
    private static void PlayHold(Direction direction)
    {
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(direction.Save("host1", ("a", 0)));
        ModelProcess saver = direction.Save(
            new SavePlan { Host = "host0", Files = [("c", 0)], LeansOnBase = true, LooksFirst = true });
        direction.Until(saver, "open backshift", times: 2);
        direction.Expire("host0");
        direction.End(direction.Collect(Everything));
        direction.Until(saver, "publish savesets/");
        direction.End(direction.Collect(Everything));
        direction.End(saver);
    }

    /// <summary>A collector sleeps when it has decided what it deletes. The pack is pardoned, so a save relies on it.</summary>
    private static void PlayNeverPardon(Direction direction)
    {
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(direction.Save("host1", ("a", 0)));
        direction.Expire("host0");
        ModelProcess collector = direction.Collect(Everything);

        // The run that lists the packs as gone: whoever reads that does not rely on them either.
        direction.Until(collector, "publish index/");
        if (direction.Drops(DroppedRule.NeverPardon))
        {
            direction.Pardon();
        }

        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(collector);
    }

    /// <summary>
    /// A chunk lies in two packs. One collector has found that it has the first, and is about to condemn the second, when it falls asleep for a day. Another
    /// one, for which the second has the chunk, condemns and deletes the first.
    /// </summary>
    private static void PlayPacksAgain(Direction direction)
    {
        ModelProcess sleeper = FindTheFirstOfTwo(direction);
        direction.End(CondemnTheFirst(direction));
        direction.End(sleeper);
    }

    /// <summary>The same, but the second collector falls asleep too, before it deletes the first pack.</summary>
    private static void PlayListsAgain(Direction direction)
    {
        ModelProcess sleeper = FindTheFirstOfTwo(direction);
        ModelProcess other = CondemnTheFirst(direction);
        direction.Until(other, "delete packs/");
        other.IsSaidDead = true;
        direction.End(sleeper);
        direction.End(other);
    }

    private static ModelProcess FindTheFirstOfTwo(Direction direction)
    {
        ModelProcess second = direction.Save("host1", ("e", 0), ("list", 0));
        direction.Until(second, "publish packs/");
        direction.End(direction.Save("host0", ("c", 0), ("e", 0)));
        direction.End(second);
        ModelProcess collector = direction.Collect(Everything);
        direction.Until(collector, "publish packs/");
        collector.IsSaidDead = true;
        return collector;
    }

    private static ModelProcess CondemnTheFirst(Direction direction)
    {
        direction.Expire("host0");
        return direction.Collect(Everything with { MaxUnused = 0.3 });
    }

    /// <summary>A writer is taken for dead. While it looks whether all is there that it has relied on, the last of it is deleted, and then the list.</summary>
    private static void PlayListsBeforePacks(Direction direction)
    {
        ModelProcess saver = RelyOnWhatIsExpired(direction, "publish savesets/");
        ModelProcess collector = direction.Collect(Everything);
        direction.Until(collector, "delete packs/");
        direction.Until(saver, "list Condemned");
        direction.End(collector);
        direction.End(saver);
    }

    /// <summary>A writer sleeps for so long that it is taken for dead, and that its fence is deleted, too. Then it goes on, and renews its intent.</summary>
    private static void PlayRenewalLook(Direction direction)
    {
        ModelProcess saver = RelyOnWhatIsExpired(direction, "now");
        direction.End(direction.Collect(Everything));
        direction.Pass(LongerThanLease);
        direction.End(direction.Collect(Everything));
        direction.End(saver);
    }

    /// <summary>A save relies on a pack that nothing else needs any more, and falls asleep before the given call.</summary>
    private static ModelProcess RelyOnWhatIsExpired(Direction direction, string call)
    {
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(direction.Save("host1", ("a", 0)));
        ModelProcess saver = direction.Save(new SavePlan { Host = "host0", Files = [("c", 0), ("e", 0)], IsPaced = true });
        direction.Until(saver, call, call == "now" ? 2 : 1);
        direction.Expire("host0");
        saver.IsSaidDead = true;
        return saver;
    }

    /// <summary>A saveset is brought back. It was found to have all its data, which is deleted before it is published.</summary>
    private static void PlayUndoLook(Direction direction)
    {
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(direction.Save("host1", ("a", 0)));
        direction.Expire("host0");
        ModelProcess expirer = direction.Undo();
        direction.Until(expirer, "publish savesets/");
        expirer.IsSaidDead = true;
        direction.End(direction.Collect(Everything));
        direction.End(expirer);
    }

    /// <summary>Listings lag: a writer is not shown the list, and the collector not the intent of the writer.</summary>
    private static void PlayGrace(Direction direction)
    {
        SaveTwoHosts(direction);
        direction.Expire("host0");
        direction.End(direction.Collect(Everything));
        direction.Pass(Lag / 2);
        ModelProcess saver = BeginPaced(direction);
        direction.Pass(0.6 * Lag);
        direction.End(direction.Collect(Everything));
        direction.End(saver);
    }

    /// <summary>Listings lag: a writer ends just before all are found to have read the list, and its saveset is not shown yet.</summary>
    private static void PlaySecondGrace(Direction direction)
    {
        ModelProcess saver = RelyOnWhatListingsShow(direction);
        direction.End(direction.Collect(Everything));
        direction.Pass(LongerThanLease);
        direction.End(saver);
        for (int i = 0; i < 8; i++)
        {
            direction.End(direction.Collect(Everything));
        }
    }

    /// <summary>Listings lag: a writer renews its intent, and a collector is not shown the new one yet.</summary>
    private static void PlayEarlierIntents(Direction direction)
    {
        ModelProcess saver = RelyOnWhatListingsShow(direction);
        direction.End(direction.Collect(Everything));
        direction.Pass(2 * Lag);
        direction.Until(saver, "now", times: 2);
        direction.Pass(Lag / 2);
        direction.End(direction.Collect(Everything));
        direction.Pass(LongerThanLag);
        direction.End(direction.Collect(Everything));
        direction.End(saver);
    }

    /// <summary>
    /// A save by the network begins when a collector on the machine of the disk has found that every program at work has read its list, and is about to delete:
    /// the list is not shown to the save, which relies on what goes.
    /// </summary>
    /// <param name="direction">Leads it.</param>
    /// <param name="known">For how long it was known before that there are such saves; zero if this is the first one.</param>
    private static void PlayTwoPaths(Direction direction, TimeSpan known)
    {
        direction.IsNear = true;
        SaveTwoHosts(direction);
        direction.IsNear = false;
        if (known > TimeSpan.Zero)
        {
            direction.End(direction.Save("host2", ("a", 3)));
            direction.Pass(known);
        }

        direction.IsNear = true;
        direction.Expire("host0");
        ModelProcess collector = direction.Collect(Everything);
        direction.Until(collector, "delete packs/");
        direction.IsNear = false;
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(collector);
    }

    /// <summary>
    /// Listings lag: a writer renews its intent after a day. A collector that is not shown the new one takes it for dead and makes its fence; others are shown
    /// the fence, and no intent. The packs go, and the writer, which has an intent, ends.
    /// </summary>
    private static void PlayFenceAge(Direction direction)
    {
        ModelProcess saver = RelyOnWhatListingsShow(direction);
        direction.End(direction.Collect(Everything));
        direction.Pass(LongerThanLease);
        direction.Until(saver, "now", times: 2);
        saver.IsSaidDead = true;
        for (int i = 0; i < 8; i++)
        {
            direction.End(direction.Collect(Everything));
        }

        direction.Pass(LongerThanLag);
        direction.End(direction.Collect(Everything));
        direction.End(saver);
    }

    /// <summary>A save relies on a pack that nothing else needs any more, and stops between its files.</summary>
    private static ModelProcess RelyOnWhatListingsShow(Direction direction)
    {
        SaveTwoHosts(direction);
        ModelProcess saver = BeginPaced(direction);
        direction.Expire("host0");
        return saver;
    }

    private static void SaveTwoHosts(Direction direction)
    {
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(direction.Save("host1", ("a", 0)));
        direction.Pass(2 * Lag);
    }

    private static ModelProcess BeginPaced(Direction direction)
    {
        ModelProcess saver = direction.Save(new SavePlan { Host = "host0", Files = [("c", 0), ("d", 0), ("e", 0)], IsPaced = true });
        direction.Until(saver, "now", times: 2);
        return saver;
    }

    /// <summary>A list of a collection that was interrupted names savesets that listings no longer show.</summary>
    private static void PlayRoster(Direction direction)
    {
        direction.End(direction.Save("host0", ("c", 0)));
        direction.End(direction.Save("host1", ("a", 0)));
        direction.End(direction.Save("host2", ("e", 0)));
        direction.Expire("host2");
        ModelProcess interrupted = direction.Collect(Everything);
        direction.Until(interrupted, "delete packs/");
        direction.Crash(interrupted);
        direction.End(direction.Collect(Everything));
    }

    /// <summary>Nothing is in danger: packs that no saveset names any more are deleted by lists, which by chance happens seldom.</summary>
    private static void PlayByLists(Direction direction)
    {
        SaveTwoHosts(direction);
        direction.End(direction.Save("host2", ("c", 0), ("e", 0)));
        direction.Expire("host0");
        direction.Expire("host1");
        direction.Pass(LongerThanLease);
        direction.End(direction.Collect(ByLists));
        direction.End(direction.Save("host1", ("a", 0)));
    }

    /// <summary>A save relies on a pack that no saveset names any more when a collector by lists chooses it, and ends before it is condemned.</summary>
    private static void PlayNamesAgain(Direction direction)
    {
        ModelProcess saver = RelyOnWhatListingsShow(direction);
        ModelProcess collector = direction.Collect(ByLists);
        direction.Until(collector, "publish condemned/");
        direction.End(saver);
        direction.End(collector);
    }

    /// <summary>
    /// A collector has copied what a saveset needs of a pack that it is about to delete, and falls asleep before the given call. No saveset names the pack with
    /// the copy, which another collector finds by lists, for which the first one is dead.
    /// </summary>
    private static void PlayMoved(Direction direction, string call)
    {
        ModelProcess sleeper = CollectHalfAPack(direction);
        direction.Until(sleeper, call);
        sleeper.IsSaidDead = true;
        direction.End(direction.Collect(ByLists));
        direction.End(sleeper);
    }

    /// <summary>The record of where a pack has moved is lost.</summary>
    private static void PlayKnownNames(Direction direction)
    {
        direction.End(CollectHalfAPack(direction));
        direction.LoseRecords();
        direction.End(direction.Collect(ByLists));
    }

    private static ModelProcess CollectHalfAPack(Direction direction)
    {
        direction.End(direction.Save("host0", ("c", 0), ("e", 0)));
        direction.End(direction.Save("host1", ("e", 0)));
        direction.Expire("host0");
        return direction.Collect(Everything);
    }
}
