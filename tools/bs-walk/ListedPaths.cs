using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Walk;

/// <summary>Takes the paths of a list, one after the other, in the order in which they come.</summary>
internal sealed class ListedPaths
{
    private readonly WalkOptions options;
    private readonly EntryOutput output;
    private readonly PathList list;
    private readonly AncestorChain ancestors;
    private readonly FlagReader flags = new();
    private KeptPath last;
    private byte[] place = [];

    internal ListedPaths(WalkOptions options, EntryOutput output, PathList list)
    {
        this.options = options;
        this.output = output;
        this.list = list;
        ancestors = new AncestorChain(options, output);
    }

    /// <summary>The path that was taken last; for any thread.</summary>
    internal BytePath Place => new(Volatile.Read(ref place));

    /// <summary>Takes the next path; false if more of the list has to be read first.</summary>
    /// <exception cref="BackshiftException">The list is not one.</exception>
    internal bool Step()
    {
        if (!list.TryTake(out ReadOnlySpan<byte> given))
        {
            return false;
        }

        if (!KeptPath.TryMake(given, out KeptPath path))
        {
            output.Report(new BytePath(given), 0, "the path contains ..");
        }
        else if (path.Path.Length > StreamLimits.Path)
        {
            output.Report(new BytePath(given), Errno.ENAMETOOLONG);
        }
        else if (path != last)
        {
            last = path;
            place = path.Source.Bytes;
            Take(in path);
        }

        return true;
    }

    private void Take(in KeptPath path)
    {
        if (ancestors.Above(in path) != Verdict.Keep)
        {
            return;
        }

        int errno = LongPath.TryGetStatus(path.Source.Span, out UnixFile? directory, out byte[] name, out FileStatus status);
        using (directory)
        {
            bool isDirectory = errno == 0 && status.Kind == FileKind.Directory;

            // Entries that are left out need not be readable.
            if (!path.IsTop && !options.Patterns.IsEmpty && options.Patterns.Excludes(path.Path.Span, isDirectory))
            {
                output.LeftOut++;
                return;
            }

            byte[]? target = errno == 0 && status.Kind == FileKind.SymbolicLink ? FileNames.TryReadLink(directory, name, out errno) : null;
            if (errno != 0)
            {
                output.Report(path.Source, errno);
                return;
            }

            if (options.NoDump && (status.Attributes & FileStatus.NoDump) != 0)
            {
                output.LeftOut++;
                return;
            }

            if (isDirectory && ancestors.Enter(in path) == Verdict.LeaveOut)
            {
                return;
            }

            output.Write(path.Path.Span, path.IsAbsolute, new EntryPlace(directory, name), in status, target,
                isDirectory ? FlagsOf(directory, name, in status) : null);
        }
    }

    /// <summary>The inode flags of a directory, which no later stage opens; null if it cannot be opened here either.</summary>
    private uint? FlagsOf(UnixFile? start, byte[] terminatedName, in FileStatus status)
    {
        using UnixFile? opened = UnixFile.TryOpen(start, new BytePath(terminatedName.AsSpan(..^1)), OpenFor.Directory | OpenFor.NoFollow, out _);
        return opened is null ? null : flags.Read(opened, in status);
    }
}
