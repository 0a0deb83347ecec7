using System.Buffers;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Remote.Messages;

/// <summary>What a client asks for; see backshift-object(5), "Requests". Which values there are depends on what it is.</summary>
internal sealed record Request
{
    internal Verb Verb { get; init; }

    /// <summary>Its number; no other that is under way has it.</summary>
    internal long Id { get; init; }

    internal BytePath Path { get; init; }

    /// <summary>Which object of a folder is opened, of which <see cref="Path"/> is the path; null where it is that of the object.</summary>
    internal long? Nth { get; init; }

    /// <summary>Which end of an object is read.</summary>
    internal ObjectEnd End { get; init; }

    /// <summary>The offset that is read from.</summary>
    internal long At { get; init; }

    /// <summary>How many bytes are read at most.</summary>
    internal int Most { get; init; }

    /// <summary>The version of which the client has what it asks for: then it need not be sent.</summary>
    internal byte[]? Known { get; init; }

    /// <summary>Where a listing goes on, as the server said.</summary>
    internal byte[]? After { get; init; }

    /// <summary>The number of a draft.</summary>
    internal long? Draft { get; init; }

    /// <summary>The number of a lease.</summary>
    internal long? Lease { get; init; }

    internal LeaseKind Kind { get; init; }

    /// <summary>Whether it is begun only when all that were sent before it have been done.</summary>
    internal bool IsOrdered { get; init; }

    /// <summary>What is written. Of a request that was read: valid until the next one is.</summary>
    internal ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>Whether a value had to be there that is not, or is not one that it can have: such a request is not done.</summary>
    internal string? Fault { get; private init; }

    private static readonly string[] Ends = ["head", "tail"];

    private static readonly string[] Leases = ["alone", "publishing", "tidying"];

    internal void WriteTo(IBufferWriter<byte> output)
    {
        MessagePackWriter writer = new(output);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Utf8(ref writer, "do"u8, Verbs.Word(Verb));
            map.Number(ref writer, "id"u8, Id);
            map.Number(ref writer, "draft"u8, Draft);
            map.Number(ref writer, "lease"u8, Lease);
            if (map.Key(ref writer, "path"u8, !Path.IsEmpty))
            {
                writer.Write(Path.Span);
            }

            map.Number(ref writer, "nth"u8, Nth);
            map.Text(ref writer, "end"u8, Verb == Verb.Open ? Ends[(int)End] : null);
            map.Text(ref writer, "kind"u8, Verb == Verb.Lease ? Leases[(int)Kind] : null);
            map.Number(ref writer, "at"u8, Verb is Verb.Read or Verb.Sums ? At : null);
            map.Number(ref writer, "most"u8, Verb is Verb.Open or Verb.Read or Verb.Sums ? Most : null);
            if (map.Key(ref writer, "known"u8, Known is not null))
            {
                writer.Write(Known);
            }

            if (map.Key(ref writer, "after"u8, After is not null))
            {
                writer.Write(After);
            }

            map.Flag(ref writer, "ordered"u8, IsOrdered);
            if (map.Key(ref writer, "data"u8, Data is not null))
            {
                writer.Write(Data.GetValueOrDefault().Span);
            }
        }

        writer.Flush();
    }

    /// <summary>Reads a request.</summary>
    /// <param name="message">One map; <see cref="Data"/> points into it.</param>
    /// <exception cref="BackshiftException">It is none, or has no number: it cannot be answered.</exception>
    internal static Request Parse(ReadOnlyMemory<byte> message)
    {
        Request request = new() { Id = -1 };
        string? fault = null;
        bool isFirst = true;
        try
        {
            MessagePackReader reader = new(message);
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (isFirst != map.Is("do"u8)) { throw MessageReader.Damaged("the first key is not \"do\""); }
                else if (isFirst) { request = request with { Verb = Verbs.Of(RecordText.ReadSpan(ref reader, MessageLimits.Word, "do")) }; }
                else if (map.Is("id"u8)) { request = request with { Id = RecordText.ReadCount(ref reader, long.MaxValue, "id") }; }
                else if (map.Is("draft"u8)) { request = request with { Draft = RecordText.ReadCount(ref reader, long.MaxValue, "draft") }; }
                else if (map.Is("lease"u8)) { request = request with { Lease = RecordText.ReadCount(ref reader, long.MaxValue, "lease") }; }
                else if (map.Is("path"u8)) { request = request with { Path = new BytePath(RecordText.ReadBytes(ref reader, MessageLimits.Path, "path")) }; }
                else if (map.Is("nth"u8)) { request = request with { Nth = RecordText.ReadCount(ref reader, long.MaxValue, "nth") }; }
                else if (map.Is("end"u8)) { request = request with { End = (ObjectEnd)Choose(ref reader, Ends, "end", ref fault) }; }
                else if (map.Is("kind"u8)) { request = request with { Kind = (LeaseKind)Choose(ref reader, Leases, "kind", ref fault) }; }
                else if (map.Is("at"u8)) { request = request with { At = RecordText.ReadCount(ref reader, long.MaxValue, "at") }; }
                else if (map.Is("most"u8)) { request = request with { Most = (int)RecordText.ReadCount(ref reader, MessageLimits.Data, "most") }; }
                else if (map.Is("known"u8)) { request = request with { Known = ReadVersion(ref reader) }; }
                else if (map.Is("after"u8)) { request = request with { After = RecordText.ReadBytes(ref reader, MessageLimits.After, "after") }; }
                else if (map.Is("ordered"u8)) { request = request with { IsOrdered = reader.ReadBoolean() }; }
                else if (map.Is("data"u8)) { request = request with { Data = ReadData(ref reader, message) }; }
                else { reader.Skip(); }

                isFirst = false;
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"a request is malformed: {MalformedValue.Fault(e)}", cause: e);
        }

        return request.Id < 0 ? throw new BackshiftException(ExitCode.DataError, "a request has no id") : request with { Fault = fault ?? request.Missing() };
    }

    /// <summary>Which version of an object is meant.</summary>
    internal static byte[] ReadVersion(ref MessagePackReader reader) => RecordText.ReadBytes(ref reader, IStoredObject.VersionLimit, "version");

    /// <summary>Where in a message its data is.</summary>
    internal static ReadOnlyMemory<byte> ReadData(ref MessagePackReader reader, ReadOnlyMemory<byte> message)
    {
        int length = (int)RecordText.ReadSequence(ref reader, MessageLimits.Data, "data").Length;
        return message.Slice((int)reader.Consumed - length, length);
    }

    private static int Choose(ref MessagePackReader reader, string[] words, string what, ref string? fault)
    {
        int chosen = Array.IndexOf(words, RecordText.ReadString(ref reader, MessageLimits.Word, what));
        fault = chosen < 0 ? $"{what} is not one of {string.Join(", ", words)}" : fault;
        return Math.Max(chosen, 0);
    }

    private string? Missing() => Verb switch
    {
        Verb.Open or Verb.Read or Verb.Sums or Verb.Exists or Verb.List when Path.IsEmpty => "it has no path",
        Verb.Delete or Verb.Durable or Verb.Release or Verb.Held when Path.IsEmpty => "it has no path",
        Verb.Put or Verb.Publish or Verb.Mend or Verb.Start or Verb.Hold when Path.IsEmpty => "it has no path",
        Verb.Start or Verb.Write or Verb.Publish or Verb.Mend or Verb.Drop when Draft is null => "it has no draft",
        Verb.Put or Verb.Write when Data is null => "it has no data",
        Verb.Sums when At % MessageLimits.SumUnit != 0 => $"at is no multiple of {MessageLimits.SumUnit}",
        Verb.Hold when Data is null == Draft is null => "it has both data and a draft, or neither",
        Verb.Return when Lease is null => "it has no lease",
        _ => null,
    };
}
