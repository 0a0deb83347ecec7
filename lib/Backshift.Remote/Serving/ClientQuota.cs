using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Serving;

/// <summary>
/// How much of a repository a client may fill: with the objects that it has added and that are still there, and with its drafts. The account of them is a file
/// to which each server of the client appends a line before it publishes anything; see bs-serve(1), "QUOTAS". May be used by several threads.
/// </summary>
public sealed class ClientQuota : IDisposable
{
    // So much of the account is read at once, and its objects are looked for together: a line is a number and a path, and what is longer is no line of ours.
    private const int PieceSize = 16 << 10;

    private readonly LineFile lines;
    private readonly UnixFile account;
    private readonly long most;
    private readonly Lock gate = new();
    private readonly byte[] buffer = new byte[PieceSize];
    private long added;
    private long drafts;
    private long readTo;
    private bool hasBegun;

    /// <summary>Opens the account, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">How many bytes the client may have there.</param>
    /// <exception cref="BackshiftException">It cannot be read, or not be appended to.</exception>
    public ClientQuota(BytePath path, long most)
    {
        this.most = most;
        lines = new LineFile(path, "the account of the client's quota", isDurable: true);
        try
        {
            account = UnixFile.Open(path);
        }
        catch (UnixException e)
        {
            lines.Dispose();
            throw Unreadable(path, e);
        }

        // A device may never end.
        if (FileStatus.Of(account).Kind != FileKind.Regular)
        {
            Dispose();
            throw new BackshiftException(ExitCode.Usage, $"{path}: the account of a client's quota must be a regular file");
        }
    }

    /// <summary>Takes room for bytes that the client sends. To be called before they are written anywhere.</summary>
    /// <param name="store">Where its objects are.</param>
    /// <param name="bytes">How many.</param>
    /// <exception cref="StoreException">The client has no room for them, or the account cannot be used.</exception>
    internal void Take(IObjectStore store, long bytes)
    {
        lock (gate)
        {
            lines.Verify();
            ReadOn(store);
            if (bytes > most - added - drafts)
            {
                string reason = string.Create(CultureInfo.InvariantCulture,
                    $"the quota of this client is used up: it has {added + drafts} of {most} bytes, and needs {bytes} more");
                throw new StoreException(StoreTrouble.Refused, ExitCode.NotPermitted, $"{store.Location}: {reason}", reason,
                    hint: "expire savesets that are not needed, and have bs-collect run, or ask for a larger quota");
            }

            drafts += bytes;
        }
    }

    /// <summary>Gives the room back that a draft took which is not there any more.</summary>
    internal void Return(long bytes)
    {
        lock (gate)
        {
            drafts -= bytes;
        }
    }

    /// <summary>Enters an object into the account, durably. To be called before it is published: if that fails, it is not there, and does not count the next
    /// time.</summary>
    /// <param name="path">The object.</param>
    /// <param name="length">Its length.</param>
    /// <param name="taken">How much room was taken for it: it counts as an object from now on.</param>
    /// <exception cref="StoreException">It cannot be entered.</exception>
    internal void Enter(ObjectPath path, long length, long taken)
    {
        byte[] line = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} ")), .. path.Path.Span, (byte)'\n'];
        lock (gate)
        {
            lines.Append(EndsWithinLine() ? [(byte)'\n', .. line] : line);
            drafts -= taken;
        }
    }

    public void Dispose()
    {
        lines.Dispose();
        account.Dispose();
    }

    // A full disk leaves a part of a line, of an object that was not published then. The next line must not become the rest of it.
    private bool EndsWithinLine()
    {
        try
        {
            Span<byte> last = stackalloc byte[1];
            long size = FileStatus.Of(account).Size;
            return size > 0 && account.ReadAt(last, size - 1) == 1 && last[0] != (byte)'\n';
        }
        catch (UnixException e)
        {
            throw Unreadable(account.Path, e);
        }
    }

    // What other servers of the client have entered since counts from now on; what is gone by now never does.
    private void ReadOn(IObjectStore store)
    {
        try
        {
            int count;
            while ((count = account.ReadAt(buffer, readTo)) > 0)
            {
                int end = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
                if (end < 0 && count < buffer.Length)
                {
                    // The rest of it may come.
                    break;
                }

                Count(store, buffer.AsSpan(0, Math.Max(end, 0)));

                // One that is too long is passed over.
                readTo += end < 0 ? count : end + 1;
            }

            hasBegun = true;
        }
        catch (UnixException e)
        {
            throw Unreadable(account.Path, e);
        }
    }

    private void Count(IObjectStore store, ReadOnlySpan<byte> lines)
    {
        List<ObjectPath> paths = [];
        List<long> lengths = [];
        foreach (Range range in lines.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = lines[range];
            int space = line.IndexOf((byte)' ');
            if (space > 0 && long.TryParse(line[..space], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                && ObjectPath.TryParse(new BytePath(line[(space + 1)..])) is { } path)
            {
                paths.Add(path);
                lengths.Add(length);
            }
        }

        bool?[]? there = hasBegun ? null : store.Exists(paths);
        for (int i = 0; i < paths.Count; i++)
        {
            if (there?[i] != false && lengths[i] <= long.MaxValue - added)
            {
                added += lengths[i];
            }
        }
    }

    private static StoreException Unreadable(BytePath path, UnixException e)
    {
        string reason = Errno.Describe(e.Errno);
        return new(StoreTrouble.Broken, SystemStatus.Of(e.Errno), $"{path}: the account of the client's quota cannot be read: {reason}", reason, e);
    }
}
