using System.Runtime.CompilerServices;
using Backshift.Posix;
using MessagePack;

namespace Backshift.Records;

/// <summary>
/// Writes a map whose keys depend on which values there are. A map begins with the number of its keys, so the code that writes it runs twice: the first pass
/// counts the keys, the second writes them, and the two cannot disagree.
/// </summary>
/// <example>
/// <code>
/// MapWriter map = default;
/// while (map.NextPass(ref writer))
/// {
///     map.Text(ref writer, "host"u8, Host);
///     if (map.Key(ref writer, "cutter"u8, Cutter is not null)) { Cutter.WriteTo(ref writer); }
/// }
/// </code>
/// </example>
public ref struct MapWriter
{
    // Inlined, both passes together cost no more than counting keys by hand did: entries have some sixteen keys.
    private bool counted;
    private bool writing;

    /// <summary>How many keys there are, after the first pass.</summary>
    public int Count { get; private set; }

    /// <summary>Begins the first pass, then the second, for which it writes the header.</summary>
    /// <returns>False after both.</returns>
    public bool NextPass(ref MessagePackWriter writer)
    {
        if (writing)
        {
            return false;
        }

        if (counted)
        {
            writer.WriteMapHeader(Count);
        }

        writing = counted;
        counted = true;
        return true;
    }

    /// <summary>Counts a key or writes it.</summary>
    /// <param name="writer">Receives the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="present">Whether the map has it.</param>
    /// <returns>Whether the value is to be written now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Key(ref MessagePackWriter writer, ReadOnlySpan<byte> key, bool present = true)
    {
        if (!present)
        {
            return false;
        }

        if (!writing)
        {
            Count++;
            return false;
        }

        writer.WriteString(key);
        return true;
    }

    /// <summary>A str; no key if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Text(ref MessagePackWriter writer, ReadOnlySpan<byte> key, string? value)
    {
        if (Key(ref writer, key, value is not null))
        {
            writer.Write(value);
        }
    }

    /// <summary>An array of str; no key if there are none.</summary>
    public void Texts(ref MessagePackWriter writer, ReadOnlySpan<byte> key, IReadOnlyList<string> values)
    {
        if (Key(ref writer, key, values.Count > 0))
        {
            writer.WriteArrayHeader(values.Count);
            foreach (string value in values)
            {
                writer.Write(value);
            }
        }
    }

    /// <summary>A str that is UTF-8 already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Utf8(ref MessagePackWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Key(ref writer, key))
        {
            writer.WriteString(value);
        }
    }

    /// <inheritdoc cref="Utf8(ref MessagePackWriter, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Utf8(ref MessagePackWriter writer, ReadOnlySpan<byte> key, byte[]? value)
    {
        if (Key(ref writer, key, value is not null))
        {
            writer.WriteString(value);
        }
    }

    /// <summary>A bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bytes(ref MessagePackWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Key(ref writer, key))
        {
            writer.Write(value);
        }
    }

    /// <summary>A number; no key if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Number(ref MessagePackWriter writer, ReadOnlySpan<byte> key, ulong? value)
    {
        if (Key(ref writer, key, value is not null))
        {
            writer.Write(value.GetValueOrDefault());
        }
    }

    /// <inheritdoc cref="Number(ref MessagePackWriter, ReadOnlySpan{byte}, ulong?)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Number(ref MessagePackWriter writer, ReadOnlySpan<byte> key, long? value)
    {
        if (Key(ref writer, key, value is not null))
        {
            writer.Write(value.GetValueOrDefault());
        }
    }

    /// <summary>A timestamp; no key if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Time(ref MessagePackWriter writer, ReadOnlySpan<byte> key, UnixTime? value)
    {
        if (Key(ref writer, key, value is not null))
        {
            RecordTime.Write(ref writer, value.GetValueOrDefault());
        }
    }

    /// <summary>True; no key for false.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Flag(ref MessagePackWriter writer, ReadOnlySpan<byte> key, bool value)
    {
        if (Key(ref writer, key, value))
        {
            writer.Write(true);
        }
    }

    /// <summary>The digest of a chunk; no key if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Digest(ref MessagePackWriter writer, ReadOnlySpan<byte> key, Digest? value)
    {
        if (Key(ref writer, key, value is not null))
        {
            value.GetValueOrDefault().WriteTo(ref writer);
        }
    }

    /// <summary>The keys that are not known here, as they came.</summary>
    internal void Unknown(ref MessagePackWriter writer, UnknownKeys keys)
    {
        if (writing)
        {
            keys.WriteTo(ref writer);
        }
        else
        {
            Count += keys.Count;
        }
    }
}
