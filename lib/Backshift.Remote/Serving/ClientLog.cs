using System.Globalization;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Serving;

/// <summary>
/// Who did what, as lines of a file: what a client published, deleted and mended, what it was refused, and how much it read. Servers of several clients may
/// append to the same file. May be used by several threads. See bs-serve(1), "THE LOG".
/// </summary>
public sealed class ClientLog : IDisposable
{
    private readonly UnixFile file;
    private readonly string client;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private BackshiftException? failure;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="client">Who is served; without spaces and control characters.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="BackshiftException">It cannot be appended to.</exception>
    public ClientLog(BytePath path, string client, TimeProvider clock)
    {
        this.client = client;
        this.clock = clock;
        try
        {
            file = UnixFile.OpenToAppend(path);
        }
        catch (UnixException e)
        {
            throw CannotBeWritten(path, e);
        }
    }

    /// <summary>Appends a line.</summary>
    /// <param name="what">A word: what was done.</param>
    /// <param name="path">The object.</param>
    /// <param name="more">More of it, with a space before each word.</param>
    /// <exception cref="BackshiftException">It cannot be written, or another one could not.</exception>
    internal void Write(string what, BytePath path, string more = "")
    {
        string shown = path.IsEmpty ? "-" : Escaping.Display(path.Span).Replace(" ", "\\x20", StringComparison.Ordinal);
        byte[] line = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{UnixTime.Now(clock)} {Environment.ProcessId} {client} {what} {shown}{more}\n"));
        lock (gate)
        {
            try
            {
                Verify();
                file.Append(line);
            }
            catch (UnixException e)
            {
                failure = CannotBeWritten(file.Path, e);
                throw failure;
            }
        }
    }

    /// <summary>Verifies that every line so far was written. To be called before anything is changed.</summary>
    /// <exception cref="BackshiftException">A line could not be written.</exception>
    internal void Verify()
    {
        if (failure is { } earlier)
        {
            throw new StoreException(StoreTrouble.Refused, ExitCode.InputOutput, earlier.Message, earlier.Message, earlier);
        }
    }

    public void Dispose() => file.Dispose();

    private static StoreException CannotBeWritten(BytePath path, UnixException e)
    {
        string reason = Errno.Describe(e.Errno);
        return new(StoreTrouble.Broken, SystemStatus.Of(e.Errno), $"{path}: the log of the server cannot be written: {reason}", reason, e);
    }
}
