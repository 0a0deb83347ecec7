using System.Globalization;
using System.Text;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Serving;

/// <summary>
/// Who did what, as lines of a file: what a client published, deleted and mended, what it was refused, and how much it read. Servers of several clients may
/// append to the same file. May be used by several threads. See bs-serve(1), "THE LOG".
/// </summary>
public sealed class ClientLog : IDisposable
{
    private readonly LineFile file;
    private readonly string client;
    private readonly TimeProvider clock;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="client">Who is served; without spaces and control characters.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="BackshiftException">It cannot be appended to.</exception>
    public ClientLog(BytePath path, string client, TimeProvider clock)
    {
        this.client = client;
        this.clock = clock;
        file = new LineFile(path, "the log of the server", isDurable: false);
    }

    /// <summary>Appends a line.</summary>
    /// <param name="what">A word: what was done.</param>
    /// <param name="path">The object.</param>
    /// <param name="more">More of it, with a space before each word.</param>
    /// <exception cref="BackshiftException">It cannot be written, or another one could not.</exception>
    internal void Write(string what, BytePath path, string more = "")
    {
        string shown = path.IsEmpty ? "-" : Escaping.Display(path.Span).Replace(" ", "\\x20", StringComparison.Ordinal);
        file.Append(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{UnixTime.Now(clock)} {Environment.ProcessId} {client} {what} {shown}{more}\n")));
    }

    /// <summary>Verifies that every line so far was written. To be called before anything is changed.</summary>
    /// <exception cref="BackshiftException">A line could not be written.</exception>
    internal void Verify() => file.Verify();

    public void Dispose() => file.Dispose();
}
