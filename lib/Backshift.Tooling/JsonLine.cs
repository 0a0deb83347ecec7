using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>One JSON object a line, and what bytes and times look like in it.</summary>
public sealed class JsonLine : IDisposable
{
    private readonly OutputBuffer output;

    /// <param name="output">Where to.</param>
    /// <param name="escape">Whether every character beyond ASCII is written as \uHHHH: some of them command a terminal.</param>
    public JsonLine(OutputBuffer output, bool escape)
    {
        this.output = output;
        Writer = new Utf8JsonWriter(output, new JsonWriterOptions
        {
            Encoder = escape ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            SkipValidation = true,
        });
    }

    /// <summary>For what has no method here.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Begins the object.</summary>
    public void Start() => Writer.WriteStartObject();

    /// <summary>Ends the object; the end of the line is the caller's.</summary>
    public void End()
    {
        Writer.WriteEndObject();
        Writer.Flush();
        Writer.Reset(output);
    }

    /// <summary>Writes bytes as text. What is no text is shown escaped, and its bytes are given in base64 under a second key.</summary>
    public void Bytes(string key, string bytesKey, ReadOnlySpan<byte> value)
    {
        if (Utf8.IsValid(value))
        {
            Writer.WriteString(key, value);
            return;
        }

        Writer.WriteString(key, Escaping.Display(value));
        Writer.WriteBase64String(bytesKey, value);
    }

    /// <summary>Writes a key unless there is no value.</summary>
    public void Text(string key, string? value)
    {
        if (value is not null)
        {
            Writer.WriteString(key, value);
        }
    }

    /// <inheritdoc cref="Text"/>
    public void Number(string key, ulong? value)
    {
        if (value is { } number)
        {
            Writer.WriteNumber(key, number);
        }
    }

    /// <inheritdoc cref="Text"/>
    public void Time(string key, UnixTime? value)
    {
        if (value is { } time)
        {
            Writer.WriteString(key, time.ToStringWithNanoseconds());
        }
    }

    /// <summary>Writes an array of words.</summary>
    public void Texts(string key, IReadOnlyList<string> values)
    {
        Writer.WriteStartArray(key);
        foreach (string value in values)
        {
            Writer.WriteStringValue(value);
        }

        Writer.WriteEndArray();
    }

    /// <summary>Writes extended attributes as an array of names and values in base64.</summary>
    public void Attributes(string key, List<KeyValuePair<byte[], byte[]>> attributes)
    {
        Writer.WriteStartArray(key);
        foreach ((byte[] name, byte[] value) in attributes)
        {
            Writer.WriteStartObject();
            Bytes("name", "name_bytes", name);
            Writer.WriteBase64String("value", value);
            Writer.WriteEndObject();
        }

        Writer.WriteEndArray();
    }

    public void Dispose() => Writer.Dispose();
}
