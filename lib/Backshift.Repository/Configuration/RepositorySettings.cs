using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Repository.Configuration;

/// <summary>What may change after a repository was made; see backshift-repository(5), "Settings".</summary>
/// <param name="Number">Which settings are newer, from 1.</param>
/// <param name="Codec">What writers compress with, in place of the configuration's choice; null to leave that.</param>
/// <param name="RequiredOfAll">A word that this program does not know and that every program must; null if there is none.</param>
/// <param name="RequiredOfWriters">A word that this program does not know and that writers must; null if there is none.</param>
public sealed record RepositorySettings(long Number, string? Codec, string? RequiredOfAll, string? RequiredOfWriters)
{
    /// <summary>Whether they ask writers for intents.</summary>
    public bool AsksForIntents { get; init; }

    /// <summary>Parity that writers add to packs, in place of the configuration's choice; null to leave that.</summary>
    public int? Parity { get; init; }

    // An object that is listed can be gone when it is opened, since newer ones replace it.
    private const int Listings = 10;

    /// <summary>Reads the newest settings in a store, or null if there are none.</summary>
    /// <exception cref="BackshiftException">Some cannot be read: what they require is not known, so nothing may be done.</exception>
    internal static RepositorySettings? Read(IObjectStore store)
    {
        return Read(store, out _);
    }

    /// <param name="store">The store.</param>
    /// <param name="all">All settings.</param>
    private static RepositorySettings? Read(IObjectStore store, out List<RepositorySettings> all)
    {
        for (int i = 0; ; i++)
        {
            if (TryReadAll(store, out RepositorySettings? newest, out all))
            {
                return newest;
            }

            if (i == Listings)
            {
                throw new BackshiftException(ExitCode.DataError,
                    $"{store.Location.Join(ObjectPath.FolderOf(ObjectType.Settings))}: settings are listed that are not there");
            }
        }
    }

    /// <summary>
    /// Has writers that do not announce themselves stop writing, if that was not done before: a collector does so before it deletes anything.
    /// </summary>
    /// <exception cref="BackshiftException">A program that may be such a writer is at work.</exception>
    /// <exception cref="StoreException">They cannot be published.</exception>
    internal static void AskForIntents(IObjectStore store, TimeProvider clock)
    {
        if (Read(store) is { AsksForIntents: true })
        {
            return;
        }

        Change(store, clock, static settings => settings with { AsksForIntents = true });

        // Programs of before hold this lock, shared, while they write; those that come now have read the settings.
        using IDisposable? alone = store.TryLease(LeaseKind.Alone);
        if (alone is null)
        {
            throw new BackshiftException(ExitCode.Busy, $"{store.Location}: a program of an earlier version is writing to it",
                "try again when it has finished");
        }
    }

    /// <summary>Chooses the parity that writers add to packs from now on.</summary>
    /// <param name="repository">The repository, to which this program may write.</param>
    /// <param name="percent">Its size in percent of the packs, up to 100; 0 for none.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="StoreException">They cannot be published.</exception>
    public static void ChooseParity(RepositoryDirectory repository, int percent, TimeProvider clock) =>
        Change(repository.Store, clock, settings => settings with { Parity = percent });

    /// <summary>Publishes settings like the newest but for a change. What is required of writers stays required, also if other programs change them
    /// meanwhile.</summary>
    private static void Change(IObjectStore store, TimeProvider clock, Func<RepositorySettings, RepositorySettings> change)
    {
        RepositorySettings? newest = Read(store, out List<RepositorySettings> all);
        while (true)
        {
            // What they require is known to this program, or it would not have come here; and it knows no other word.
            RepositorySettings next = change(new RepositorySettings((newest?.Number ?? 0) + 1, newest?.Codec, null, null)
            {
                AsksForIntents = all.Exists(static settings => settings.AsksForIntents),
                Parity = newest?.Parity,
            });
            ObjectName name = ObjectName.Random();
            if (!store.TryPublish(ObjectPath.Settings(name), next.Encode(name, clock)))
            {
                throw StoreException.NameTwice($"settings {name}");
            }

            newest = Read(store, out all);
            if (all.Count(settings => settings.Number >= next.Number) < 2)
            {
                return;
            }
        }
    }

    private byte[] Encode(ObjectName name, TimeProvider clock)
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Number(ref writer, "number"u8, (long?)Number);
            map.Time(ref writer, "made"u8, UnixTime.Now(clock));
            map.Text(ref writer, "codec"u8, Codec);
            map.Number(ref writer, "parity"u8, (long?)Parity);
            if (map.Key(ref writer, "requires_write"u8, AsksForIntents))
            {
                writer.WriteArrayHeader(1);
                writer.Write(RequiredWords.Intents);
            }
        }

        writer.Flush();
        return SmallObject.Encode(new ObjectHeader(ObjectType.Settings, 0, name), body.WrittenSpan);
    }

    private static bool TryReadAll(IObjectStore store, out RepositorySettings? newest, out List<RepositorySettings> all)
    {
        newest = null;
        all = [];
        ObjectName newestName = default;

        // A listing may name one twice, as of a directory that is changed meanwhile; it must not pass for two that were made at once.
        foreach (ObjectPath path in store.List(ObjectType.Settings).Distinct())
        {
            string what = store.Location.Join(path.Path).ToString();
            if (SmallObject.TryRead(store, path, what, out ObjectHeader header) is not { } body)
            {
                return false;
            }

            if (header.Name != path.Name)
            {
                throw new BackshiftException(ExitCode.DataError, $"{what}: says that its name is {header.Name}");
            }

            RepositorySettings settings = Parse(body, what);
            all.Add(settings);
            if (newest is null || settings.Number > newest.Number || (settings.Number == newest.Number && path.Name.CompareTo(newestName) > 0))
            {
                (newest, newestName) = (settings, path.Name);
            }
        }

        return true;
    }

    /// <summary>Reads the body of settings.</summary>
    /// <param name="body">The map.</param>
    /// <param name="what">What to call them in messages.</param>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static RepositorySettings Parse(ReadOnlyMemory<byte> body, string what)
    {
        RepositorySettings settings = new(0, null, null, null);
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("number"u8)) { settings = settings with { Number = RecordText.ReadCount(ref reader, long.MaxValue, "number") }; }
                else if (map.Is("codec"u8)) { settings = settings with { Codec = RecordText.ReadString(ref reader, RequiredWords.WordLimit, "codec") }; }
                else if (map.Is("parity"u8)) { settings = settings with { Parity = RepositoryConfig.ReadParity(ref reader) }; }
                else if (map.Is("requires"u8)) { settings = settings with { RequiredOfAll = RequiredWords.ReadUnknown(ref reader, "requires") }; }
                else if (map.Is("requires_write"u8))
                {
                    string? unknown = RequiredWords.ReadUnknown(ref reader, RequiredWords.OfWriters, out bool intents);
                    settings = settings with { RequiredOfWriters = unknown, AsksForIntents = intents };
                }
                else if (map.Is("made"u8)) { _ = RecordTime.Read(ref reader, "made"); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: a value is of the wrong type or out of its bounds", cause: e);
        }

        return settings.Number > 0 ? settings : throw new BackshiftException(ExitCode.DataError, $"{what}: has no number");
    }
}
