using System.Text;
using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Parts;

/// <summary>A save into a repository that may be damaged: it fails and says why, or what it stored can be read.</summary>
internal static class WriterRound
{
    internal static void Run(Session session, string root, params (string Path, byte[] Content)[] files)
    {
        (string Path, byte[] Content)[] all = [.. files, ("a/new", Encoding.UTF8.GetBytes($"new content of {session.Seed}"))];
        byte[] stream = SmallStreams.Cut("h", all);
        RunResult store = session.Run("bs-store (after)", "bs-store", stream, "-r", root);
        if (!store.IsDone)
        {
            return;
        }

        ChunkBook book = new();
        string name = Encoding.UTF8.GetString(store.Output).Trim();
        RunResult read = session.Run("bs-read (after)", "bs-read", [], "-r", root, name);
        if (read.Status != 0)
        {
            session.Fault("bs-store (after)", $"status {store.Status}, and bs-read ends with {read.Status}: {Session.Short(read.SaidText)}");
            return;
        }

        foreach (string fault in StreamComparison.Faults(StreamContents.Read(stream, book), StreamContents.Read(read.Output, book), book, complete: true))
        {
            session.Fault("bs-store (after)", $"status {store.Status}: {fault}");
        }
    }
}
