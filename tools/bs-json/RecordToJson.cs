using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Tools.Json;

/// <summary>Writes records as JSON objects, see bs-json(1), "MAPPING".</summary>
internal sealed class RecordToJson
{
    private readonly Utf8JsonWriter json;

    /// <param name="output">Where the objects go, without anything between them.</param>
    /// <param name="escape">Whether every character beyond ASCII is written as \uHHHH: some of them command a terminal.</param>
    internal RecordToJson(IBufferWriter<byte> output, bool escape = false) =>
        json = new Utf8JsonWriter(output,
            new JsonWriterOptions { Encoder = escape ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <param name="encoded">A record as a <see cref="RecordReader"/> gave it: measured, and of bounded depth.</param>
    /// <exception cref="BackshiftException">It has a key twice, or one that is no text.</exception>
    internal void Write(ReadOnlySequence<byte> encoded)
    {
        json.Reset();
        MessagePackReader reader = new(encoded);
        MapReader map = new(ref reader);
        json.WriteStartObject();
        while (map.TryNext(ref reader))
        {
            if (!Utf8.IsValid(map.Key))
            {
                throw new BackshiftException(ExitCode.DataError, $"damaged stream: the key \"{Escaping.Display(map.Key)}\" is not UTF-8");
            }

            WriteKey(map.Key);
            WriteValue(ref reader, KeyMeanings.Of(map.Key));
        }

        json.WriteEndObject();
        json.Flush();
    }

    private void WriteValue(ref MessagePackReader reader, KeyMeaning meaning)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                json.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            case MessagePackType.Integer:
                WriteInteger(ref reader);
                break;
            case MessagePackType.Float:
                WriteFloat(ref reader);
                break;
            case MessagePackType.String:
                WriteText(ref reader, meaning);
                break;
            case MessagePackType.Binary:
                WriteBytes(RecordText.ReadSpan(ref reader, StreamLimits.Record, "bytes"), meaning);
                break;
            case MessagePackType.Array:
                WriteArray(ref reader);
                break;
            case MessagePackType.Map when meaning == KeyMeaning.Attributes:
                WriteMap(ref reader, MessagePackType.Binary);
                break;
            case MessagePackType.Map:
                WriteMap(ref reader, MessagePackType.String);
                break;
            case MessagePackType.Extension:
                WriteExtension(ref reader, meaning);
                break;
            default:
                throw new BackshiftException(ExitCode.DataError, "damaged stream: a value is of no type");
        }
    }

    private void WriteInteger(ref MessagePackReader reader)
    {
        if (reader.NextCode == MessagePackCode.UInt64)
        {
            ulong large = reader.ReadUInt64();
            if (large > Marks.LargestNumber)
            {
                WriteMarked(Marks.Integer, large.ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                json.WriteNumberValue(large);
            }

            return;
        }

        long number = reader.ReadInt64();
        if (number is > Marks.LargestNumber or < -Marks.LargestNumber)
        {
            WriteMarked(Marks.Integer, number.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNumberValue(number);
        }
    }

    private void WriteFloat(ref MessagePackReader reader)
    {
        if (reader.NextCode == MessagePackCode.Float32)
        {
            float single = reader.ReadSingle();
            WriteMarked(Marks.Single,
                float.IsNaN(single) ? $"0x{BitConverter.SingleToUInt32Bits(single):x8}" : single.ToString("R", CultureInfo.InvariantCulture));
            return;
        }

        double number = reader.ReadDouble();
        WriteMarked(Marks.Double,
            double.IsNaN(number) ? $"0x{BitConverter.DoubleToUInt64Bits(number):x16}" : number.ToString("R", CultureInfo.InvariantCulture));
    }

    private void WriteText(ref MessagePackReader reader, KeyMeaning meaning)
    {
        ReadOnlySpan<byte> text = RecordText.ReadSpan(ref reader, StreamLimits.Record, "text");
        if (!Utf8.IsValid(text))
        {
            WriteBase64(Marks.BrokenText, text);
        }
        else if (meaning == KeyMeaning.Text)
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString(Marks.Text, text);
            json.WriteEndObject();
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes, KeyMeaning meaning)
    {
        switch (meaning)
        {
            case KeyMeaning.Content:
                json.WriteBase64StringValue(bytes);
                break;
            case KeyMeaning.Digest:
                json.WriteStringValue(Convert.ToHexStringLower(bytes));
                break;
            case KeyMeaning.Name when Utf8.IsValid(bytes):
                json.WriteStringValue(bytes);
                break;
            case KeyMeaning.Attribute when IsPlain(bytes):
                json.WriteStringValue(bytes);
                break;
            default:
                WriteBase64(Marks.Bytes, bytes);
                break;
        }
    }

    private void WriteArray(ref MessagePackReader reader)
    {
        json.WriteStartArray();
        for (int count = reader.ReadArrayHeader(); count > 0; count--)
        {
            WriteValue(ref reader, KeyMeaning.Text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a map whose keys should be of a type: an object if they are, else pairs.</summary>
    private void WriteMap(ref MessagePackReader reader, MessagePackType keys)
    {
        bool plain = HasPlainKeys(reader.CreatePeekReader(), keys);
        int count = reader.ReadMapHeader();
        json.WriteStartObject();
        if (plain)
        {
            for (; count > 0; count--)
            {
                WriteKey(RecordText.ReadSpan(ref reader, StreamLimits.Record, "key"));
                WriteValue(ref reader, keys == MessagePackType.Binary ? KeyMeaning.Attribute : KeyMeaning.Text);
            }

            json.WriteEndObject();
            return;
        }

        json.WritePropertyName(Marks.Map);
        json.WriteStartArray();
        for (; count > 0; count--)
        {
            json.WriteStartArray();
            WriteValue(ref reader, KeyMeaning.Text);
            WriteValue(ref reader, KeyMeaning.Text);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteExtension(ref MessagePackReader reader, KeyMeaning meaning)
    {
        ExtensionHeader header = reader.ReadExtensionFormatHeader();
        ReadOnlySequence<byte> body = reader.ReadRaw(header.Length);
        ReadOnlySpan<byte> bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        if (header.TypeCode == RecordTime.TypeCode && RecordTime.TryRead(bytes, out UnixTime time))
        {
            string text = time.ToStringWithNanoseconds();
            if (meaning == KeyMeaning.Time)
            {
                json.WriteStringValue(text);
            }
            else
            {
                WriteMarked(Marks.Time, text);
            }

            return;
        }

        json.WriteStartObject();
        json.WriteStartArray(Marks.Extension);
        json.WriteNumberValue(header.TypeCode);
        json.WriteBase64StringValue(bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteKey(ReadOnlySpan<byte> key) => json.WritePropertyName(key.StartsWith("$"u8) ? [(byte)'$', .. key] : key);

    private void WriteMarked(string mark, string text)
    {
        json.WriteStartObject();
        json.WriteString(mark, text);
        json.WriteEndObject();
    }

    private void WriteBase64(string mark, ReadOnlySpan<byte> bytes)
    {
        json.WriteStartObject();
        json.WriteBase64String(mark, bytes);
        json.WriteEndObject();
    }

    /// <summary>Whether all keys of a map are of this type and UTF-8, and none occurs twice. Of a large map it does not look: pairs are as good.</summary>
    private static bool HasPlainKeys(MessagePackReader reader, MessagePackType type)
    {
        int count = reader.ReadMapHeader();
        if (count > StreamLimits.Keys)
        {
            return false;
        }

        HashSet<BytePath> keys = new(count);
        for (; count > 0; count--)
        {
            if (reader.NextMessagePackType != type)
            {
                return false;
            }

            BytePath key = new(RecordText.ReadBytes(ref reader, StreamLimits.Record, "key"));
            if (!Utf8.IsValid(key.Span) || !keys.Add(key))
            {
                return false;
            }

            reader.Skip();
        }

        return true;
    }

    /// <summary>Whether a value is text that one would want to read.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> value) => Utf8.IsValid(value) && !value.ContainsAnyInRange((byte)0, (byte)0x1f);
}
