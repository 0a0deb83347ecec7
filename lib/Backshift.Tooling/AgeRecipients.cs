using System.Text;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Sealing;

namespace Backshift.Tooling;

/// <summary>A file of recipients as age(1) takes it with -R: one on each line, empty lines and comments aside.</summary>
public static class AgeRecipients
{
    /// <summary>Reads one.</summary>
    /// <param name="path">The file; none if it is empty.</param>
    /// <exception cref="BackshiftException">It has none, or is too long.</exception>
    public static List<string> Read(BytePath path)
    {
        List<string> recipients = [];
        if (path.IsEmpty)
        {
            return recipients;
        }

        using UnixFile file = UnixFile.Open(path);
        byte[] bytes = new byte[KeySlot.AgeLimit + 1];
        int length = 0, count;
        while (length < bytes.Length && (count = file.Read(bytes.AsSpan(length))) > 0)
        {
            length += count;
        }

        if (length > KeySlot.AgeLimit)
        {
            throw new BackshiftException(ExitCode.Usage, $"{path}: has more than {KeySlot.AgeLimit} bytes");
        }

        CommentedLines lines = new(bytes.AsSpan(0, length));
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            recipients.Add(Utf8.IsValid(line) ? Encoding.UTF8.GetString(line)
                : throw new BackshiftException(ExitCode.Usage, $"{path}: is no list of recipients of age(1)"));
        }

        return recipients.Count > 0 ? recipients : throw new BackshiftException(ExitCode.Usage, $"{path}: has no recipient");
    }
}
