using System.Text;
using Backshift.Fuzz.Repositories;
using Backshift.Fuzz.Running;

namespace Backshift.Fuzz.Parts;

/// <summary>A sound repository that the programs made: files that change from one saveset to the next, so that there are deltas, lists, holes and
/// links.</summary>
internal sealed class BaseRepository
{
    private const int Savesets = 4;

    private BaseRepository(string root) => Root = root;

    internal string Root { get; }

    /// <summary>What was saved, by saveset and path.</summary>
    internal Dictionary<string, Dictionary<string, string>> Truth { get; } = [];

    /// <summary>The files of the last saveset.</summary>
    internal (string Path, byte[] Content)[] Last { get; private set; } = [];

    /// <summary>Makes one in the folder of a session.</summary>
    internal static BaseRepository Make(Session session, Random chance)
    {
        BaseRepository made = new(session.At("repository"));
        string[] codecs = ["zstd:1", "none", "lzma", "zstd:3"];
        session.Run("bs-init", "bs-init", [], "--plain", "--average", "4K", "--codec", codecs[chance.Next(8) % 4], made.Root);
        Dictionary<string, byte[]> files = [];
        foreach (int i in Enumerable.Range(0, chance.Next(2, 12)))
        {
            files[$"d{i % 3}/file{i}"] = Bytes(chance, chance.Next(0, 6000));
        }

        files["big"] = Bytes(chance, 300_000);
        for (int i = 0; i < Savesets; i++)
        {
            foreach (string path in files.Keys.Where(_ => chance.Next(3) == 0).Append("big").ToArray())
            {
                Change(files[path], chance);
            }

            made.Save(session, files, i);
        }

        made.Keep(session, chance);
        return made;
    }

    /// <summary>Tags, a hold, an expired saveset and parity, so that there is an object of each type.</summary>
    private void Keep(Session session, Random chance)
    {
        string[] names = [.. Truth.Keys];
        if (names.Length < Savesets)
        {
            return;
        }

        string[][] runs =
        [
            ["bs-tag", "--add", "kept", "--note", "a note", "-r", Root, names[1]], ["bs-tag", chance.Next(2) == 0 ? "--hold" : "--clear", "-r", Root, names[1]],
            ["bs-expire", "-r", Root, names[0]], .. chance.Next(2) == 0 ? (string[][])[["bs-parity", "--share", "20%", Root]] : [],
        ];
        foreach (string[] run in runs)
        {
            RunResult result = session.Run($"{run[0]} (base)", run[0], [], run[1..]);
            if (result.Status != 0)
            {
                session.Fault($"{run[0]} (base)", $"status {result.Status}: {Session.Short(result.SaidText)}");
            }
        }

        Truth.Remove(names[0]);
    }

    private static byte[] Bytes(Random chance, int length)
    {
        byte[] bytes = new byte[length];
        chance.NextBytes(bytes);
        for (int i = 0; i < length; i += 3)
        {
            bytes[i] = (byte)'a';
        }

        return bytes;
    }

    private static void Change(byte[] content, Random chance)
    {
        for (int i = 0; i < content.Length; i += chance.Next(500, 9000))
        {
            content[i] ^= 1;
        }
    }

    private void Save(Session session, Dictionary<string, byte[]> files, int number)
    {
        Last = [.. files.Select(static file => (file.Key, (byte[])[.. file.Value]))];
        byte[] stream = SmallStreams.Cut("h", Last);
        RunResult store = session.Run("bs-store (base)", "bs-store", stream, "-r", Root, "--time", $"@{1_700_000_000 + number}");
        if (store.Status != 0)
        {
            session.Fault("bs-store (base)", $"status {store.Status}: {Session.Short(store.SaidText)}");
            return;
        }

        Truth[Encoding.UTF8.GetString(store.Output).Trim()] = files.ToDictionary(static file => file.Key, static file => MadeRepository.Print(file.Value));
    }
}
