using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Parts;

/// <summary>
/// Whatever stream bs-store ends with 0 or 3, bs-check is clean and bs-read returns it. A seed is a repository, into which streams go one after the other.
/// </summary>
internal static class StoredPart
{
    /// <summary>How many streams go into one repository.</summary>
    internal const int StreamsPerSeed = 20;

    internal static void Run(Session session)
    {
        Random chance = new(session.Seed);
        ChunkBook book = new();
        List<byte[]> held = [];
        string repository = session.At("repository");
        string[] codecs = ["zstd:1", "zstd:3", "none", "brotli", "lzma"];
        session.Run("bs-init", "bs-init", [], "--plain", "--average", "4K", "--codec", codecs[chance.Next(7) % 5], repository);
        for (int i = 0; i < StreamsPerSeed && !session.Failed; i++)
        {
            Mood mood = (Mood)chance.Next(3);
            MadeStream made = StreamMaker.Make(chance, mood, book, held, $"host{chance.Next(3)}", 1_700_000_000 + i);
            session.Kept.Clear();
            session.Kept.Add(($"stream-{i}", made.Bytes));
            Store(session, repository, made, book, held, chance);
        }

        RunResult check = session.Run("bs-check --read-data", "bs-check", [], "--read-data", repository);
        if (!IsClean(check))
        {
            session.Fault("bs-check --read-data", $"status {check.Status}: {Session.Short(check.SaidText)}");
        }

        session.CheckOutside();
    }

    private static void Store(Session session, string repository, MadeStream made, ChunkBook book, List<byte[]> held, Random chance)
    {
        HashSet<string> before = [.. SavesetNames.List(session, repository).Select(static saveset => saveset.Name)];
        string[] options = chance.Next(4) == 0 ? ["--no-delta"] : [];
        RunResult store = session.Run($"bs-store ({made.Mood})", "bs-store", made.Bytes, ["-r", repository, .. options]);
        StreamContents given = StreamContents.Read(made.Bytes, book);
        if (made.Mood == Mood.Valid && store.Status != 0)
        {
            session.Fault("bs-store", $"status {store.Status} for a valid stream: {Session.Short(store.SaidText)}");
        }
        else if (made.Mood == Mood.Odd && store.Status is not (0 or 3))
        {
            session.Fault("bs-store", $"status {store.Status} for what the page allows: {Session.Short(store.SaidText)}");
        }
        else if ((store.Status is 0 or 3 && !given.IsWhole) || (store.Status == 0 && given.HasWrongChunk))
        {
            session.Fault("bs-store", $"status {store.Status} for a stream that is cut or damaged");
        }

        RunResult check = session.Run("bs-check", "bs-check", [], repository);
        if (!IsClean(check))
        {
            session.Fault("bs-check", $"status {check.Status} after bs-store ended with {store.Status}: {Session.Short(check.SaidText)}");
        }

        List<string> fresh = [.. SavesetNames.List(session, repository).Select(static saveset => saveset.Name).Where(name => !before.Contains(name))];
        if (fresh.Count != 1 && store.Status is 0 or 3 || fresh.Count > 1)
        {
            session.Fault("bs-store", $"status {store.Status} and {fresh.Count} new savesets");
        }

        foreach (string name in fresh)
        {
            StreamContents? found = Compare(session, repository, name, given, store.Status, book, chance);
            held.AddRange(found?.Entries.SelectMany(static entry => entry.Parts).Where(static part => part.Digest is not null)
                .Select(static part => part.Digest!).Take(50) ?? []);
        }
    }

    /// <summary>Whether there is no damage. Entries of a type that is not known are none, and are named.</summary>
    private static bool IsClean(RunResult check) => check.Status == 0 || (check.Status == 3 && check.SaidText.Contains("\"door\"", StringComparison.Ordinal));

    private static StreamContents? Compare(Session session, string repository, string name, StreamContents given, int status, ChunkBook book, Random chance)
    {
        bool complete = status is 0 or 3;
        RunResult read = session.Run("bs-read", "bs-read", [], "-r", repository, name);
        if (read.IsCut)
        {
            return null;
        }

        if (read.Status != (complete ? 0 : 3))
        {
            session.Fault("bs-read", $"status {read.Status} of a saveset that bs-store ended with {status}: {Session.Short(read.SaidText)}");
            return null;
        }

        StreamContents found = StreamContents.Read(read.Output, book);
        if (complete && (!found.IsWhole || found.HasWrongChunk))
        {
            session.Fault("bs-read", "its stream is not whole, or has a chunk that does not match its digest");
        }

        foreach (string fault in StreamComparison.Faults(given, found, book, complete))
        {
            session.Fault("bs-read", $"bs-store {status}: {fault}");
        }

        if (status == 0 && found.Problems.Count > 0)
        {
            session.Fault("bs-store", $"status 0 with a problem: {StreamComparison.Shown(found.Problems[0].Text)}");
        }

        SavesetReaders.Compare(session, repository, name, found, book, chance);
        return found;
    }
}
