using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;

namespace Backshift.Repository.Savesets;

/// <summary>Finds the savesets that a command line and a listing name, each once.</summary>
public static class NamedSavesets
{
    /// <summary>The operand that stands for names on standard input.</summary>
    public const string Input = "-";

    /// <summary>The savesets, in the order in which they are named.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="operands">Names as <see cref="SavesetCatalog.Find"/> takes them; <see cref="Input"/> for those that a listing wrote.</param>
    /// <param name="readListed">Reads those.</param>
    /// <param name="clock">Tells what is the future.</param>
    /// <param name="warn">Receives each saveset that cannot be read.</param>
    /// <exception cref="BackshiftException">One is not there, or several match.</exception>
    public static List<Saveset> Find(
        RepositoryDirectory repository, IReadOnlyList<string> operands, Func<IReadOnlyList<string>> readListed, TimeProvider clock,
            Action<BackshiftException> warn)
    {
        List<Saveset> found = [];
        foreach (string operand in operands)
        {
            if (operand == Input)
            {
                IReadOnlyList<string> names = readListed();
                found.AddRange(names.Count == 0 ? [] : Listed(SavesetCatalog.List(repository, warn), names));
            }
            else
            {
                found.Add(SavesetCatalog.Find(repository, operand, clock, warn));
            }
        }

        return [.. found.DistinctBy(static saveset => saveset.Place)];
    }

    /// <summary>Those of a list that names stand for: whole names, as a listing writes them, or, among few, any beginning of the time that is unique.</summary>
    /// <exception cref="BackshiftException">One is not there, or several match.</exception>
    public static List<Saveset> Listed(IReadOnlyList<Saveset> savesets, IReadOnlyList<string> names)
    {
        Dictionary<string, Saveset> byName = [];
        foreach (Saveset saveset in savesets)
        {
            byName[saveset.Name] = saveset;
        }

        foreach (Saveset saveset in savesets)
        {
            byName.TryAdd(saveset.ColumnName, saveset);
        }

        return [.. names.Select(name => byName.GetValueOrDefault(name) ?? Beginning(savesets, name)).DistinctBy(static saveset => saveset.Place)];
    }

    private static Saveset Beginning(IReadOnlyList<Saveset> savesets, string name)
    {
        int at = name.LastIndexOf('@');
        string time = SavesetCatalog.Plain(name[(at + 1)..]);
        List<Saveset> matching = at < 0 || time.Length == 0 ? [] : [.. savesets.Where(saveset =>
            saveset.Owner == name[..at] && SavesetCatalog.Plain(saveset.Time).StartsWith(time, StringComparison.OrdinalIgnoreCase))];
        return matching.Count switch
        {
            1 => matching[0],
            0 => throw new BackshiftException(ExitCode.NoInput, $"{Escaping.Display(Encoding.UTF8.GetBytes(name))}: there is no such saveset"),
            _ => throw new BackshiftException(ExitCode.NoInput,
                $"{Escaping.Display(Encoding.UTF8.GetBytes(name))}: {matching.Count} savesets match, {matching[0].Name} and {matching[1].Name} among them",
                "give more of the time"),
        };
    }
}
