using System.Text;
using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Parts;

/// <summary>Lists of paths, mostly spoilt, into bs-walk.</summary>
internal static class ListPart
{
    internal static void Run(Session session)
    {
        Random chance = new(session.Seed);
        string tree = session.At("tree");
        Directory.CreateDirectory(Path.Combine(tree, "d/e"));
        foreach (string name in (string[])["d/a", "d/e/b", "c", "with\nnewline"])
        {
            File.WriteAllText(Path.Combine(tree, name), name);
        }

        File.CreateSymbolicLink(Path.Combine(tree, "link"), "d");
        char end = chance.Next(2) == 0 ? '\0' : '\n';
        bool sized = chance.Next(3) == 0;
        byte[] list =
            Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, chance.Next(0, 20)).Select(_ => (sized ? $"{Size(chance)} " : "") + One(chance) + end)));
        if (list.Length > 0 && chance.Next(2) == 0)
        {
            list = ByteSpoiler.Spoil(list, chance);
        }

        session.Kept.Add(("list", list));
        string patterns = session.At("patterns");
        File.WriteAllBytes(patterns, ByteSpoiler.Spoil("*.o\n/d/**\n!keep\n[a-z]*?\n# said\n"u8.ToArray(), chance));
        session.Kept.Add(("patterns", File.ReadAllBytes(patterns)));
        string[] options = [end == '\n' ? "-l" : "-0", .. sized ? (string[])["--sized"] : [], .. chance.Next(3) == 0 ? (string[])["--count"] : []];
        session.WorkingFolder = tree;
        foreach (string[] arguments in (string[][])[options, [.. options, "--exclude-from", patterns], ["--exclude-from", patterns, "."]])
        {
            RunResult walk = session.Run("bs-walk", "bs-walk", list, arguments);
            StreamContents found = StreamContents.Read(walk.Output, new ChunkBook());
            if (!walk.IsCut && !walk.IsHung && found.IsWhole != walk.Status is 0 or 3)
            {
                session.Fault("bs-walk", $"status {walk.Status}, and its stream is {(found.IsWhole ? "whole" : "not whole")}");
            }

            if (walk.IsDone && walk.Status == 0 != (found.Problems.Count == 0))
            {
                session.Fault("bs-walk", $"status {walk.Status} with {found.Problems.Count} problems");
            }
        }
    }

    private static string Size(Random chance) => chance.Next(6) switch { 0 => "-1", 1 => "99999999999999999999", 2 => "x", 3 => "", _ => "12" };

    private static string One(Random chance) => chance.Next(12) switch
    {
        0 => "nowhere",
        1 => "../up",
        2 => "/dev/null",
        3 => new string('x', 5000),
        4 => "",
        5 => "with\nnewline",
        6 => "./d/../c",
        7 => "link/e",
        8 => "c/below",
        _ => ((string[])["d", "d/a", "d/e", "c", "link"])[chance.Next(5)],
    };
}
