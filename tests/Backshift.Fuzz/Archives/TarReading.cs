using System.Globalization;
using System.Text;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Archives;

/// <summary>Reads the archives that bs-tar writes: pax with GNU's sparse files of version 1.0, and names as they are.</summary>
internal static class TarReading
{
    private const int Block = 512;
    private const long FlatLimit = 64 << 20;

    internal static bool TryRead(byte[] archive, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out List<TarMember>? members)
    {
        members = [];
        Dictionary<string, string> pax = [];
        int at = 0;
        while (at + Block <= archive.Length)
        {
            ReadOnlySpan<byte> header = archive.AsSpan(at, Block);
            if (header.IndexOfAnyExcept((byte)0) < 0)
            {
                return true;
            }

            long size = Number(header.Slice(124, 12));
            char type = (char)header[156];
            if (pax.TryGetValue("size", out string? text))
            {
                size = long.Parse(text, CultureInfo.InvariantCulture);
            }

            at += Block;
            if (size < 0 || size > archive.Length - at)
            {
                return false;
            }

            ReadOnlySpan<byte> body = archive.AsSpan(at, (int)size);
            if (type is 'x' or 'g')
            {
                pax = Records(body);
            }
            else
            {
                members.Add(Member(header, type, body, pax));
                pax = [];
            }

            at += (int)((size + Block - 1) / Block * Block);
        }

        return false;
    }

    private static TarMember Member(ReadOnlySpan<byte> header, char type, ReadOnlySpan<byte> body, Dictionary<string, string> pax)
    {
        string prefix = Text(header.Slice(345, 155));
        string name = pax.GetValueOrDefault("GNU.sparse.name") ?? pax.GetValueOrDefault("path")
            ?? (prefix.Length > 0 ? $"{prefix}/{Text(header[..100])}" : Text(header[..100]));
        string target = pax.GetValueOrDefault("linkpath") ?? Text(header.Slice(157, 100));
        return new TarMember(name.Length > 1 ? name.TrimEnd('/') : name, type, target, Content(body, pax));
    }

    private static string Content(ReadOnlySpan<byte> body, Dictionary<string, string> pax)
    {
        using ContentPrint print = new();
        if (!pax.ContainsKey("GNU.sparse.major"))
        {
            print.Add(body);
            return print.Finish();
        }

        long real = long.Parse(pax["GNU.sparse.realsize"], CultureInfo.InvariantCulture);
        if (real > FlatLimit)
        {
            return "large";
        }

        byte[] flat = new byte[real];
        int at = 0;
        int count = (int)Line(body, ref at);
        List<(long Offset, long Length)> map = [];
        for (int i = 0; i < count; i++)
        {
            map.Add((Line(body, ref at), Line(body, ref at)));
        }

        at = (at + Block - 1) / Block * Block;
        foreach ((long offset, long length) in map)
        {
            body.Slice(at, (int)length).CopyTo(flat.AsSpan((int)offset));
            at += (int)length;
        }

        print.Add(flat);
        return print.Finish();
    }

    private static long Line(ReadOnlySpan<byte> body, ref int at)
    {
        int end = at + body[at..].IndexOf((byte)'\n');
        long value = long.Parse(body[at..end], CultureInfo.InvariantCulture);
        at = end + 1;
        return value;
    }

    private static Dictionary<string, string> Records(ReadOnlySpan<byte> body)
    {
        Dictionary<string, string> records = [];
        while (body.Length > 0)
        {
            int blank = body.IndexOf((byte)' ');
            int length = int.Parse(body[..blank], CultureInfo.InvariantCulture);
            ReadOnlySpan<byte> record = body[(blank + 1)..(length - 1)];
            int sign = record.IndexOf((byte)'=');
            records[Encoding.Latin1.GetString(record[..sign])] = Encoding.Latin1.GetString(record[(sign + 1)..]);
            body = body[length..];
        }

        return records;
    }

    private static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    private static long Number(ReadOnlySpan<byte> field)
    {
        if (field[0] >= 0x80)
        {
            long large = field[0] & 0x7f;
            foreach (byte b in field[1..])
            {
                large = (large << 8) | b;
            }

            return large;
        }

        string text = Text(field).Trim(' ');
        return text.Length == 0 ? 0 : Convert.ToInt64(text, 8);
    }
}
