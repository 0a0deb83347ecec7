using Backshift.Objects;
using Backshift.Records;
using MessagePack;

namespace Backshift.Remote.Messages;

/// <summary>Why a request was not done; see backshift-object(5), "Trouble".</summary>
/// <param name="Kind">The word for it.</param>
/// <param name="Text">The subject, and what has happened.</param>
internal sealed record Trouble(string Kind, string Text)
{
    internal const string Refused = "refused";
    internal const string Broken = "broken";
    internal const string Damaged = "damaged";
    internal const string Missing = "missing";
    internal const string Occupied = "occupied";
    internal const string Elsewhere = "elsewhere";
    internal const string Usage = "usage";
    private const string GoneKind = "gone";

    /// <summary>The same without the subject.</summary>
    internal string? Reason { get; init; }

    /// <summary>What to do about it.</summary>
    internal string? Hint { get; init; }

    /// <summary>The exit status of a program that can do nothing about it.</summary>
    internal ExitCode Status { get; init; } = ExitCode.InputOutput;

    /// <summary>What went wrong in a server.</summary>
    internal static Trouble Of(BackshiftException e) =>
        new(
            e is StoreException { Trouble: StoreTrouble.Refused } ? Refused
            : e is StoreException ? Broken
            : e.Code switch
            {
                ExitCode.DataError => Damaged,
                ExitCode.NoInput => Missing,
                ExitCode.CannotCreate => Occupied,
                ExitCode.Usage => Usage,
                ExitCode.NotPermitted => Refused,
                _ => Elsewhere,
            },
            RecordText.Cut(e.Message, MessageLimits.Text))
        {
            Reason = e is StoreException store ? RecordText.Cut(store.Reason, MessageLimits.Text) : null,
            Hint = e.Hint is { } hint ? RecordText.Cut(hint, MessageLimits.Text) : null,
            Status = e.Code,
        };

    /// <summary>The same for a store that a server cannot reach any more.</summary>
    internal static Trouble Of(StoreGoneException e) => new(GoneKind, RecordText.Cut(e.Message, MessageLimits.Text))
    {
        Hint = e.Hint is { } hint ? RecordText.Cut(hint, MessageLimits.Text) : null,
    };

    /// <summary>What a client makes of it if the store is gone; null if it is not.</summary>
    internal StoreGoneException? Gone => Kind == GoneKind ? new StoreGoneException(Text, Hint) : null;

    /// <summary>What a client makes of any other.</summary>
    internal BackshiftException ToException() => Kind switch
    {
        Refused => Store(StoreTrouble.Refused),
        Damaged => new BackshiftException(ExitCode.DataError, Text, Hint),
        Missing => new BackshiftException(ExitCode.NoInput, Text, Hint),
        Occupied => new BackshiftException(ExitCode.CannotCreate, Text, Hint),
        Elsewhere => new BackshiftException(ExitCode.InputOutput, Text, Hint),
        _ => Store(StoreTrouble.Broken),
    };

    /// <summary>Whether the trouble is with one thing that was asked for, and not with the message: then it has a text.</summary>
    internal bool IsWhole => Text.Length > 0;

    /// <summary>Itself, or with a text if it has none.</summary>
    internal Trouble OrUnnamed() => IsWhole ? this : this with { Text = "the server has not done it, and does not say why" };

    internal void Count(ref MapWriter map, ref MessagePackWriter writer)
    {
        map.Text(ref writer, "trouble"u8, Kind);
        map.Text(ref writer, "text"u8, Text);
        map.Text(ref writer, "reason"u8, Reason);
        map.Text(ref writer, "hint"u8, Hint);
        map.Number(ref writer, "status"u8, (long)Status);
    }

    /// <summary>Takes a key of a map, if it is one of trouble.</summary>
    /// <param name="map">Positioned at the key.</param>
    /// <param name="reader">Positioned at the value; behind it if it was taken.</param>
    /// <param name="trouble">What there is so far; null for nothing.</param>
    internal static bool TryTake(scoped ref MapReader map, scoped ref MessagePackReader reader, ref Trouble? trouble)
    {
        Trouble known = trouble ?? new Trouble(Broken, "");
        if (map.Is("trouble"u8)) { trouble = known with { Kind = RecordText.ReadString(ref reader, MessageLimits.Word, "trouble") }; }
        else if (map.Is("text"u8)) { trouble = known with { Text = ReadText(ref reader, "text") }; }
        else if (map.Is("reason"u8)) { trouble = known with { Reason = ReadText(ref reader, "reason") }; }
        else if (map.Is("hint"u8)) { trouble = known with { Hint = ReadText(ref reader, "hint") }; }
        else if (map.Is("status"u8)) { trouble = known with { Status = StatusOf(RecordText.ReadCount(ref reader, byte.MaxValue, "status")) }; }
        else
        {
            return false;
        }

        return true;
    }

    // A server has no say in what counts as success, nor in what is a bug here.
    private static ExitCode StatusOf(long status) => (ExitCode)status switch
    {
        ExitCode.Usage or ExitCode.DataError or ExitCode.NoInput or ExitCode.CannotCreate or ExitCode.Busy or ExitCode.NotPermitted => (ExitCode)status,
        _ => ExitCode.InputOutput,
    };

    // It may go to a terminal.
    private static string ReadText(ref MessagePackReader reader, string what) =>
        Posix.Escaping.Display(RecordText.ReadSpan(ref reader, MessageLimits.Text, what));

    private StoreException Store(StoreTrouble trouble) => new(trouble, Status, Text, Reason ?? Text, hint: Hint);
}
