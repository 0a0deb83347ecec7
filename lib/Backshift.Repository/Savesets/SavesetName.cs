using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Repository.Savesets;

/// <summary>Checks names of hosts and subsets, and makes file names of them; see backshift-repository(5), "Layout".</summary>
public static class SavesetName
{
    /// <summary>How many digits of the second a name may have.</summary>
    private static readonly int[] Digits = [0, 3, 9];

    // Three bytes for each in a file name, which may have 255.
    private const int MaxBytes = 80;

    /// <summary>Refuses a host name that cannot be one, or that every machine has.</summary>
    /// <param name="host">The name.</param>
    /// <param name="code">The status of the refusal: the name may come from the command line or from a stream.</param>
    /// <exception cref="BackshiftException">It is empty, too long, has a slash, an at sign or a control character, or is "localhost".</exception>
    public static void CheckHost(string host, ExitCode code)
    {
        if (host is "localhost" || host.StartsWith("localhost.", StringComparison.Ordinal))
        {
            throw new BackshiftException(code, $"host {host}: every machine has this name", "give a unique name with --host NAME");
        }

        if (host.Contains('/', StringComparison.Ordinal))
        {
            throw new BackshiftException(code, $"host {Escaping.Display(Encoding.UTF8.GetBytes(host))}: has a slash in it", Hint("host"));
        }

        Check("host", host, code);
    }

    /// <summary>Refuses a subset name that cannot be one.</summary>
    /// <param name="subset">The name.</param>
    /// <param name="code">The status of the refusal.</param>
    /// <exception cref="BackshiftException">It is empty, too long, or has an at sign or a control character.</exception>
    public static void CheckSubset(string subset, ExitCode code) => Check("subset", subset, code);

    /// <summary>Where the savesets of a host and subset lie, or their tags, or those that are expired, as a path below the root.</summary>
    internal static BytePath Directory(string host, string? subset, ObjectType type = ObjectType.Saveset)
    {
        BytePath directory = ObjectPath.FolderOf(type).Join(SavesetPath.Escape(Encoding.UTF8.GetBytes(host)));
        return subset is null ? directory : directory.Join(FolderOfSubset(subset));
    }

    /// <summary>The name of the folder of a subset, in that of its host.</summary>
    internal static ReadOnlySpan<byte> FolderOfSubset(string subset) => Encoding.ASCII.GetBytes("+" + SavesetPath.Escape(Encoding.UTF8.GetBytes(subset)));

    /// <summary>Whether a host or subset that a user looks for can have files; null for any.</summary>
    internal static bool MayBe(string? name) => name is null || (name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxBytes);

    /// <summary>The path, or the folder, below the folder of another type: expired/web/TIME of savesets/web/TIME.</summary>
    internal static BytePath Below(ObjectType type, BytePath path) => ObjectPath.FolderOf(type).Join(path.Span[(path.Span.IndexOf((byte)'/') + 1)..]);

    /// <summary>The time as it stands in a name, with as many digits of the second as are needed to tell it from others.</summary>
    internal static string Time(UnixTime time, int digits)
    {
        string text = time.ToBasicString();
        string fraction = time.Nanoseconds.ToString("d9", CultureInfo.InvariantCulture)[..digits];
        return digits == 0 ? text : $"{text[..^1]}.{fraction}Z";
    }

    /// <summary>
    /// The forms of a time as it can stand in a name, in the order in which they are tried: more and more digits of the second; at last some of the identity of
    /// the save, which no other has.
    /// </summary>
    /// <param name="started">The time.</param>
    /// <param name="save">The identity, or empty.</param>
    internal static IEnumerable<string> Forms(UnixTime started, byte[] save)
    {
        foreach (int digits in Digits)
        {
            yield return Time(started, digits);
        }

        if (save.Length > 0)
        {
            yield return $"{Time(started, 0)}_{Convert.ToHexStringLower(save.AsSpan(0, 4))}";
        }
    }

    private static void Check(string what, string name, ExitCode code)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MaxBytes || name.Contains('@', StringComparison.Ordinal) || name.Any(char.IsControl))
        {
            throw new BackshiftException(code,
                $"{what} \"{Escaping.Display(Encoding.UTF8.GetBytes(name))}\": must have 1 to {MaxBytes} bytes, and no @ or control character", Hint(what));
        }
    }

    private static string Hint(string what) => $"give another with --{what}";
}
