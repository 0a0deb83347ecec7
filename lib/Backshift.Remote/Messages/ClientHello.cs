using System.Buffers;
using Backshift.Records;
using MessagePack;

namespace Backshift.Remote.Messages;

/// <summary>How a client begins.</summary>
/// <param name="Want">What it wants.</param>
/// <param name="IsShared">Of a place that is made: whether its group may use it.</param>
internal sealed record ClientHello(StoreWish Want, bool IsShared)
{
    internal const string Word = "backshift-object";

    private static readonly string[] Wishes = ["open", "make", "look"];

    internal void WriteTo(IBufferWriter<byte> output)
    {
        MessagePackWriter writer = new(output);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "hello"u8, Word);
            map.Number(ref writer, "version"u8, (long)MessageLimits.Version);
            map.Text(ref writer, "want"u8, Wishes[(int)Want]);
            map.Flag(ref writer, "shared"u8, IsShared);
        }

        writer.Flush();
    }

    internal static BackshiftException NoClient(Exception? cause) => new(ExitCode.DataError,
        "standard input does not begin as requests for objects do", "this program is started by the others: see bs-serve(1)", cause);

    /// <exception cref="BackshiftException">It is none of this version.</exception>
    internal static ClientHello Parse(ReadOnlyMemory<byte> message)
    {
        ClientHello hello = new(StoreWish.Open, IsShared: false);
        bool isHello = false;
        long version = 0;
        int wish = 0;
        try
        {
            MessagePackReader reader = new(message);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("hello"u8)) { isHello = RecordText.ReadString(ref reader, MessageLimits.Word, "hello") == Word; }
                else if (map.Is("version"u8)) { version = RecordText.ReadCount(ref reader, long.MaxValue, "version"); }
                else if (map.Is("want"u8)) { wish = Array.IndexOf(Wishes, RecordText.ReadString(ref reader, MessageLimits.Word, "want")); }
                else if (map.Is("shared"u8)) { hello = hello with { IsShared = reader.ReadBoolean() }; }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"a hello is malformed: {MalformedValue.Fault(e)}", cause: e);
        }

        if (!isHello || wish < 0)
        {
            throw NoClient(null);
        }

        return version == MessageLimits.Version ? hello with { Want = (StoreWish)wish }
            : throw new BackshiftException(
                ExitCode.DataError, $"the client speaks version {version} of backshift-object(5), and this is {MessageLimits.Version}");
    }
}
