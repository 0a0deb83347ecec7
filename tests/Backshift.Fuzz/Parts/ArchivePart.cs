using Backshift.Fuzz.Archives;
using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Parts;

/// <summary>Archives of several formats, mostly spoilt, into bs-untar; what it makes of them has to be a stream that bs-chunk and bs-store take.</summary>
internal static class ArchivePart
{
    internal static void Run(Session session)
    {
        Random chance = new(session.Seed);
        byte[] archive = new TarMaker(chance).Make();
        if (archive.Length > 0 && chance.Next(3) > 0)
        {
            archive = ByteSpoiler.Spoil(archive, chance);
        }

        session.Kept.Add(("archive", archive));
        foreach (string[] options in (string[][])[[], ["-i"]])
        {
            RunResult untar = session.Run("bs-untar", "bs-untar", archive, options);
            StreamContents found = StreamContents.Read(untar.Output, new ChunkBook());
            if (!untar.IsCut && !untar.IsHung && found.IsWhole != untar.Status is 0 or 3)
            {
                session.Fault("bs-untar", $"status {untar.Status}, and its stream is {(found.IsWhole ? "whole" : "not whole")}");
            }

            if (untar.IsDone && untar.Status == 0 != (found.Problems.Count == 0))
            {
                session.Fault("bs-untar", $"status {untar.Status} with {found.Problems.Count} problems");
            }

            if (untar.IsDone && session.Run("bs-untar | bs-ls -", "bs-ls", untar.Output, "-0", "-") is { Status: >= 64 } list)
            {
                session.Fault("bs-untar", $"status {untar.Status}, and bs-ls refuses what it made: {Session.Short(list.SaidText)}");
            }

            if (untar.IsDone && session.Run("bs-untar | bs-chunk", "bs-chunk", untar.Output) is { Status: >= 64 } chunk)
            {
                session.Fault("bs-untar", $"status {untar.Status}, and bs-chunk refuses what it made: {Session.Short(chunk.SaidText)}");
            }
        }
    }
}
