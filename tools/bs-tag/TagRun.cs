using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Expiring;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Tag;

/// <summary>Changes tags, notes and holds; see bs-tag(1).</summary>
internal sealed class TagRun
{
    private readonly RepositoryReader reader;
    private readonly TagOptions options;
    private readonly Tool tool;
    private ExitCode code = ExitCode.Done;

    internal TagRun(RepositoryReader reader, TagOptions options, Tool tool)
    {
        this.reader = reader;
        this.options = options;
        this.tool = tool;
    }

    internal ExitCode Run(CancellationToken cancel)
    {
        bool changes = !options.Change.IsEmpty && !options.DryRun;
        List<Saveset> shown = [];
        int changed = 0;
        foreach (Saveset saveset in NamedSavesets.Find(reader.Directory, options.Names, () => NameLines.Read(tool.OpenInput("names")), tool.Clock, Damaged))
        {
            cancel.ThrowIfCancellationRequested();
            if (!changes)
            {
                shown.Add(options.Change.Preview(saveset));
            }
            else if (TryChange(saveset) is { } after)
            {
                shown.Add(after);
                changed++;
            }
        }

        OutputBuffer output = new(tool.OpenText());
        if (!changes || options.Json)
        {
            TagLines.Write(output, options, shown);
            return code;
        }

        reader.Directory.VerifyPlace();
        output.Write(Encoding.UTF8.GetBytes($"set for {SizeText.Count(changed)} saveset{(changed == 1 ? "" : "s")}: {What()}\n"));
        output.Flush();
        return code;
    }

    private Saveset? TryChange(Saveset saveset)
    {
        try
        {
            Saveset after = options.Change.Publish(reader.Directory, saveset, tool.Clock, tool.Warn);
            if (options.Change.Hold == true && new Expiry(reader.Directory, tool.Clock, tool.Warn).IsBeingExpired(saveset))
            {
                // A program that expires looks for holds after it has made a copy; so one of the two sees the other.
                code = ExitCode.Incomplete;
                tool.Warn($"{Shown(saveset)}: is on hold now, but is being expired, or a program that did so was killed",
                    $"when no bs-expire is running and bs-ls does not list it: bs-expire --undo {Shown(saveset)}");
            }

            return after;
        }
        catch (BackshiftException e) when (e is not StoreException && e.Code != ExitCode.Usage)
        {
            code = ExitCode.Incomplete;
            tool.Warn(e);
            return null;
        }
    }

    private string What()
    {
        TagChange change = options.Change;
        bool tags = change.Clear || change.Add.Count > 0 || change.Remove.Count > 0;
        string?[] parts =
        [
            tags ? "tags" : null,
            change.Note switch { null => null, "" => "no note", _ => "note" },
            change.Hold switch { null => null, true => "hold", false => "no hold" },
        ];
        return string.Join(", ", parts.Where(static part => part is not null));
    }

    private static string Shown(Saveset saveset) => Escaping.Display(Encoding.UTF8.GetBytes(saveset.Name));

    private void Damaged(BackshiftException trouble)
    {
        code = ExitCode.DataError;
        tool.Warn(trouble);
    }
}
