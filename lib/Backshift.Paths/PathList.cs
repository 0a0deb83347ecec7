using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Paths;

/// <summary>A list of names on a stream, each ended by one byte; the last need not be.</summary>
public sealed class PathList
{
    public const int MaxName = 1 << 20;

    private readonly Stream input;
    private readonly byte separator;
    private readonly bool sized;
    private readonly string source;
    private byte[] buffer = new byte[128 << 10];
    private int start;
    private int filled;
    private bool ended;

    /// <param name="input">The list; not closed.</param>
    /// <param name="separator">NUL, or newline.</param>
    /// <param name="sized">Whether each name follows a size and a blank, as from find's -printf '%s %p\0'.</param>
    /// <param name="source">What to call the list in messages.</param>
    public PathList(Stream input, byte separator, bool sized, string source = "standard input")
    {
        this.source = source;
        this.input = input;
        this.separator = separator;
        this.sized = sized;
    }

    /// <summary>Takes a name that has been read already; valid until more is read. Empty names are passed over.</summary>
    /// <exception cref="BackshiftException">A name is too long, or is not what was asked for.</exception>
    public bool TryTake(out ReadOnlySpan<byte> name)
    {
        while (start < filled)
        {
            ReadOnlySpan<byte> rest = buffer.AsSpan(start, filled - start);
            int end = rest.IndexOf(separator);
            if (end < 0 && !ended)
            {
                break;
            }

            name = end < 0 ? rest : rest[..end];
            start += end < 0 ? rest.Length : end + 1;
            Check(name);
            name = sized && !name.IsEmpty ? WithoutSize(name) : name;
            if (!name.IsEmpty)
            {
                return true;
            }
        }

        if (filled - start > MaxName)
        {
            Check(buffer.AsSpan(start, filled - start));
        }

        name = default;
        return false;
    }

    /// <summary>Reads on; false at the end of the list.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancel)
    {
        if (ended)
        {
            return false;
        }

        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        filled -= start;
        start = 0;
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        int count = await input.ReadAsync(buffer.AsMemory(filled), cancel);
        filled += count;
        ended = count == 0;
        return true;
    }

    private void Check(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxName)
        {
            throw new BackshiftException(
                ExitCode.DataError, $"{source}: a name of more than {MaxName} bytes: \"{Escaping.Display(name[..40])}...\"",
                    "do names end in NUL, or in newline?");
        }

        if (name.Contains((byte)0))
        {
            throw new BackshiftException(ExitCode.DataError, $"{source}: a NUL in a line", "use -0 if names end in NUL");
        }
    }

    private ReadOnlySpan<byte> WithoutSize(ReadOnlySpan<byte> record)
    {
        int blank = record.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return blank > 0 && record[blank] == (byte)' '
            ? record[(blank + 1)..]
            : throw new BackshiftException(ExitCode.DataError,
                $"{source}: not a size, a space and a path: \"{Escaping.Display(record[..Math.Min(record.Length, 80)])}\"");
    }
}
