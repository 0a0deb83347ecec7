using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using MessagePack;

namespace Backshift.Repository.Intents;

/// <summary>
/// What a program announces before it relies on any pack: that it is at work, and which condemned lists it has read. A collector deletes no pack of a list
/// while a program is at work that has not read it; see backshift-repository(5), "Collection".
/// </summary>
public sealed record Intent
{
    /// <summary>Limit on the lists that one intent names: what a small object holds. A repository has a handful.</summary>
    internal const int HonoursLimit = 100_000;

    // Names of machines, and what identifies them.
    private const int TextLimit = 1024;

    /// <summary>Who: drawn anew by each program.</summary>
    public ObjectName Id { get; init; }

    /// <summary>How often it was renewed, from 1.</summary>
    public long Number { get; init; } = 1;

    /// <summary>What it is about to do.</summary>
    public IntentKind Kind { get; init; }

    /// <summary>When, by the clock of its machine: only to be shown.</summary>
    public UnixTime Made { get; init; }

    /// <summary>When the first one of this program was published, by the clock of the store; null in that one itself.</summary>
    public UnixTime? Since { get; init; }

    /// <summary>The host's name, only to be shown.</summary>
    public string Host { get; init; } = "";

    /// <summary>The number of the process there, only to be shown.</summary>
    public long Process { get; init; }

    /// <summary>What identifies the machine that knows whether it is held, see <see cref="Posix.Machine.Identity"/>; null if that is not known.</summary>
    public string? Machine { get; init; }

    /// <summary>What identifies the time since it was started, see <see cref="Posix.Machine.Boot"/>; null if that is not known.</summary>
    public string? Boot { get; init; }

    /// <summary>The condemned lists that it has read: it does not rely on their packs.</summary>
    public IReadOnlyList<ObjectName> Honours { get; init; } = [];

    /// <summary>How the kind is written.</summary>
    private static readonly string[] Words = ["save", "read", "collect"];

    /// <summary>An intent of this process.</summary>
    /// <param name="kind">What it is about to do.</param>
    /// <param name="clock">The clock of this machine.</param>
    /// <param name="store">Where it will be held: by the system of another machine, perhaps, and then that knows whether this process has ended.</param>
    internal static Intent OfThisProcess(IntentKind kind, TimeProvider clock, IObjectStore store) => new()
    {
        Id = ObjectName.Random(),
        Kind = kind,
        Made = UnixTime.Now(clock),
        Host = Posix.Machine.HostName(),
        Process = Environment.ProcessId,
        Machine = store.Machine,
        Boot = store.Boot,
    };

    /// <summary>What to call it in messages.</summary>
    public override string ToString() => $"{Words[(int)Kind]} by process {Process} on {Escaping.Display(System.Text.Encoding.UTF8.GetBytes(Host))}";

    /// <summary>Reads an intent.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="path">Its path.</param>
    /// <param name="published">When it was published, by the clock of the store.</param>
    /// <returns>Null if it is gone.</returns>
    /// <exception cref="BackshiftException">It is damaged.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal static Intent? TryRead(RepositoryDirectory repository, ObjectPath path, out UnixTime published)
    {
        string what = $"intent {repository.Root.Join(path.Path)}";
        published = default;
        using (IStoredObject? stored = repository.Store.TryOpen(path, ObjectEnd.Head, [], out _))
        {
            if (stored is null)
            {
                return null;
            }

            published = stored.Received;
        }

        if (SmallObject.TryRead(repository.Store, path, what, out ObjectHeader header) is not { } body)
        {
            return null;
        }

        Intent intent = Parse(body, what) with { Id = header.Name };
        return IntentPath.TryParse(path.Path.Name, out ObjectName id, out long number) && intent.Id == id && (number == 0 || intent.Number == number)
            ? intent : throw new BackshiftException(ExitCode.DataError, $"{what}: is that of another program or number");
    }

    /// <summary>Reads the body of an intent.</summary>
    /// <param name="body">The map.</param>
    /// <param name="what">What to call it in messages.</param>
    /// <exception cref="BackshiftException">A value is not one that it can have.</exception>
    internal static Intent Parse(ReadOnlyMemory<byte> body, string what)
    {
        Intent intent = new();
        bool hasKind = false;
        try
        {
            MessagePackReader reader = new(body[..EncodedMap.Measure(body)]);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("number"u8)) { intent = intent with { Number = RecordText.ReadCount(ref reader, long.MaxValue, "number") }; }
                else if (map.Is("kind"u8)) { intent = intent with { Kind = ReadKind(ref reader, out hasKind) }; }
                else if (map.Is("made"u8)) { intent = intent with { Made = RecordTime.Read(ref reader, "made") }; }
                else if (map.Is("since"u8)) { intent = intent with { Since = RecordTime.Read(ref reader, "since") }; }
                else if (map.Is("host"u8)) { intent = intent with { Host = RecordText.ReadString(ref reader, TextLimit, "host") }; }
                else if (map.Is("process"u8)) { intent = intent with { Process = RecordText.ReadCount(ref reader, long.MaxValue, "process") }; }
                else if (map.Is("machine"u8)) { intent = intent with { Machine = RecordText.ReadString(ref reader, TextLimit, "machine") }; }
                else if (map.Is("boot"u8)) { intent = intent with { Boot = RecordText.ReadString(ref reader, TextLimit, "boot") }; }
                else if (map.Is("honours"u8)) { intent = intent with { Honours = NameArray.Read(ref reader, HonoursLimit, "honours") }; }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: a value is of the wrong type or out of its bounds", cause: e);
        }

        return hasKind && intent.Number > 0 ? intent : throw new BackshiftException(ExitCode.DataError, $"{what}: has no kind");
    }

    /// <summary>The bytes of the object.</summary>
    internal byte[] Encode()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Number(ref writer, "number"u8, Number);
            map.Text(ref writer, "kind"u8, Words[(int)Kind]);
            map.Time(ref writer, "made"u8, Made);
            map.Time(ref writer, "since"u8, Since);
            map.Text(ref writer, "host"u8, Host);
            map.Number(ref writer, "process"u8, Process);
            map.Text(ref writer, "machine"u8, Machine);
            map.Text(ref writer, "boot"u8, Boot);
            if (map.Key(ref writer, "honours"u8, Honours.Count > 0))
            {
                NameArray.Write(ref writer, Honours);
            }
        }

        writer.Flush();
        return SmallObject.Encode(new ObjectHeader(ObjectType.Intent, 0, Id), body.WrittenSpan);
    }

    /// <summary>A kind that is not known here counts as a save, which is given most room.</summary>
    private static IntentKind ReadKind(ref MessagePackReader reader, out bool hasKind)
    {
        hasKind = true;
        return Array.IndexOf(Words, RecordText.ReadString(ref reader, TextLimit, "kind")) is >= 0 and int known ? (IntentKind)known : IntentKind.Save;
    }
}
