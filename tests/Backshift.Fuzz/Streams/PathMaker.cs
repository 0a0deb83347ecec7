using System.Text;

namespace Backshift.Fuzz.Streams;

/// <summary>Makes paths: short and long, of any bytes, and again those that it made before.</summary>
internal sealed class PathMaker(Random chance, Intent intent)
{
    private const int LengthLimit = 65535;

    private readonly List<byte[]> directories = [];
    private int number;

    /// <summary>A new path, mostly in one of the directories so far.</summary>
    internal byte[] Next()
    {
        byte[] name = Name();
        byte[] path = directories.Count > 0 && chance.Next(4) > 0 ? [.. directories[chance.Next(directories.Count)], (byte)'/', .. name] : name;
        if (intent.IsOdd && chance.Next(60) == 0)
        {
            path = Deep(path);
        }

        return path.Length > LengthLimit ? name : path;
    }

    /// <summary>Says that entries may lie below a path.</summary>
    internal void AddDirectory(byte[] path) => directories.Add(path);

    /// <summary>A path that no entry may have.</summary>
    internal byte[] Forbidden(byte[] path) => chance.Next(8) switch
    {
        0 => [(byte)'/', .. path],
        1 => [.. "../"u8, .. path],
        2 => [.. path, .. "/../x"u8],
        3 => [.. path, (byte)'/'],
        4 => [.. path, 0, (byte)'x'],
        5 => [],
        6 => [.. path, .. "//x"u8],
        _ => [.. Deep(path), .. new string('x', 66000).Select(static c => (byte)c)],
    };

    private byte[] Deep(byte[] path)
    {
        int length = chance.Next(3) switch { 0 => LengthLimit, 1 => chance.Next(32000, 33000), _ => chance.Next(4000, LengthLimit) };
        using MemoryStream deep = new();
        deep.Write(path);
        while (deep.Length < length)
        {
            deep.WriteByte((byte)'/');
            int rest = (int)Math.Min(length - deep.Length, chance.Next(1, 256));
            deep.Write(Enumerable.Repeat((byte)('a' + chance.Next(26)), rest).ToArray());
        }

        byte[] result = deep.ToArray();
        return result[^1] == (byte)'/' ? result[..^1] : result;
    }

    private byte[] Name()
    {
        string plain = $"n{number++}";
        if (!intent.IsOdd || chance.Next(3) > 0)
        {
            return Encoding.ASCII.GetBytes(plain);
        }

        byte[] name = [.. Encoding.ASCII.GetBytes(plain),
            .. Enumerable.Range(0, chance.Next(1, 12)).Select(_ => (byte)chance.Next(1, 256)).Where(static b => b != (byte)'/')];
        return name;
    }
}
