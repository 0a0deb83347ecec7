using System.Text;
using Backshift.Fuzz.Archives;
using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Parts;

/// <summary>
/// Every reader over every saveset of a repository. Where bs-check --read-data ends with 0 every reader must, too, and with the right bytes; where a reader
/// fails, bs-check must say why; and whatever a reader gives with status 0 is what is known of the repository.
/// </summary>
internal sealed class ReaderRound
{
    // bs-find, of a repository in which nothing matches.
    private const int NoMatch = 66;

    private readonly Session session;
    private readonly string root;
    private readonly IReadOnlyDictionary<string, Dictionary<string, string>> truth;
    private readonly ChunkBook book = new();
    private readonly List<string> failures = [];
    private bool isIncomplete;

    /// <param name="session">Runs the programs.</param>
    /// <param name="root">The repository.</param>
    /// <param name="truth">What is known of files, by saveset and path.</param>
    internal ReaderRound(Session session, string root, IReadOnlyDictionary<string, Dictionary<string, string>> truth)
    {
        this.session = session;
        this.root = root;
        this.truth = truth;
    }

    /// <summary>How many savesets are read.</summary>
    internal int SavesetLimit { get; init; } = 4;

    /// <summary>The status of bs-check --read-data.</summary>
    internal int CheckStatus { get; private set; }

    internal string CheckSaid { get; private set; } = "";

    internal void Read()
    {
        RunResult check = session.Run("bs-check", "bs-check", [], root), whole = session.Run("bs-check --read-data", "bs-check", [], "--read-data", root);
        CheckStatus = whole.Status;
        CheckSaid = Session.Short(whole.SaidText);
        if (check.Status != 0 && whole.Status == 0)
        {
            session.Fault("bs-check", $"status {check.Status}, and --read-data finds nothing: {Session.Short(check.SaidText)}");
        }

        foreach (string[] options in (string[][])[[], ["-0"], ["--complete"]])
        {
            Expect(session.Run("bs-ls", "bs-ls", [], [.. options, "-r", root]));
        }

        foreach (string[] arguments in (string[][])[["bs-find", "*"], ["bs-find", "--json", "*e*"], ["bs-stat", "-s"], ["bs-stat", "--json"], ["bs-report"]])
        {
            RunResult result = session.Run(arguments[0], arguments[0], [], [.. arguments[1..], "-r", root]);
            if (arguments[0] != "bs-find" || result.Status != NoMatch)
            {
                Expect(result);
            }
        }

        foreach ((string name, bool complete) in SavesetNames.List(session, root).Take(SavesetLimit))
        {
            isIncomplete = !complete;
            if (session.Hangs < 3)
            {
                ReadSaveset(name);
            }
        }

        Expect(session.Run("bs-since", "bs-since", SmallStreams.Walked("h"), "-r", root));
        if (CheckStatus == 0 && failures.Count > 0 && !whole.IsHung)
        {
            session.Fault("bs-check", $"status 0, and a reader fails: {failures[0]}");
        }
    }

    private void ReadSaveset(string name)
    {
        Dictionary<string, string> known = truth.TryGetValue(name, out Dictionary<string, string>? files) ? files : [];
        foreach (string[] options in (string[][])[["-l"], ["--json"], ["--attributes"], ["--problems"]])
        {
            Expect(session.Run("bs-ls SAVESET", "bs-ls", [], [.. options, "-r", root, name]));
        }

        RunResult list = Expect(session.Run("bs-ls SAVESET", "bs-ls", [], "-0", "-r", root, name));
        string[] paths = list.IsCut ? [] : Encoding.Latin1.GetString(list.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        ReadStream(name, known);
        Expect(session.Run("bs-read --references", "bs-read", [], "--references", "-r", root, name));
        if (session.Hangs >= 3)
        {
            return;
        }

        foreach (string[] options in (string[][])[[], ["--format", "gnu"], ["--format", "ustar"], ["--on-error", "skip"]])
        {
            ReadArchive(name, known, options);
        }

        foreach (string path in known.Keys.Concat(paths).Distinct()
            .Where(static path => path is not ['-', ..] && path.Length < 4096 && path[^1] != '/' && path.All(static c => c is > ' ' and < '\u007f')).Take(3))
        {
            ReadFile(name, path, known, paths);
        }

        Expect(session.Run("bs-diff", "bs-diff", [], "-r", root, name, name), mayDiffer: true);
        Expect(session.Run("bs-tag", "bs-tag", [], "-r", root, name));
    }

    private void ReadStream(string name, Dictionary<string, string> known)
    {
        RunResult read = Expect(session.Run("bs-read", "bs-read", [], "-r", root, name));
        if (read.IsCut || read.IsHung)
        {
            return;
        }

        StreamContents found = StreamContents.Read(read.Output, book);
        if (read.Status == 0 && (!found.IsWhole || found.HasWrongChunk))
        {
            session.Fault("bs-read", "status 0, and its stream is not whole or has a chunk that does not match its digest");
        }

        foreach (StreamEntry entry in found.Entries.Where(entry => read.Status == 0 && known.ContainsKey(entry.Path) && !entry.IsLink))
        {
            if (TarMember.Flat(entry, book) is { } print && print != known[entry.Path])
            {
                session.Fault("bs-read", $"status 0 over wrong output: {entry.Path} is {print}, not {known[entry.Path]}");
            }
        }
    }

    private void ReadArchive(string name, Dictionary<string, string> known, string[] options)
    {
        RunResult tar = session.Run("bs-tar", "bs-tar", [], ["-r", root, .. options, name]);
        if (options.Length == 0)
        {
            Expect(tar);
        }

        if (tar.Status != 0 || tar.IsCut || tar.IsHung)
        {
            return;
        }

        if (!TarReading.TryRead(tar.Output, out List<TarMember>? members))
        {
            session.Fault("bs-tar", "status 0, and what it wrote is no archive");
            return;
        }

        foreach (TarMember member in members.Where(member => member.Type is '0' or '\0' && known.ContainsKey(member.Name)))
        {
            if (member.Content != known[member.Name])
            {
                session.Fault("bs-tar", $"status 0 over wrong output: {member.Name} is {member.Content}, not {known[member.Name]}");
            }
        }
    }

    private void ReadFile(string name, string path, Dictionary<string, string> known, string[] paths)
    {
        RunResult cat = session.Run("bs-cat", "bs-cat", [], "-r", root, name, path);
        bool isFile = known.ContainsKey(path) && paths.Contains(path);
        if (isFile)
        {
            Expect(cat);
        }

        using ContentPrint print = new();
        print.Add(cat.Output);
        if (cat.Status == 0 && !cat.IsCut && !cat.IsHung && known.TryGetValue(path, out string? wanted) && print.Finish() is var got && got != wanted)
        {
            session.Fault("bs-cat", $"status 0 over wrong output: {path} is {got}, not {wanted}");
        }
    }

    /// <summary>Remembers a reader that does not end with 0.</summary>
    private RunResult Expect(RunResult result, bool mayDiffer = false)
    {
        if (result.Status != 0 && !(mayDiffer && result.Status == 1) && !(isIncomplete && result.Status == 3) && !result.IsCut)
        {
            failures.Add($"{result.Program}: status {result.Status}: {Session.Short(result.SaidText)}");
        }

        return result;
    }
}
