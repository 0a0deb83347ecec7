using System.Text;

namespace Backshift.Posix;

/// <summary>A Unix path or name: any bytes but NUL. The only form in which names travel; text is made of it for people alone.</summary>
public readonly struct BytePath : IEquatable<BytePath>, IComparable<BytePath>
{
    private readonly byte[]? bytes;

    /// <summary>Wraps <paramref name="bytes"/> without copying: the caller must not change them afterwards.</summary>
    public BytePath(byte[] bytes) => this.bytes = bytes;

    public BytePath(ReadOnlySpan<byte> bytes) => this.bytes = bytes.ToArray();

    /// <summary>The path that <paramref name="text"/> spells in UTF-8.</summary>
    public static BytePath Of(string text) => new(Encoding.UTF8.GetBytes(text));

    public ReadOnlySpan<byte> Span => bytes;

    public byte[] Bytes => bytes ?? [];

    public int Length => Span.Length;

    public bool IsEmpty => Length == 0;

    /// <summary>This path, a slash unless it ends in one or is empty, and <paramref name="name"/>.</summary>
    public BytePath Join(ReadOnlySpan<byte> name)
    {
        if (IsEmpty)
        {
            return new BytePath(name);
        }

        bool slash = Span[^1] != (byte)'/';
        byte[] joined = new byte[Length + (slash ? 1 : 0) + name.Length];
        Span.CopyTo(joined);
        if (slash)
        {
            joined[Length] = (byte)'/';
        }

        name.CopyTo(joined.AsSpan(joined.Length - name.Length));
        return new BytePath(joined);
    }

    public BytePath Join(string name) => Join(Encoding.UTF8.GetBytes(name));

    public BytePath Join(BytePath name) => Join(name.Span);

    /// <summary>The path without its last component; empty where there is only one.</summary>
    public BytePath Parent
    {
        get
        {
            int slash = Span.LastIndexOf((byte)'/');
            return slash < 0 ? default : new BytePath(Span[..Math.Max(slash, 1)]);
        }
    }

    /// <summary>The last component.</summary>
    public ReadOnlySpan<byte> Name => Span[(Span.LastIndexOf((byte)'/') + 1)..];

    /// <summary>The bytes and a NUL after them, as system calls require.</summary>
    public byte[] Terminated()
    {
        byte[] copy = new byte[Length + 1];
        Span.CopyTo(copy);
        return copy;
    }

    public bool Equals(BytePath other) => Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => obj is BytePath other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>Order of an entry tree: byte by byte with '/' lowest, so that what lies in a directory follows it at once.</summary>
    public int CompareTo(BytePath other) => Compare(Span, other.Span);

    /// <inheritdoc cref="CompareTo"/>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        byte a = left[common], b = right[common];
        return a == (byte)'/' ? -1 : b == (byte)'/' ? 1 : a.CompareTo(b);
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="directory"/> itself or lies below it; everything lies below the empty path.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        directory.IsEmpty || (path.StartsWith(directory) && (path.Length == directory.Length || path[directory.Length] == (byte)'/'));

    public static bool operator ==(BytePath left, BytePath right) => left.Equals(right);

    public static bool operator !=(BytePath left, BytePath right) => !left.Equals(right);

    /// <summary>The path for people: see <see cref="Escaping.Display"/>.</summary>
    public override string ToString() => Escaping.Display(Span);
}
