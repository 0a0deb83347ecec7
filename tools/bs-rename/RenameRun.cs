using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository;
using Backshift.Repository.Renaming;
using Backshift.Repository.Savesets;
using Backshift.Tooling;

namespace Backshift.Tools.Rename;

/// <summary>Renames savesets one by one; see bs-rename(1).</summary>
internal sealed class RenameRun
{
    private readonly RepositoryReader reader;
    private readonly RenameOptions options;
    private readonly Tool tool;
    private ExitCode code = ExitCode.Done;

    internal RenameRun(RepositoryReader reader, RenameOptions options, Tool tool)
    {
        this.reader = reader;
        this.options = options;
        this.tool = tool;
    }

    internal ExitCode Run(CancellationToken cancel)
    {
        List<Saveset> superseded = [], all = SavesetCatalog.List(reader.Directory, Damaged, superseded);
        List<Saveset> wanted = all.FindAll(IsWanted);
        if (wanted.Count == 0)
        {
            throw new BackshiftException(ExitCode.NoInput, $"there is no saveset of {Shown(options.From.ToString())}", "bs-ls lists the savesets");
        }

        if (!options.Join)
        {
            CheckNoneOfNewName(all, wanted);
        }

        SavesetRenaming renaming = new(reader.Directory, tool.Clock, tool.Warn);
        OutputBuffer output = new(tool.OpenText());
        using JsonLine json = new(output, Descriptors.IsTerminal(1));
        int renamed = 0;
        try
        {
            foreach (Saveset saveset in wanted)
            {
                cancel.ThrowIfCancellationRequested();
                if (TryRename(renaming, saveset) is { } name)
                {
                    renamed++;
                    Write(output, json, saveset, name);
                }
            }

            // They would be listed again without the savesets that stand for them.
            superseded.FindAll(saveset => IsWanted(saveset) && !options.DryRun).ForEach(renaming.DeleteSuperseded);
            if (!options.DryRun)
            {
                reader.Directory.VerifyPlace();
            }
        }
        finally
        {
            if (!options.Json)
            {
                string did = options.DryRun ? "would be renamed" : "renamed";
                string count = $"{SizeText.Count(renamed)} saveset{(renamed == 1 ? "" : "s")}";
                string text = $"{count} of {Shown(options.From.ToString())} {did} to {Shown(options.To.ToString())}\n";
                output.Write(Encoding.UTF8.GetBytes(text));
            }

            output.Flush();
        }

        return code;
    }

    private string? TryRename(SavesetRenaming renaming, Saveset saveset)
    {
        try
        {
            return options.DryRun ? $"{Target(saveset)}@{saveset.Time}" : renaming.Rename(saveset, options.To.Host, Target(saveset).Subset);
        }
        catch (BackshiftException e) when (e is not StoreException)
        {
            code = ExitCode.Incomplete;
            tool.Warn(e);
            return null;
        }
    }

    private void Write(OutputBuffer output, JsonLine json, Saveset saveset, string name)
    {
        if (options.Json)
        {
            json.Start();
            json.Text("from", saveset.Name);
            json.Text("to", name);
            json.End();
            output.Write((byte)'\n');
        }
        else if (options.DryRun)
        {
            output.Write(Encoding.UTF8.GetBytes($"{Shown(saveset.Name)} {Shown(name)}\n"));
        }
    }

    /// <summary>A host is renamed with all its subsets; a part of a host becomes another part, or a host.</summary>
    private OwnerName Target(Saveset saveset) => options.From.Subset is null ? options.To with { Subset = saveset.Subset } : options.To;

    private bool IsWanted(Saveset saveset) =>
        saveset.Host == options.From.Host && (options.From.Subset is null || saveset.Subset == options.From.Subset);

    private void CheckNoneOfNewName(List<Saveset> all, List<Saveset> wanted)
    {
        Dictionary<string, string> targets = [];
        foreach (Saveset saveset in wanted)
        {
            targets[Target(saveset).ToString()] = saveset.Owner;
        }

        // Those that an earlier attempt has renamed may be there.
        if (all.Find(saveset => targets.TryGetValue(saveset.Owner, out string? from) && saveset.Renamed?.From != from) is { } other)
        {
            throw new BackshiftException(ExitCode.CannotCreate, $"there are savesets of {Shown(other.Owner)} already, such as {Shown(other.Name)}",
                "give --join if they belong together");
        }
    }

    private static string Shown(string name) => Escaping.Display(Encoding.UTF8.GetBytes(name));

    private void Damaged(BackshiftException trouble)
    {
        code = ExitCode.DataError;
        tool.Warn(trouble);
    }
}
