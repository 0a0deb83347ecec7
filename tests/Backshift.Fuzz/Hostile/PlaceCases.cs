using Backshift.Fuzz.Repositories;

namespace Backshift.Fuzz.Hostile;

/// <summary>Something else than a regular file or a directory in the place of each, and strangers beside them.</summary>
internal static class PlaceCases
{
    private static readonly (string Name, Func<MadeRepository, string> Find)[] Objects =
    [
        ("config", static made => made.At("backshift")),
        ("pack", static made => Directory.GetFiles(made.At("packs"), "*", SearchOption.AllDirectories)[0]),
        ("run", static made => Directory.GetFiles(made.At("index"))[0]),
        ("saveset", static made => Directory.GetFiles(made.At("savesets"), "*", SearchOption.AllDirectories)[0]),
        ("cachedir", static made => made.At("CACHEDIR.TAG")),
    ];

    private static readonly (string Name, Action<MadeRepository, string> Put)[] Kinds =
    [
        ("fifo", static (_, path) => Fifo.Make(path)),
        ("directory", static (_, path) => Directory.CreateDirectory(path)),
        ("loop", static (_, path) => File.CreateSymbolicLink(path, Path.GetFileName(path))),
        ("dangling", static (_, path) => File.CreateSymbolicLink(path, "nowhere")),
        ("link-outside", static (made, path) => File.CreateSymbolicLink(path, Path.Combine(made.Outside, "sentinel"))),
        ("link-to-zero", static (_, path) => File.CreateSymbolicLink(path, "/dev/zero")),
        ("link-to-tty", static (_, path) => File.CreateSymbolicLink(path, "/dev/tty")),
        ("empty", static (_, path) => File.WriteAllText(path, "")),
        ("text", static (_, path) => File.WriteAllText(path, "\u001b[31mtext\n")),
    ];

    internal static IEnumerable<HostileCase> All =>
    [
        .. Objects.SelectMany(static its =>
            Kinds.Select(kind => new HostileCase($"place-{its.Name}-is-{kind.Name}", Expected.Either, made => Replace(made, its.Find, kind.Put)))),
        .. Kinds.SelectMany(static kind => ((string[])["savesets/h", "packs", "index", "savesets", "tmp", "condemned", "intents"]).Select(folder =>
            new HostileCase($"place-{folder.Replace('/', '-')}-is-{kind.Name}", Expected.Either, made => ReplaceFolder(made, folder, kind.Put)))),
        .. ((string[])["packs", "packs/00", "index", "savesets", "savesets/h", "tmp", ""]).SelectMany(static folder => Kinds.Select(kind =>
            new HostileCase($"stray-{kind.Name}-in-{folder.Replace('/', '-')}", Expected.Either, made => Stray(made, folder, kind.Put)))),
        new("place-tmp-leads-outside", Expected.Either, static made => { Some(made); File.CreateSymbolicLink(made.At("tmp"), made.Outside); }),
        new("place-packs-lead-outside", Expected.Either, static made => LeadsOutside(made, "packs")),
        new("place-savesets-lead-outside", Expected.Either, static made => LeadsOutside(made, "savesets")),
        new("place-savesets-of-host-lead-outside", Expected.Either, static made => LeadsOutside(made, "savesets/h")),
        new("place-index-leads-outside", Expected.Either, static made => LeadsOutside(made, "index")),
        new("place-hosts-with-odd-names", Expected.Either,
            static made =>
            { Some(made);
            foreach (string host in (string[])["%", "%2", "%00", "a b", "+x", "\u001b[31m", "%2E%2E",
            "..."]) { Directory.CreateDirectory(made.At($"savesets/{host}")); File.WriteAllText(made.At($"savesets/{host}/20220415T052000Z"), "x"); } }),
    ];

    private static void Some(MadeRepository made)
    {
        byte[] content = made.Bytes(100);
        string name = made.Saveset(Nodes.File("f", made.Chunk(content), 100));
        made.Knows(name, "f", MadeRepository.Print(content));
        made.Finish();
        Directory.CreateDirectory(made.At("index"));
    }

    private static void Replace(MadeRepository made, Func<MadeRepository, string> find, Action<MadeRepository, string> put)
    {
        made.HasRun = true;
        Some(made);
        string path = find(made);
        File.Delete(path);
        put(made, path);
    }

    private static void ReplaceFolder(MadeRepository made, string folder, Action<MadeRepository, string> put)
    {
        Some(made);
        if (Directory.Exists(made.At(folder)))
        {
            Directory.Delete(made.At(folder), recursive: true);
        }

        put(made, made.At(folder));
    }

    private static void Stray(MadeRepository made, string folder, Action<MadeRepository, string> put)
    {
        Some(made);
        Directory.CreateDirectory(made.At(folder));
        string[] names = [".DS_Store", new string('0', 32), "20220415T052000Z", ".nfs000", "lost+found", "\u001b[31m"];
        put(made, Path.Combine(made.At(folder), names[made.Chance.Next(names.Length)]));
    }

    private static void LeadsOutside(MadeRepository made, string folder)
    {
        Some(made);
        Directory.Delete(made.At(folder), recursive: true);
        Directory.CreateSymbolicLink(made.At(folder), made.Outside);
    }
}
