using System.Buffers;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Remote.Messages;

/// <summary>How a server begins.</summary>
internal sealed record ServerHello
{
    /// <summary>Why it cannot serve.</summary>
    internal Trouble? Trouble { get; init; }

    internal BytePath Location { get; init; }

    /// <summary>How many requests may be under way.</summary>
    internal int Window { get; init; }

    internal bool IsExclusive { get; init; }

    internal bool IsImmediate { get; init; }

    /// <summary>Whether requests may be ordered.</summary>
    internal bool IsOrdered { get; init; }

    /// <summary>The machine that knows what is held, and its boot.</summary>
    internal string? Machine { get; init; }

    internal string? Boot { get; init; }

    /// <summary>What is there, if that was asked.</summary>
    internal PlaceState? State { get; init; }

    internal IReadOnlyList<string> Notes { get; init; } = [];

    private static readonly string[] States = ["repository", "vacant", "occupied"];

    internal void WriteTo(IBufferWriter<byte> output)
    {
        MessagePackWriter writer = new(output);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            if (Trouble is not null)
            {
                Trouble.Count(ref map, ref writer);
                continue;
            }

            map.Text(ref writer, "hello"u8, ClientHello.Word);
            map.Number(ref writer, "version"u8, (long)MessageLimits.Version);
            map.Bytes(ref writer, "location"u8, Location.Span);
            map.Number(ref writer, "window"u8, (long)Window);
            map.Flag(ref writer, "exclusive"u8, IsExclusive);
            map.Flag(ref writer, "ordered"u8, IsOrdered);
            map.Flag(ref writer, "immediate"u8, IsImmediate);
            map.Text(ref writer, "machine"u8, Machine);
            map.Text(ref writer, "boot"u8, Boot);
            map.Text(ref writer, "state"u8, State is { } state ? States[(int)state] : null);
            map.Texts(ref writer, "notes"u8, Notes);
        }

        writer.Flush();
    }

    /// <exception cref="BackshiftException">It is none of this version.</exception>
    internal static ServerHello Parse(ReadOnlyMemory<byte> message)
    {
        ServerHello hello = new();
        Trouble? trouble = null;
        bool isHello = false;
        long version = 0;
        try
        {
            MessagePackReader reader = new(message);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("hello"u8)) { isHello = RecordText.ReadString(ref reader, MessageLimits.Word, "hello") == ClientHello.Word; }
                else if (map.Is("version"u8)) { version = RecordText.ReadCount(ref reader, long.MaxValue, "version"); }
                else if (map.Is("location"u8)) { hello = hello with { Location = ReadLocation(ref reader) }; }
                else if (map.Is("window"u8)) { hello = hello with { Window = (int)RecordText.ReadCount(ref reader, MessageLimits.Window, "window") }; }
                else if (map.Is("exclusive"u8)) { hello = hello with { IsExclusive = reader.ReadBoolean() }; }
                else if (map.Is("ordered"u8)) { hello = hello with { IsOrdered = reader.ReadBoolean() }; }
                else if (map.Is("immediate"u8)) { hello = hello with { IsImmediate = reader.ReadBoolean() }; }
                else if (map.Is("machine"u8)) { hello = hello with { Machine = RecordText.ReadString(ref reader, MessageLimits.Text, "machine") }; }
                else if (map.Is("boot"u8)) { hello = hello with { Boot = RecordText.ReadString(ref reader, MessageLimits.Text, "boot") }; }
                else if (map.Is("state"u8)) { hello = hello with { State = StateOf(RecordText.ReadString(ref reader, MessageLimits.Word, "state")) }; }
                else if (map.Is("notes"u8)) { hello = hello with { Notes = ReadNotes(ref reader) }; }
                else if (!Trouble.TryTake(ref map, ref reader, ref trouble)) { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw NoServer(e);
        }

        if (trouble is not null)
        {
            return hello with { Trouble = trouble };
        }

        return !isHello || hello.Window == 0 || hello.Location.IsEmpty ? throw NoServer(null)
            : version == MessageLimits.Version ? hello
            : throw new BackshiftException(
                ExitCode.DataError, $"the server speaks version {version} of backshift-object(5), and this is {MessageLimits.Version}");
    }

    private static BytePath ReadLocation(ref MessagePackReader reader) => new(RecordText.ReadBytes(ref reader, MessageLimits.Text, "location"));

    internal static BackshiftException NoServer(Exception? cause) => new(ExitCode.DataError, "what the other side sends is not the answer of a server",
        "does a file that the shell reads at login print something? is bs-serve what is started?", cause);

    private static PlaceState StateOf(string word) => Array.IndexOf(States, word) is >= 0 and int known ? (PlaceState)known : PlaceState.Occupied;

    private static List<string> ReadNotes(ref MessagePackReader reader)
    {
        List<string> notes = [];
        for (int left = reader.ReadArrayHeader(); left > 0; left--)
        {
            string note = Escaping.Display(RecordText.ReadSpan(ref reader, MessageLimits.Text, "note"));
            if (notes.Count < MessageLimits.Notes)
            {
                notes.Add(note);
            }
        }

        return notes;
    }
}
