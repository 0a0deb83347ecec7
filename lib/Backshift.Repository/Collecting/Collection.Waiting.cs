using Backshift.Objects;
using Backshift.Posix;
using Backshift.Repository.Condemning;
using Backshift.Repository.Intents;
using Backshift.Repository.Savesets;

namespace Backshift.Repository.Collecting;

/// <summary>Programs and listings that a collection waits for.</summary>
public sealed partial class Collection
{
    /// <summary>
    /// After this time every program has been shown a list, or has an intent that is listed: one that was not shown the list began within the lag, and its
    /// intent is listed after another one.
    /// </summary>
    private TimeSpan Grace => options.Grace;

    private TimeSpan Lag => Grace / 2;

    /// <summary>Whether a program is at work that has not read a list.</summary>
    private bool IsBlocked(ListedPacks list, List<WriterState> writers)
    {
        if (writers.Find(writer => writer.Blocks(list.Name)) is not { } writer)
        {
            return false;
        }

        Wait(list.Packs.Count, $"{writer.What} to end");
        return true;
    }

    /// <summary>
    /// The lists whose packs may go, on a store whose listings lag. When all programs at work have read a list, those that had not have ended; but what they
    /// published may not be listed yet. So that moment is noted, by a list with the reason known, and savesets are listed again when it is as old as the lag.
    /// </summary>
    private List<ListedPacks> ReadyWhereListingsLag(List<ListedPacks> known, List<WriterState> writers)
    {
        List<ListedPacks> ready = [];
        UnixTime now = repository.Store.Now();
        foreach (ListedPacks list in known.Where(static list => list.Reason is not (CondemnedList.Known or CondemnedList.Deleted)).ToArray())
        {
            if (known.Find(other => other.Reason == CondemnedList.Known && other.Packs.ToHashSet().IsSupersetOf(list.Packs)) is { } note)
            {
                if (IsOlder(note, Lag, now, list.Packs.Count))
                {
                    ready.Add(list);
                }
            }
            else if (!IsBlocked(list, writers) && IsOlder(list, Grace, now, list.Packs.Count))
            {
                known.Add(NoteKnown(list));
            }
        }

        // They go after the lists of the same packs.
        ready.AddRange(known.Where(list => list.Reason == CondemnedList.Known && IsOlder(list, Lag, now, 0)));
        ready.AddRange(known.Where(list => list.Reason == CondemnedList.Deleted && IsOlder(list, Grace, now, 0)));
        return ready;
    }

    private bool IsOlder(ListedPacks list, TimeSpan time, UnixTime now, int waiting)
    {
        if (now.Seconds - list.Published.Seconds >= (long)time.TotalSeconds)
        {
            return true;
        }

        if (waiting > 0)
        {
            Wait(waiting, $"{time.TotalHours:0.##} hours to pass, since listings of this store may lag");
        }

        return false;
    }

    /// <summary>Notes that all programs at work have read a list.</summary>
    private ListedPacks NoteKnown(ListedPacks list)
    {
        CondemnedList note = new(UnixTime.Now(clock), CondemnedList.Known, list.Packs);
        Wait(list.Packs.Count, $"{Lag.TotalHours:0.##} hours to pass, since listings of this store may lag");
        return new ListedPacks(note.Publish(repository), repository.Store.Now(), note.Reason, note.Packs, note.Savesets);
    }

    /// <summary>Makes packs wait once more for the lag if something was copied out of them a moment ago.</summary>
    private void PutOff(List<ListedPacks> ready, HashSet<ObjectName> copied)
    {
        foreach (ListedPacks note in ready.Where(list => list.Reason == CondemnedList.Known && list.Packs.Any(copied.Contains)).ToArray())
        {
            NoteKnown(note);
            repository.Store.Delete(ObjectPath.CondemnedList(note.Name));
            ready.Remove(note);
        }
    }

    /// <summary>Whether listings show by now that a saveset was expired, and the packs that it names.</summary>
    private bool IsListedByNow(Saveset expired) =>
        !repository.Lag.IsPossible || repository.Store.Now().Seconds - expired.Received.Seconds >= (long)Grace.TotalSeconds;

    private void Wait(int packs, string what)
    {
        Counts.WaitingPacks += packs;
        Counts.WaitingFor = what;
    }
}
