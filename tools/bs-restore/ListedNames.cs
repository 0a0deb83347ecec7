using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>What the listing of a directory says about its names: which of them are not regular files. To open a device or a fifo may have an effect.</summary>
internal sealed class ListedNames
{
    // Of a directory with more, each file is looked at by its name: only a few may be of interest.
    private const int NameLimit = 1 << 14;
    private const int OtherLimit = 1024;
    private const int OtherBytesLimit = 64 << 10;

    private readonly HashSet<BytePath> others = [];
    private readonly long changes;
    private bool isWhole;

    private ListedNames(long changes) => this.changes = changes;

    /// <summary>Whether it was listed to the end, and has nothing that a killed restore may have left.</summary>
    internal bool IsClean { get; private set; }

    /// <summary>Lists a directory.</summary>
    /// <param name="directory">The directory, which was not listed before. One that is open only to pass, or whose listing fails, has no names.</param>
    /// <param name="buffer">Space to read into.</param>
    /// <param name="changes">How much the restore has changed so far.</param>
    internal static ListedNames Of(UnixFile directory, byte[] buffer, long changes)
    {
        ListedNames listed = new(changes);
        try
        {
            listed.Read(new DirectoryReader(directory, buffer));
        }
        catch (UnixException)
        {
            // What is wrong with it is reported where something in it is needed.
        }

        return listed;
    }

    /// <summary>Whether a name was one of a regular file, or of nothing, and the restore has changed nothing since.</summary>
    /// <param name="name">The name.</param>
    /// <param name="now">How much the restore has changed so far.</param>
    internal bool MayOpen(ReadOnlySpan<byte> name, long now) => isWhole && now == changes && (others.Count == 0 || !others.Contains(new BytePath(name)));

    private void Read(DirectoryReader reader)
    {
        bool isClean = true;
        int left = NameLimit, bytes = 0;
        while (reader.TryRead(out ReadOnlySpan<byte> name, out FileKind kind))
        {
            isClean = isClean && !TemporaryNames.IsTemporary(name);
            if (kind != FileKind.Regular)
            {
                others.Add(new BytePath(name));
                bytes += name.Length;
            }

            if (--left == 0 || others.Count > OtherLimit || bytes > OtherBytesLimit)
            {
                others.Clear();
                return;
            }
        }

        isWhole = true;
        IsClean = isClean;
    }
}
