using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Backshift.Posix;
using Backshift.Records;
using MessagePack;

namespace Backshift.Tools.Json;

/// <summary>Writes the records that JSON objects stand for; see bs-json(1), "MAPPING". What is wrong with one is a <see cref="FormatException"/>.</summary>
internal static class RecordFromJson
{
    private const string Kind = "kind";

    /// <summary>Writes a record, its kind first wherever that stands in the object.</summary>
    /// <exception cref="FormatException">The object stands for no record.</exception>
    /// <exception cref="InvalidOperationException">A string or a key is not Unicode: half of a surrogate pair, or bytes that are no UTF-8.</exception>
    internal static void Write(JsonElement line, IBufferWriter<byte> output)
    {
        // A kind that is not UTF-8 is an object.
        if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty(Kind, out JsonElement value)
            || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Object))
        {
            throw new FormatException("is not an object with a \"kind\"");
        }

        MessagePackWriter writer = new(output);
        writer.WriteMapHeader(line.GetPropertyCount());
        writer.Write(Kind);
        WriteValue(ref writer, value, KeyMeaning.Text, 1);
        bool seen = false;
        foreach (JsonProperty property in line.EnumerateObject())
        {
            byte[] key = Key(property);
            if (!key.AsSpan().SequenceEqual("kind"u8))
            {
                writer.WriteString(key);
                WriteValue(ref writer, property.Value, KeyMeanings.Of(key), 1);
            }
            else if (seen)
            {
                throw new FormatException("has two kinds");
            }
            else
            {
                seen = true;
            }
        }

        writer.Flush();
    }

    /// <param name="writer">Where the value goes.</param>
    /// <param name="value">The value.</param>
    /// <param name="meaning">Its meaning as a string.</param>
    /// <param name="depth">How many maps and arrays it lies in.</param>
    private static void WriteValue(ref MessagePackWriter writer, JsonElement value, KeyMeaning meaning, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                writer.WriteNil();
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.Write(value.GetBoolean());
                break;
            case JsonValueKind.Number:
                WriteNumber(ref writer, value);
                break;
            case JsonValueKind.String:
                WriteString(ref writer, value, meaning);
                break;
            case JsonValueKind.Array:
                int inside = Deeper(depth);
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (JsonElement item in value.EnumerateArray())
                {
                    WriteValue(ref writer, item, KeyMeaning.Text, inside);
                }

                break;
            default:
                WriteObject(ref writer, value, meaning, depth);
                break;
        }
    }

    private static void WriteObject(ref MessagePackWriter writer, JsonElement value, KeyMeaning meaning, int depth)
    {
        int count = value.GetPropertyCount();
        if (count == 1)
        {
            JsonElement.ObjectEnumerator only = value.EnumerateObject();
            only.MoveNext();
            if (IsMark(only.Current.Name))
            {
                WriteMarked(ref writer, only.Current.Name, only.Current.Value, depth);
                return;
            }
        }

        int inside = Deeper(depth);
        writer.WriteMapHeader(count);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (meaning == KeyMeaning.Attributes)
            {
                writer.Write(Key(property));
                WriteValue(ref writer, property.Value, KeyMeaning.Attribute, inside);
            }
            else
            {
                writer.WriteString(Key(property));
                WriteValue(ref writer, property.Value, KeyMeaning.Text, inside);
            }
        }
    }

    private static void WriteMarked(ref MessagePackWriter writer, string mark, JsonElement value, int depth)
    {
        switch (mark)
        {
            case Marks.Bytes: writer.Write(Base64(value)); break;
            case Marks.Text: writer.WriteString(Encoding.UTF8.GetBytes(Text(value))); break;
            case Marks.BrokenText: writer.WriteString(Base64(value)); break;
            case Marks.Integer: WriteInteger(ref writer, Text(value)); break;
            case Marks.Double: writer.Write(Double(Text(value))); break;
            case Marks.Single: writer.Write(Single(Text(value))); break;
            case Marks.Time: RecordTime.Write(ref writer, Time(value)); break;
            case Marks.Extension: WriteExtension(ref writer, value); break;
            case Marks.Map: WritePairs(ref writer, value, Deeper(depth)); break;
            default: throw new FormatException($"\"{mark}\" stands for nothing; a key that begins with $ is written with two");
        }
    }

    private static void WriteString(ref MessagePackWriter writer, JsonElement value, KeyMeaning meaning)
    {
        switch (meaning)
        {
            case KeyMeaning.Name or KeyMeaning.Attribute:
                writer.Write(Encoding.UTF8.GetBytes(Text(value)));
                break;
            case KeyMeaning.Content:
                writer.Write(Base64(value));
                break;
            case KeyMeaning.Digest:
                writer.Write(Hexadecimal(Text(value)));
                break;
            case KeyMeaning.Time:
                RecordTime.Write(ref writer, Time(value));
                break;
            default:
                writer.WriteString(Encoding.UTF8.GetBytes(Text(value)));
                break;
        }
    }

    /// <summary>A number is an integer if it is a whole one, however it is spelt: filters compute with doubles.</summary>
    private static void WriteNumber(ref MessagePackWriter writer, JsonElement value)
    {
        if (value.TryGetInt64(out long integer))
        {
            writer.Write(integer);
        }
        else if (value.TryGetUInt64(out ulong large))
        {
            writer.Write(large);
        }
        else if (value.GetDouble() is double number && double.IsInteger(number))
        {
            writer.Write(Math.Abs(number) <= Marks.LargestNumber ? (long)number : throw new FormatException($"{value.GetRawText()} is not a 64-bit integer"));
        }
        else
        {
            writer.Write(double.IsFinite(number) ? number : throw new FormatException($"{value.GetRawText()} is too large for a number"));
        }
    }

    private static void WriteInteger(ref MessagePackWriter writer, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer))
        {
            writer.Write(integer);
        }
        else
        {
            writer.Write(ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong large) ? large
                : throw new FormatException($"\"{text}\" is not a 64-bit integer"));
        }
    }

    private static void WriteExtension(ref MessagePackWriter writer, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != 2 || value[0].ValueKind != JsonValueKind.Number
            || !value[0].TryGetSByte(out sbyte type))
        {
            throw new FormatException($"\"{Marks.Extension}\" wants an array of a type from -128 to 127 and base64");
        }

        writer.WriteExtensionFormat(new ExtensionResult(type, Base64(value[1])));
    }

    private static void WritePairs(ref MessagePackWriter writer, JsonElement value, int depth)
    {
        FormatException wrong = new($"\"{Marks.Map}\" wants an array of pairs");
        writer.WriteMapHeader(value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() : throw wrong);
        foreach (JsonElement pair in value.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
            {
                throw wrong;
            }

            WriteValue(ref writer, pair[0], KeyMeaning.Text, depth);
            WriteValue(ref writer, pair[1], KeyMeaning.Text, depth);
        }
    }

    private static double Double(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits)
            ? BitConverter.UInt64BitsToDouble(bits)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number
                : throw new FormatException($"\"{text}\" is not a number");

    private static float Single(string text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint bits)
            ? BitConverter.UInt32BitsToSingle(bits)
            : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) ? number
                : throw new FormatException($"\"{text}\" is not a number");

    private static byte[] Hexadecimal(string text)
    {
        byte[] bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? bytes
            : throw new FormatException("bytes that are not hexadecimal");
    }

    private static UnixTime Time(JsonElement value)
    {
        string text = Text(value);
        return UnixTime.TryParse(text, out UnixTime time) ? time
            : throw new FormatException($"\"{text}\" is not a time: 2026-11-23T09:04:05.123456789Z, or @ and seconds");
    }

    private static byte[] Base64(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out byte[]? bytes) ? bytes
            : throw new FormatException("bytes that are not base64");

    private static byte[] Key(JsonProperty property)
    {
        string name = property.Name;
        return IsMark(name) ? throw new FormatException($"\"{name}\": a key that begins with $ is written with two")
            : Encoding.UTF8.GetBytes(name.StartsWith('$') ? name[1..] : name);
    }

    private static string Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new FormatException("a number or an object where a string should be");

    private static bool IsMark(string name) => name.StartsWith('$') && !name.StartsWith("$$", StringComparison.Ordinal);

    private static int Deeper(int depth) => depth < StreamLimits.Depth ? depth + 1 : throw new FormatException($"nests deeper than {StreamLimits.Depth}");
}
