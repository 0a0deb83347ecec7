using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Intents;

/// <summary>
/// Who is at work in a repository, for a collector. Those who have provably ended, and those who were silent for longer than <see cref="Lease"/>, get a fence:
/// whatever they publish afterwards, they find it, and look again at all that they relied on. So a wrong judgement costs a save, and never data.
/// </summary>
/// <remarks>No two machines' clocks are compared: the age of an intent is by the clock of the store.</remarks>
internal static class WriterStates
{
    /// <summary>For how long somebody may be silent whom this machine cannot see.</summary>
    internal static readonly TimeSpan Lease = TimeSpan.FromHours(24);

    /// <summary>Looks at all intents and makes the fences that are due.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="own">Whom to leave out.</param>
    /// <param name="warn">Is told of an intent that cannot be read: whoever it is, he is given the time of the lease.</param>
    /// <exception cref="StoreException">Intents cannot be listed, or a fence cannot be made.</exception>
    internal static List<WriterState> Judge(RepositoryDirectory repository, ObjectName own, Action<BackshiftException> warn)
    {
        Dictionary<ObjectName, List<(long Number, ObjectPath Path)>> listed = [];
        HashSet<ObjectName> fenced = [];
        foreach (ObjectPath path in repository.Store.List(ObjectType.Intent))
        {
            if (!IntentPath.TryParse(path.Path.Name, out ObjectName id, out long number) || id == own || ListingLag.IsMark(path))
            {
                continue;
            }

            if (number == 0)
            {
                fenced.Add(id);
            }
            else if (listed.TryGetValue(id, out List<(long, ObjectPath)>? others))
            {
                others.Add((number, path));
            }
            else
            {
                listed.Add(id, [(number, path)]);
            }
        }

        List<WriterState> states = [];
        UnixTime? now = null;
        foreach ((ObjectName id, List<(long Number, ObjectPath Path)> intents) in listed)
        {
            WriterState state = Judge(repository, id, intents, () => now ??= repository.Store.Now(), warn);
            states.Add(state with { IsOver = fenced.Contains(id) || (state.IsOver && Fence(repository, state)) });
        }

        states.AddRange(fenced.Except(listed.Keys).Select(static id => new WriterState(id, "", IntentKind.Save, true, default, new HashSet<ObjectName>(), [])));
        return states;
    }

    private static WriterState Judge(RepositoryDirectory repository, ObjectName id, List<(long Number, ObjectPath Path)> intents, Func<UnixTime> now,
        Action<BackshiftException> warn)
    {
        HashSet<ObjectName> honours = [];
        IntentKind kind = IntentKind.Read;
        bool lives = false;
        UnixTime? since = null;
        string what = $"the program of intent {id}";
        foreach ((long _, ObjectPath path) in intents)
        {
            UnixTime published = default;
            try
            {
                if (Intent.TryRead(repository, path, out published) is not { } intent)
                {
                    // It was renewed or ended since the listing: look at it in the next run.
                    lives = true;
                    continue;
                }

                honours.UnionWith(intent.Honours);
                UnixTime began = intent.Since ?? published;
                since = since is { } known && known.CompareTo(began) < 0 ? known : began;
                what = intent.ToString();
                kind = intent.Kind == IntentKind.Read ? kind : intent.Kind;
                lives |= Lives(repository, intent, path) ?? IsYoung(published, now());
            }
            catch (BackshiftException e)
            {
                // It may be that of a save.
                kind = IntentKind.Save;
                bool isYoung = published == default || IsYoung(published, now());
                lives |= isYoung;
                warn(new BackshiftException(ExitCode.DataError, e.Message, isYoung ? "it is waited for as long as a writer may be silent" : null, e));
            }
        }

        return new WriterState(id, what, kind, !lives, since ?? default, honours, [.. intents.Select(static one => one.Path)]);
    }

    /// <summary>Whether a program runs; null if the machine of the store cannot tell.</summary>
    private static bool? Lives(RepositoryDirectory repository, Intent intent, ObjectPath path)
    {
        string? boot = repository.Store.Boot;
        if (intent.Boot is null || boot is null)
        {
            return null;
        }

        if (intent.Boot == boot)
        {
            // Where another machine has the disk, a lock that is free tells nothing: it may have been taken by another way to the same files.
            bool? isHeld = repository.Store.IsHeld(path);
            return isHeld == true || !repository.Lag.IsPossible ? isHeld : null;
        }

        // Of this machine, before it was started again.
        return intent.Machine is not null && intent.Machine == repository.Store.Machine ? false : null;
    }

    private static bool IsYoung(UnixTime published, UnixTime now) => now.Seconds - published.Seconds < (long)Lease.TotalSeconds;

    /// <summary>Makes the fence of somebody who may still publish a saveset.</summary>
    private static bool Fence(RepositoryDirectory repository, WriterState state)
    {
        if (state.Kind != IntentKind.Read)
        {
            // Another collector may have made it in this moment.
            repository.Store.TryPublish(ObjectPath.Fence(state.Id), FenceOf(state.Id));
        }

        return true;
    }

    private static byte[] FenceOf(ObjectName id) => new Intent { Id = id, Kind = IntentKind.Save, Host = "fence" }.Encode();

    /// <summary>
    /// Deletes the intents of those who are over, then the fences that nobody can be looking for any more: those of whom there is no intent, since a lease. Who
    /// renews an intent that was deleted notices that.
    /// </summary>
    /// <returns>How many objects were deleted.</returns>
    /// <exception cref="StoreException">It failed.</exception>
    internal static int Clean(RepositoryDirectory repository, IReadOnlyList<WriterState> states)
    {
        int deleted = 0;
        foreach (WriterState state in states.Where(static state => state.IsOver))
        {
            deleted += state.Intents.Count(repository.Store.Delete);
            if (state.Intents.Count == 0 && IsOld(repository, ObjectPath.Fence(state.Id)) && repository.Store.Delete(ObjectPath.Fence(state.Id)))
            {
                deleted++;
            }
        }

        return deleted;
    }

    private static bool IsOld(RepositoryDirectory repository, ObjectPath path)
    {
        using IStoredObject? fence = repository.Store.TryOpen(path, ObjectEnd.Head, [], out _);
        return fence is not null && !IsYoung(fence.Received, repository.Store.Now());
    }
}
