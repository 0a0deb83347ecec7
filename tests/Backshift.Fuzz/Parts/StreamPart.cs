using System.Text;
using Backshift.Fuzz.Archives;
using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;
using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Parts;

/// <summary>A stream, mostly spoilt, into every program that reads one. What is cut or no stream is refused; what comes out of a program that ends well is a
/// stream that says the same.</summary>
internal static class StreamPart
{
    internal static void Run(Session session)
    {
        Random chance = new(session.Seed);
        ChunkBook book = new();
        string repository = session.At("repository");
        session.Run("bs-init", "bs-init", [], "--plain", repository);
        byte[] first = StreamMaker.Make(chance, Mood.Valid, book, [], "h", 1_700_000_000).Bytes;
        session.Run("bs-store (base)", "bs-store", first, "-r", repository);
        string name = SavesetNames.List(session, repository).Select(static saveset => saveset.Name).FirstOrDefault() ?? "h";
        MadeStream made = StreamMaker.Make(chance, (Mood)chance.Next(3), book, [], "h", 1_700_000_001);
        byte[] stream = chance.Next(5) == 0 ? made.Bytes
            : StreamSpoiler.Spoil(chance.Next(2) == 0 ? StreamUncutter.Uncut(made, book, chance) : made.Bytes, made.Records, chance);
        session.Kept.Add(("stream", stream));
        StreamContents given = StreamContents.Read(stream, book);
        Pass(session, "bs-chunk", stream, given, book);
        Pass(session, "bs-chunk", stream, given, book, "-r", repository);
        Pass(session, "bs-since", stream, given, book, "-r", repository);
        byte[] forwarded = Pass(session, "bs-store", stream, given, book, "--forward", "-r", repository);
        forwarded = forwarded.Length == 0 || chance.Next(2) == 0 ? forwarded : ByteSpoiler.Spoil(forwarded, chance);
        Lines(session, stream, chance);
        foreach (string[] options in (string[][])[["-l"], ["--json"], ["--attributes"]])
        {
            Read(session, "bs-ls -", given, session.Run("bs-ls -", "bs-ls", stream, [.. options, "-"]));
        }

        Names(session, stream, given);
        Archive(session, stream, given, book);
        Read(session, "bs-tar -", given, session.Run("bs-tar -", "bs-tar", stream, "--format", "gnu", "-"));
        Read(session, "bs-diff -", given, session.Run("bs-diff -", "bs-diff", stream, "-r", repository, name, "-"));
        Read(session, "bs-index", StreamContents.Read(forwarded, book),
            session.Run("bs-index", "bs-index", forwarded, "-r", repository, "--time", "@1700000005"));
        Read(session, "bs-store", given, session.Run("bs-store", "bs-store", stream, "-r", repository, "--time", "@1700000006"));
        RunResult check = session.Run("bs-check --read-data", "bs-check", [], "--read-data", repository);
        if (check.Status != 0)
        {
            session.Fault("bs-check --read-data", $"status {check.Status} after what streams did: {Session.Short(check.SaidText)}");
        }
    }

    /// <summary>A program must not end well over a stream that did not.</summary>
    private static void Read(Session session, string target, StreamContents given, RunResult result)
    {
        if (result.Status is 0 or 3 or 1 && !given.IsWhole && !result.IsCut && !result.IsHung)
        {
            session.Fault(target, $"status {result.Status} for a stream that is cut or damaged");
        }
    }

    private static byte[] Pass(Session session, string program, byte[] stream, StreamContents given, ChunkBook book, params string[] options)
    {
        string target = options.Contains("--forward") ? $"{program} --forward" : program;
        RunResult result = session.Run(target, program, stream, options);
        Read(session, target, given, result);
        if (result.IsCut || result.IsHung)
        {
            return result.Output;
        }

        StreamContents found = StreamContents.Read(result.Output, book);
        if (found.IsWhole != result.Status is 0 or 3)
        {
            session.Fault(target, $"status {result.Status}, and its stream is {(found.IsWhole ? "whole" : "not whole")}");
        }

        if (result.Status != 0)
        {
            return result.Output;
        }

        if (!found.Entries.Select(static entry => entry.Path).SequenceEqual(given.Entries.Select(static entry => entry.Path)))
        {
            session.Fault(target, "status 0, and the entries are not those that came");
            return result.Output;
        }

        foreach ((StreamEntry before, StreamEntry after) in given.Entries.Zip(found.Entries).Where(static pair => pair.First.Parts.Count > 0))
        {
            if (before.Content(book) is { } wanted && after.Content(book) != wanted)
            {
                session.Fault(target, $"status 0 over wrong output: {StreamComparison.Shown(before.Path)} is {after.Content(book)}, not {wanted}");
            }
        }

        return result.Output;
    }

    private static void Names(Session session, byte[] stream, StreamContents given)
    {
        RunResult list = session.Run("bs-ls -", "bs-ls", stream, "-0", "-");
        Read(session, "bs-ls -", given, list);
        string[] names = Encoding.Latin1.GetString(list.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        if (list.Status == 0 && !names.SequenceEqual(given.ListedNames()))
        {
            session.Fault("bs-ls -", "status 0, and the names are not those that came");
        }
    }

    private static void Archive(Session session, byte[] stream, StreamContents given, ChunkBook book)
    {
        RunResult tar = session.Run("bs-tar -", "bs-tar", stream, "-");
        Read(session, "bs-tar -", given, tar);
        if (tar.Status != 0 || tar.IsCut || tar.IsHung)
        {
            return;
        }

        if (!TarReading.TryRead(tar.Output, out List<TarMember>? members))
        {
            session.Fault("bs-tar -", "status 0, and what it wrote is no archive");
            return;
        }

        Dictionary<string, TarMember> last = [];
        members.ForEach(member => last[member.Name] = member);
        foreach (StreamEntry entry in given.Entries.Where(static entry => entry.Type == "file").GroupBy(static entry => entry.Path)
            .Select(static group => group.Last()))
        {
            if (TarMember.Flat(entry, book) is { } wanted
                && (!last.TryGetValue(entry.Path, out TarMember? member) || (member.Content != wanted && member.Type is '0' or '\0')))
            {
                session.Fault("bs-tar -", $"status 0 over wrong output: {StreamComparison.Shown(entry.Path)}");
            }
        }
    }

    /// <summary>To JSON and back, which must lose nothing; and back from lines that were spoilt.</summary>
    private static void Lines(Session session, byte[] stream, Random chance)
    {
        RunResult lines = session.Run("bs-json", "bs-json", stream);
        if (lines.IsCut || lines.IsHung)
        {
            return;
        }

        RunResult back = session.Run("bs-json -d", "bs-json", lines.Output, "-d");
        if (lines.Status == 0)
        {
            string wanted = Meaning(stream), got = Meaning(back.Output);
            if (back.Status != 0 || got != wanted)
            {
                int at = wanted.Zip(got).TakeWhile(static pair => pair.First == pair.Second).Count();
                session.Fault("bs-json -d",
                    $"status {back.Status}, and what comes back is not what went: {wanted[Math.Max(0, at - 60)..Math.Min(wanted.Length, at + 60)]} became "
                    + $"{got[Math.Max(0, at - 60)..Math.Min(got.Length, at + 60)]}: {Session.Short(back.SaidText)}");
            }
        }

        RunResult spoilt = session.Run("bs-json -d (spoilt)", "bs-json", lines.Output.Length == 0 ? [] : ByteSpoiler.Spoil(lines.Output, chance), "-d");
        if (spoilt.IsDone && !StreamContents.Read(spoilt.Output, new ChunkBook()).IsWhole)
        {
            session.Fault("bs-json -d (spoilt)", $"status {spoilt.Status}, and its stream is not whole");
        }
    }

    // Names and contents may come as text or as bytes; both mean the same there.
    private static string Meaning(byte[] stream) =>
        string.Join('\n', ValueReader.ReadAll(stream).Values.Select(static value => value.Meaning.Replace("\"", "b", StringComparison.Ordinal)));
}
