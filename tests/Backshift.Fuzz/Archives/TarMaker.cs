using System.Globalization;
using System.Text;

namespace Backshift.Fuzz.Archives;

/// <summary>Makes archives in the formats that bs-untar reads, and some that it may refuse.</summary>
internal sealed class TarMaker(Random chance)
{
    private const int Block = 512;

    private static readonly char[] Types = ['0', '0', '0', '\0', '5', '2', '1', '3', '4', '6', '7', 'S', 'D', 'M', 'V', 'N', 'Z'];

    private readonly MemoryStream archive = new();
    private readonly List<string> names = [];

    /// <summary>An archive of some members.</summary>
    internal byte[] Make()
    {
        int format = chance.Next(5);
        for (int i = chance.Next(0, 12); i > 0; i--)
        {
            Member(format);
        }

        archive.Write(new byte[chance.Next(10) == 0 ? 0 : Block * chance.Next(1, 21)]);
        return archive.ToArray();
    }

    private void Member(int format)
    {
        char type = chance.Next(3) > 0 ? Types[chance.Next(7)] : Types[chance.Next(Types.Length)];
        string name = names.Count > 0 && chance.Next(10) == 0 ? names[chance.Next(names.Count)] : Name();
        names.Add(name);
        byte[] content = new byte[type is '0' or '\0' or '7' or 'S' or 'D' ? chance.Next(chance.Next(8) == 0 ? 100_000 : 2000) : 0];
        chance.NextBytes(content);
        string target = type is '1' or '2' ? names[chance.Next(names.Count)] : "";
        if (format == 4 && chance.Next(2) == 0)
        {
            Pax(name, content.Length);
        }
        else if (format == 2 && name.Length > 99)
        {
            Header("././@LongLink", 'L', name.Length + 1, "", 2);
            Body([.. Encoding.Latin1.GetBytes(name), 0]);
        }

        Header(name, type, type == '1' && chance.Next(4) > 0 ? 0 : content.Length, target, format);
        Body(content);
    }

    private string Name() => chance.Next(8) switch
    {
        0 => $"../up{chance.Next(5)}",
        1 => $"/abs{chance.Next(5)}",
        2 => $"d{chance.Next(3)}/{new string('n', chance.Next(1, 200))}",
        3 => $"./x{chance.Next(9)}/",
        4 => $"odd\u00ff\u001b{chance.Next(9)}",
        _ => $"d{chance.Next(3)}/f{chance.Next(30)}",
    };

    private void Pax(string name, long size)
    {
        Dictionary<string, string> records =
            new() { ["path"] = name, ["mtime"] = chance.Next(4) switch { 0 => "-1.5", 1 => "99999999999999999999", 2 => "x", _ => "1700000000.123456789" } };
        if (chance.Next(3) == 0)
        {
            records["size"] = (chance.Next(5) == 0 ? chance.NextInt64() : size).ToString(CultureInfo.InvariantCulture);
        }

        if (chance.Next(3) == 0)
        {
            records["SCHILY.xattr.user.a"] = "\u00ff\n=";
            records["SCHILY.acl.access"] = chance.Next(2) == 0 ? "user::rwx,user:lisa:r-x,group::r-x,mask::r-x,other::---" : "rubbish";
        }

        if (chance.Next(4) == 0)
        {
            records["GNU.sparse.major"] = "1";
            records["GNU.sparse.minor"] = chance.Next(3).ToString(CultureInfo.InvariantCulture);
            records["GNU.sparse.name"] = name;
            records["GNU.sparse.realsize"] = chance.NextInt64(1 << 20).ToString(CultureInfo.InvariantCulture);
        }

        StringBuilder text = new();
        foreach ((string key, string value) in records)
        {
            int length = key.Length + value.Length + 3;
            length += length + 2 > 99 ? 3 : length + 1 > 9 ? 2 : 1;
            text.Append(CultureInfo.InvariantCulture, $"{(chance.Next(60) == 0 ? length + 1 : length)} {key}={value}\n");
        }

        byte[] body = Encoding.Latin1.GetBytes(text.ToString());
        Header("pax", chance.Next(10) == 0 ? 'g' : 'x', body.Length, "", 1);
        Body(body);
    }

    private void Body(byte[] content)
    {
        archive.Write(content);
        archive.Write(new byte[(Block - (content.Length % Block)) % Block]);
    }

    private void Header(string name, char type, long size, string target, int format)
    {
        byte[] header = new byte[Block];
        Put(header, 0, 100, name);
        Put(header, 100, 8, chance.Next(30) == 0 ? "99999999" : "0000644");
        Put(header, 108, 8, "0001750");
        Put(header, 116, 8, "0001750");
        Put(header, 124, 12, chance.Next(60) == 0 ? "77777777777" : Convert.ToString(size, 8).PadLeft(11, '0'));
        Put(header, 136, 12, chance.Next(20) == 0 ? "junk" : "14500000000");
        header[156] = (byte)type;
        Put(header, 157, 100, target);
        if (format != 0)
        {
            Put(header, 257, 8, format == 2 ? "ustar  " : "ustar\00000");
            Put(header, 265, 32, "user");
            Put(header, 297, 32, "group");
        }

        if (chance.Next(40) == 0)
        {
            header.AsSpan(chance.Next(100, 148), 8).Fill(0x80);
        }

        header.AsSpan(148, 8).Fill((byte)' ');
        int sum = header.Sum(static b => b);
        Put(header, 148, 8, chance.Next(80) == 0 ? "000000" : Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ");
        archive.Write(header);
    }

    private static void Put(byte[] header, int at, int room, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        bytes.AsSpan(0, Math.Min(room, bytes.Length)).CopyTo(header.AsSpan(at));
    }
}
