using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Serving;

/// <summary>
/// A file to which servers append lines, those of several at once to the same one. Once a line could not be written none is any more, so that nothing is done
/// that should stand there. May be used by several threads.
/// </summary>
internal sealed class LineFile : IDisposable
{
    private readonly UnixFile file;
    private readonly string what;
    private readonly bool isDurable;
    private readonly Lock gate = new();
    private BackshiftException? failure;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for messages: "the log of the server".</param>
    /// <param name="isDurable">Whether its name, and each line once it was appended, must be durable.</param>
    /// <exception cref="StoreException">It cannot be appended to.</exception>
    internal LineFile(BytePath path, string what, bool isDurable)
    {
        this.what = what;
        this.isDurable = isDurable;
        try
        {
            file = UnixFile.OpenToAppend(path);
        }
        catch (UnixException e)
        {
            throw Unusable(path, e);
        }

        try
        {
            if (isDurable)
            {
                using HeldDirectory folder = HeldDirectory.Open(path.Parent.IsEmpty ? BytePath.Of(".") : path.Parent);
                folder.SyncDirectory(default);
            }
        }
        catch (UnixException e)
        {
            file.Dispose();
            throw Unusable(path, e);
        }
    }

    /// <summary>Appends a line.</summary>
    /// <param name="line">All of it, with its end.</param>
    /// <exception cref="StoreException">It cannot be written, or another one could not.</exception>
    internal void Append(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            Verify();
            try
            {
                file.Append(line);
                if (isDurable)
                {
                    file.Sync();
                }
            }
            catch (UnixException e)
            {
                failure = Unusable(file.Path, e);
                throw failure;
            }
        }
    }

    /// <summary>Verifies that every line so far was written. To be called before anything is changed.</summary>
    /// <exception cref="StoreException">A line could not be written.</exception>
    internal void Verify()
    {
        if (failure is { } earlier)
        {
            throw new StoreException(StoreTrouble.Refused, ExitCode.InputOutput, earlier.Message, earlier.Message, earlier);
        }
    }

    public void Dispose() => file.Dispose();

    private StoreException Unusable(BytePath path, UnixException e)
    {
        string reason = Errno.Describe(e.Errno);
        return new(StoreTrouble.Broken, SystemStatus.Of(e.Errno), $"{path}: {what} cannot be written: {reason}", reason, e);
    }
}
