using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Condemning;
using Backshift.Repository.Configuration;
using Backshift.Sealing;

namespace Backshift.Repository.Intents;

/// <summary>
/// The intent of this process: published before it looks at anything that it will rely on, renewed while it works, deleted at its end. Whoever publishes a
/// saveset verifies afterwards that nobody took it for dead meanwhile. For use by one thread.
/// </summary>
public sealed class OwnIntent : IDisposable
{
    /// <summary>The environment variable that tells the stages of bs-save of an intent that was left to them.</summary>
    public const string Variable = "BACKSHIFT_INTENT";

    /// <summary>After this time an intent is renewed: a small part of <see cref="WriterStates.Lease"/>.</summary>
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(10);

    // Where all of them stay until the end, there should be few.
    private static readonly TimeSpan RenewLaterAfter = TimeSpan.FromMinutes(50);

    private readonly RepositoryDirectory repository;
    private readonly TimeProvider clock;
    private Intent intent;
    private IDisposable holding;
    private long renewed;
    private long number = 1;
    private bool isLost;

    private readonly bool survivesExecute;

    // To be deleted at the end: those that could not be written, as far as is known, and where listings lag all earlier ones. There, what holds the first one.
    private readonly List<ObjectPath> earlier = [];
    private IDisposable? first;

    private OwnIntent(RepositoryDirectory repository, Intent intent, IDisposable holding, TimeProvider clock, bool survivesExecute)
    {
        this.repository = repository;
        this.survivesExecute = survivesExecute;
        this.intent = intent;
        this.holding = holding;
        this.clock = clock;
        renewed = clock.GetTimestamp();
    }

    /// <summary>Publishes the intent of this process. To be called before it reads condemned lists, the index or the base of a save.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="kind">What it is about to do.</param>
    /// <param name="clock">The clock of this machine; null for the repository's.</param>
    /// <param name="survivesExecute">Whether the program that takes the place of this process goes on holding it.</param>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    public static OwnIntent Announce(RepositoryDirectory repository, IntentKind kind, TimeProvider? clock = null, bool survivesExecute = false)
    {
        clock ??= repository.Clock;
        repository.Lag.Announce();
        Intent intent = Intent.OfThisProcess(kind, clock, repository.Store);
        return new OwnIntent(repository, intent, Publish(repository, intent, survivesExecute), clock, survivesExecute);
    }

    /// <summary>
    /// Publishes an intent for the pipeline that takes the place of this process, and leaves it to that: it lasts as long as any program of it runs. So nothing
    /// that a stage refers to goes before another one has it in its care, whatever is condemned meanwhile.
    /// </summary>
    /// <param name="root">The repository, as the stages will open it.</param>
    /// <param name="store">Its store, if it is open already. It stays open if the intent was left.</param>
    /// <param name="keys">Where the key of an encrypted repository comes from; null for nowhere.</param>
    /// <returns>The word by which <see cref="EndInherited"/> ends it; null where the repository cannot be written to, which the stages will say.</returns>
    public static string? Leave(BytePath root, IObjectStore? store, IKeySource? keys = null)
    {
        try
        {
            // Neither is closed: what comes after this process goes on holding the intent.
            RepositoryDirectory repository = store is null ? RepositoryDirectory.Open(root, keys) : RepositoryDirectory.Open(store, keys: keys);
            if (repository.Config.WriteRefusal is not null)
            {
                return null;
            }

            OwnIntent own = Announce(repository, IntentKind.Read, survivesExecute: true);
            List<ObjectName> lists = [];
            _ = CondemnedPacks.Read(repository, static _ => { }, lists);
            own.Honour(lists);
            return $"{own.intent.Id}~{own.intent.Number}";
        }
        catch (BackshiftException)
        {
            return null;
        }
    }

    /// <summary>Ends the intent that <see cref="Leave"/> made for the pipeline of this process. A collector would find out that it is over, too.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="word">What that returned, or anything else from the environment.</param>
    public static void EndInherited(RepositoryDirectory repository, ReadOnlySpan<byte> word)
    {
        if (!IntentPath.TryParse(word, out ObjectName id, out long number) || number == 0)
        {
            return;
        }

        // Where listings lag the first one was left, too.
        for (long i = Math.Max(1, number - 1); i <= number; i++)
        {
            repository.Store.Discard(ObjectPath.Intent(id, i));
        }
    }

    /// <summary>Who it is.</summary>
    internal ObjectName Id => intent.Id;

    /// <summary>Says that condemned lists were read: nothing in their packs is relied on from now on.</summary>
    /// <exception cref="StoreException">It cannot be written or made durable.</exception>
    internal void Honour(IReadOnlyList<ObjectName> lists)
    {
        if (lists.Count > 0)
        {
            Replace(intent with { Honours = [.. lists.Take(Intent.HonoursLimit)] });
        }
    }

    /// <summary>Renews it if it is time, so that machines that cannot see this process know that it lives.</summary>
    /// <exception cref="StoreException">It cannot be written or made durable; it is tried again later.</exception>
    internal void RenewIfDue()
    {
        TimeSpan since = clock.GetElapsedTime(renewed);
        if (since >= RenewAfter && (since >= RenewLaterAfter || !repository.Lag.IsPossible))
        {
            renewed = clock.GetTimestamp();
            Replace(intent);
        }
    }

    /// <summary>
    /// Whether somebody may have taken this process for dead, and not waited for it. To be asked after a saveset was published, and never to be answered from
    /// memory: a process that was stopped for days finds out here.
    /// </summary>
    internal bool MayBeFenced() => isLost || repository.Store.Exists([ObjectPath.Fence(intent.Id), Path(intent)]) is not [false, true];

    /// <summary>
    /// Verifies, for a process that was taken for dead, that all packs that it relied on are still there and none is condemned. Lists are read before packs are
    /// looked at: in the other order one could be condemned in between, and be deleted before its list is read.
    /// </summary>
    /// <param name="packs">The packs that what was just published needs.</param>
    /// <returns>A pack that is not to be relied on, or null.</returns>
    /// <exception cref="BackshiftException">Some condemned list cannot be read: what it names is not known.</exception>
    internal ObjectName? FindLost(IEnumerable<ObjectName> packs)
    {
        IReadOnlySet<ObjectName> condemned = CondemnedPacks.Read(repository, static e => throw e);
        foreach (ObjectName pack in packs)
        {
            if (condemned.Contains(pack) || repository.Store.Exists(ObjectPath.Pack(pack)) != true)
            {
                return pack;
            }
        }

        return null;
    }

    /// <summary>Ends it: nothing is relied on any more that a saveset does not name.</summary>
    public void Dispose()
    {
        foreach (ObjectPath path in (ObjectPath[])[.. earlier, Path(intent)])
        {
            repository.Store.Discard(path);
        }

        first?.Dispose();
        holding.Dispose();
    }

    private void Replace(Intent next)
    {
        // One that failed may be there all the same, so its number is not used again.
        next = next with { Number = ++number, Made = UnixTime.Now(clock), Since = intent.Since ?? Published() };
        earlier.Add(Path(next));
        IDisposable held = Publish(repository, next, survivesExecute);
        earlier.RemoveAt(earlier.Count - 1);

        // A collector that took this process for dead has made its fence and deleted its intent. It may delete the fence a day later, if its listing shows no
        // intent: so what it did is noticed now, and remembered. From now on there is an intent again, so it is looked at now, not before.
        isLost |= repository.Store.Exists(Path(intent)) != true || repository.Store.Exists(ObjectPath.Fence(intent.Id)) != false;
        if (!repository.Lag.IsPossible)
        {
            repository.Store.Delete(Path(intent));
            holding.Dispose();
        }
        else
        {
            // A listing that does not show the new one yet must show an old one, or this program would not be waited for.
            earlier.Add(Path(intent));
            if (first is null)
            {
                first = holding;
            }
            else
            {
                holding.Dispose();
            }
        }

        holding = held;
        intent = next;
    }

    private UnixTime? Published()
    {
        using IStoredObject? first = repository.Store.TryOpen(Path(intent), ObjectEnd.Head, [], out _);
        return first?.Received;
    }

    private static IDisposable Publish(RepositoryDirectory repository, Intent intent, bool survivesExecute) =>
        repository.Store.TryPublishHeld(Path(intent), intent.Encode(), survivesExecute)
            ?? throw StoreException.NameTwice($"intent {intent.Id}");

    private static ObjectPath Path(Intent intent) => ObjectPath.Intent(intent.Id, intent.Number);
}
