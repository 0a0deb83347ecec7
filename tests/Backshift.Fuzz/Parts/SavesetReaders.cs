using System.Text;
using Backshift.Fuzz.Archives;
using Backshift.Fuzz.Running;
using Backshift.Fuzz.Streams;

namespace Backshift.Fuzz.Parts;

/// <summary>Holds the other readers of a saveset against the stream that bs-read makes of it.</summary>
internal static class SavesetReaders
{
    private const int CatLimit = 32 << 20;

    internal static void Compare(Session session, string repository, string name, StreamContents read, ChunkBook book, Random chance)
    {
        CompareNames(session, repository, name, read);
        CompareArchive(session, repository, name, read, book);
        CompareFiles(session, repository, name, read, book, chance);
    }

    private static void CompareNames(Session session, string repository, string name, StreamContents read)
    {
        RunResult list = session.Run("bs-ls SAVESET", "bs-ls", [], "-0", "-r", repository, name);
        if (list.Status is not (0 or 3))
        {
            session.Fault("bs-ls SAVESET", $"status {list.Status}, and bs-read can read it: {Session.Short(list.SaidText)}");
            return;
        }

        string[] names = Encoding.Latin1.GetString(list.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        string[] wanted = [.. read.ListedNames()];
        if (!names.SequenceEqual(wanted))
        {
            string odd = wanted.Except(names).Concat(names.Except(wanted)).FirstOrDefault() ?? "";
            session.Fault("bs-ls SAVESET", $"lists {names.Length} names, bs-read gives {wanted.Length}: {StreamComparison.Shown(odd)}");
        }
    }

    private static void CompareArchive(Session session, string repository, string name, StreamContents read, ChunkBook book)
    {
        RunResult tar = session.Run("bs-tar", "bs-tar", [], "-r", repository, name);
        if (tar.IsCut)
        {
            return;
        }

        if (tar.Status is not (0 or 3))
        {
            session.Fault("bs-tar", $"status {tar.Status}, and bs-read can read it: {Session.Short(tar.SaidText)}");
            return;
        }

        if (!TarReading.TryRead(tar.Output, out List<TarMember>? members))
        {
            session.Fault("bs-tar", $"status {tar.Status}, and what it wrote is no archive");
            return;
        }

        Dictionary<string, TarMember> byName = [];
        members.ForEach(member => byName[member.Name] = member);
        HashSet<string> sockets = [.. read.Entries.Where(static entry => entry.Type == "socket").Select(static entry => entry.Path)];
        foreach (StreamEntry entry in read.Entries.Where(entry => entry.Type != "socket" && !(entry.IsLink && sockets.Contains(entry.Target))))
        {
            if (!byName.TryGetValue(entry.Path, out TarMember? member))
            {
                if (tar.Status == 0)
                {
                    session.Fault("bs-tar", $"status 0 and {StreamComparison.Shown(entry.Path)} is not in the archive");
                }

                continue;
            }

            string? wanted = entry.Type == "file" ? TarMember.Flat(entry, book) : null;
            if (wanted is not null && member.Content != wanted)
            {
                session.Fault("bs-tar",
                    $"status {tar.Status}: {StreamComparison.Shown(entry.Path)} has another content in the archive: {member.Content}, not {wanted}");
            }

            if (entry.Type is "symlink" or "link" && member.Target != entry.Target)
            {
                session.Fault("bs-tar",
                    $"status {tar.Status}: {StreamComparison.Shown(entry.Path)} leads to {StreamComparison.Shown(member.Target)}, not "
                    + $"{StreamComparison.Shown(entry.Target)}");
            }
        }
    }

    private static void CompareFiles(Session session, string repository, string name, StreamContents read, ChunkBook book, Random chance)
    {
        List<StreamEntry> files = [.. read.Entries.Where(static entry =>
            entry.Type == "file" && entry.Path.Length < 4096 && entry.Path[0] != '-' && entry.Parts.Sum(static part => (double)part.Size) < CatLimit)];
        if (files.Count == 0)
        {
            return;
        }

        StreamEntry entry = files[chance.Next(files.Count)];
        if (entry.Path.Any(static c => c > '\u007f'))
        {
            // An argument that is not UTF-8 cannot be given by the system of this program.
            return;
        }

        RunResult cat = session.Run("bs-cat", "bs-cat", [], "-r", repository, name, entry.Path);
        using ContentPrint print = new();
        print.Add(cat.Output);
        if (cat.Status != 0 || print.Finish() != TarMember.Flat(entry, book))
        {
            session.Fault("bs-cat",
                $"status {cat.Status}, and not the content that bs-read gives of {StreamComparison.Shown(entry.Path)}: {Session.Short(cat.SaidText)}");
        }
    }
}
