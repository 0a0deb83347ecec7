using System.Globalization;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Objects;

namespace Backshift.Repository.Savesets;

/// <summary>Checks names of hosts and subsets, and makes file names of them; see backshift-repository(5), "Layout".</summary>
public static class SavesetName
{
    /// <summary>How many digits of the second a name may have.</summary>
    internal static readonly int[] Digits = [0, 3, 9];

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

    /// <summary>Where the savesets of a host and subset lie, as a path below the root.</summary>
    internal static BytePath Directory(string host, string? subset)
    {
        BytePath directory = BytePath.Of(RepositoryLayout.Savesets).Join(Escape(host));
        return subset is null ? directory : directory.Join("+" + Escape(subset));
    }

    /// <summary>Whether a name of a directory can be that of a host or, after the plus sign, of a subset. What other programs leave cannot, most often.</summary>
    internal static bool IsEscaped(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[0] == (byte)'.')
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == (byte)'%')
            {
                if (name.Length - i < 3 || name.Slice(i + 1, 2).ContainsAnyExcept("0123456789ABCDEF"u8))
                {
                    return false;
                }

                i += 2;
            }
            else if (!char.IsAsciiLetterOrDigit((char)name[i]) && !".-_"u8.Contains(name[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the name of a file can be that of a saveset: TIME, or TIME~N of a checkpoint.</summary>
    internal static bool IsTime(ReadOnlySpan<byte> name)
    {
        const int PlainTime = 15;
        int tilde = name.IndexOf((byte)'~');
        ReadOnlySpan<byte> number = tilde < 0 ? "1"u8 : name[(tilde + 1)..];
        ReadOnlySpan<byte> time = tilde < 0 ? name : name[..tilde];
        if (number.IsEmpty || number.Length > 19 || number[0] == (byte)'0' || !IsDigits(number) || time.Length <= PlainTime || time[^1] != (byte)'Z')
        {
            return false;
        }

        ReadOnlySpan<byte> fraction = time[PlainTime..^1];
        return IsDigits(time[..8]) && time[8] == (byte)'T' && IsDigits(time[9..PlainTime]) && (fraction.IsEmpty || (fraction.Length is 4 or 10 && fraction[0] == (byte)'.' && IsDigits(fraction[1..])));
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>The time as it stands in a name, with as many digits of the second as are needed to tell it from others.</summary>
    internal static string Time(UnixTime time, int digits)
    {
        string text = time.ToBasicString();
        string fraction = time.Nanoseconds.ToString("d9", CultureInfo.InvariantCulture)[..digits];
        return digits == 0 ? text : $"{text[..^1]}.{fraction}Z";
    }

    private static void Check(string what, string name, ExitCode code)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > MaxBytes || name.Contains('@', StringComparison.Ordinal) || name.Any(char.IsControl))
        {
            throw new BackshiftException(code, $"{what} \"{Escaping.Display(Encoding.UTF8.GetBytes(name))}\": must have 1 to {MaxBytes} bytes, and no @ or control character", Hint(what));
        }
    }

    private static string Hint(string what) => $"give another with --{what}";

    private static string Escape(string name)
    {
        StringBuilder text = new();
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            bool plain = char.IsAsciiLetterOrDigit((char)b) || b is (byte)'_' or (byte)'-' || (b == (byte)'.' && text.Length > 0);
            text.Append(plain ? ((char)b).ToString() : $"%{b:X2}");
        }

        return text.ToString();
    }
}
