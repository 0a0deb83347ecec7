using System.Text;
using Backshift.Tar;

namespace Backshift.Tools.Untar.Tests;

/// <summary>An archive made header by header, so that it can be wrong in any way.</summary>
internal sealed class Archive
{
    private readonly MemoryStream bytes = new();

    internal byte[] Bytes => bytes.ToArray();

    /// <summary>Adds a header of ustar and content.</summary>
    /// <param name="name">Name field.</param>
    /// <param name="type">Type.</param>
    /// <param name="content">What follows, filled up to blocks.</param>
    /// <param name="target">Target field.</param>
    /// <param name="size">Size field, if it is not the content's.</param>
    /// <param name="change">Changes the header before its checksum is taken.</param>
    internal Archive Add(string name, char type = '0', byte[]? content = null, string target = "", string? size = null, Action<byte[]>? change = null)
    {
        byte[] header = new byte[TarBlock.Size];
        Put(header, TarField.Name, name);
        Put(header, TarField.Mode, "0000644");
        Put(header, TarField.Uid, "0001750");
        Put(header, TarField.Gid, "0001751");
        Put(header, TarField.Size, size ?? Convert.ToString(content?.Length ?? 0, 8).PadLeft(11, '0'));
        Put(header, TarField.Mtime, "00000000012");
        header[TarField.Type.Offset] = (byte)type;
        Put(header, TarField.Target, target);
        Put(header, TarField.Magic, "ustar\0" + "00");
        Put(header, TarField.User, "ann");
        Put(header, TarField.Group, "staff");
        change?.Invoke(header);
        Put(header, TarField.Checksum, "        ");
        Put(header, TarField.Checksum, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        bytes.Write(header);
        bytes.Write(content ?? []);
        while (bytes.Length % TarBlock.Size != 0)
        {
            bytes.WriteByte(0);
        }

        return this;
    }

    /// <summary>Adds an extended header about the next member.</summary>
    internal Archive AddPax(params (string Key, string Value)[] records) => AddPax('x', records);

    internal Archive AddPax(char type, params (string Key, string Value)[] records)
    {
        StringBuilder text = new();
        foreach ((string key, string value) in records)
        {
            int rest = key.Length + value.Length + 3;
            int length = rest + rest.ToString().Length;
            length = rest + length.ToString().Length;
            text.Append($"{length} {key}={value}\n");
        }

        return Add("PaxHeaders/x", type, Encoding.Latin1.GetBytes(text.ToString()));
    }

    internal Archive AddZeros(int blocks = 2)
    {
        bytes.Write(new byte[blocks * TarBlock.Size]);
        return this;
    }

    internal Archive AddBytes(byte[] more)
    {
        bytes.Write(more);
        return this;
    }

    internal static void Put(byte[] header, TarField field, string text) => Encoding.Latin1.GetBytes(text).CopyTo(header, field.Offset);
}
