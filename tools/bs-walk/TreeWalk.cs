using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Walk;

/// <summary>
/// Walks trees from their roots in the order of an entry tree: a directory, then all below it, siblings by byte. Every call is relative to the
/// directory's descriptor, so no path is too long for it; at most <see cref="MaxOpen"/> descriptors are open however deep it goes.
/// </summary>
internal sealed partial class TreeWalk : IDisposable
{
    private const int MaxOpen = 64;

    private readonly WalkOptions options;
    private readonly EntryOutput output;
    private readonly List<DirectoryFrame> frames = [];
    private readonly byte[] listing = new byte[64 << 10];
    private readonly WalkRoots roots;
    private readonly FlagReader flags = new();

    // '/' and the kept path of where the walk is: with the slash it is the path from the root.
    private byte[] path = new byte[4096];
    private int depth;

    // Length of the kept path that the system is asked about; the watch reads it on another thread.
    private int askedLength;
    private int firstOpen;
    private bool absolute;
    private ulong device;

    internal TreeWalk(WalkOptions options, EntryOutput output, IReadOnlyList<BytePath> roots)
    {
        this.options = options;
        this.output = output;
        this.roots = new WalkRoots(roots, keepNested: options.OneFileSystem);
        path[0] = (byte)'/';
    }

    /// <summary>Where the walk is; to be asked on another thread only while a step hangs.</summary>
    internal BytePath Place
    {
        get
        {
            int length = Volatile.Read(ref askedLength);
            return Shown(Math.Min(length, path.Length - 1));
        }
    }

    /// <summary>The paths under which the roots are kept, but for those inside another.</summary>
    internal IEnumerable<BytePath> Roots => roots.Outer;

    /// <summary>Does the next thing; false when all is done.</summary>
    internal bool Step()
    {
        if (depth == 0)
        {
            return StepRoot();
        }

        DirectoryFrame frame = frames[depth - 1];
        if (!frame.TryNext(out ReadOnlySpan<byte> name, out FileKind kind))
        {
            Leave();
            return true;
        }

        int start = frame.PathLength == 0 ? 1 : frame.PathLength + 2;
        int length = start + name.Length - 2;
        if (length > StreamLimits.Path)
        {
            output.Report(Shown(frame.PathLength), Errno.ENAMETOOLONG, $"entries below it have paths of more than {StreamLimits.Path} bytes");
            return true;
        }

        if (path.Length < length + 2)
        {
            Array.Resize(ref path, Math.Max(path.Length * 2, length + 2));
        }

        if (frame.PathLength > 0)
        {
            path[start - 1] = (byte)'/';
        }

        name.CopyTo(path.AsSpan(start));
        Visit(frame.File!, name, length, kind);
        return true;
    }

    public void Dispose()
    {
        for (int i = firstOpen; i < depth; i++)
        {
            frames[i].File?.Dispose();
        }
    }

    private bool StepRoot()
    {
        if (!roots.TryNext(out WalkRoot root))
        {
            return false;
        }

        if (root.IsRefused)
        {
            output.Report(root.Given, 0, "the path contains ..");
            return true;
        }

        ReadOnlySpan<byte> kept = root.Order;
        if (kept.Length > StreamLimits.Path)
        {
            output.Report(root.Given, Errno.ENAMETOOLONG);
            return true;
        }

        absolute = root.Kept.IsAbsolute;
        path = path.Length < kept.Length + 2 ? new byte[kept.Length + 2] : path;
        path[0] = (byte)'/';
        kept.CopyTo(path.AsSpan(1));
        askedLength = kept.Length;
        BytePath source = root.Kept.Source;
        int errno = LongPath.TryGetStatus(source.Span, out UnixFile? directory, out byte[] name, out FileStatus status);
        using (directory)
        {
            if (errno != 0)
            {
                output.Report(root.Given, errno);
                return true;
            }

            device = status.Dev;
            Take(directory, name, kept.Length, in status);
        }

        return true;
    }

    private void Visit(UnixFile directory, ReadOnlySpan<byte> name, int length, FileKind kind)
    {
        ReadOnlySpan<byte> kept = path.AsSpan(1, length);
        askedLength = length;

        // Patterns come before statx(2): what is left out need not be readable.
        bool asked = kind != FileKind.Unknown && !options.Patterns.IsEmpty;
        if (asked && options.Patterns.Excludes(kept, kind == FileKind.Directory))
        {
            output.LeftOut++;
            return;
        }

        int errno = FileStatus.TryGet(directory, name, out FileStatus status);
        if (errno is Errno.ENOENT or Errno.ESTALE && IsRemoved(directory))
        {
            // Once for the directory, not for each of its names.
            DirectoryFrame frame = frames[depth - 1];
            frame.SkipRest();
            output.Report(Shown(frame.PathLength), errno, "was removed while it was walked; the rest of it is left out");
            return;
        }

        if (errno != 0)
        {
            output.Report(Shown(length), errno);
            return;
        }

        if (!asked && !options.Patterns.IsEmpty && options.Patterns.Excludes(kept, status.Kind == FileKind.Directory))
        {
            output.LeftOut++;
            return;
        }

        // A nested root is taken here or, on another file system, when its turn comes.
        if (roots.IsNested(kept))
        {
            if (status.Dev != device)
            {
                return;
            }

            roots.Reached(kept);
        }

        Take(directory, name, length, in status);
    }

    /// <summary>Writes the entry, and goes into it if it is a directory.</summary>
    private void Take(UnixFile? directory, ReadOnlySpan<byte> name, int length, in FileStatus status)
    {
        if (options.NoDump && (status.Attributes & FileStatus.NoDump) != 0)
        {
            output.LeftOut++;
            return;
        }

        switch (status.Kind)
        {
            case FileKind.Directory when !options.OneFileSystem || status.Dev == device:
                Enter(directory, name, length, in status);
                break;
            case FileKind.SymbolicLink:
                byte[]? target = FileNames.TryReadLink(directory, name, out int errno);
                if (target is null)
                {
                    output.Report(Shown(length), errno);
                    break;
                }

                Write(length, At(directory, name, length), in status, target);
                break;
            default:
                Write(length, At(directory, name, length), in status, null);
                break;
        }
    }

    private void Write(int length, in EntryPlace place, in FileStatus status, byte[]? target, uint? flags = null) =>
        output.Write(length == 0 ? "."u8 : path.AsSpan(1, length), absolute, in place, in status, target, flags);

    /// <summary>The place of the entry whose path, with a NUL after it, was built last.</summary>
    private EntryPlace At(UnixFile? directory, ReadOnlySpan<byte> name, int length) =>
        new(directory, name, depth == 0 ? default : path.AsSpan(absolute ? 0 : 1, length + (absolute ? 2 : 1)));

    /// <summary>A kept path as the user would name it.</summary>
    private BytePath Shown(int length) =>
        absolute ? new BytePath(path.AsSpan(0, length + 1)) : length == 0 ? new BytePath("."u8) : new BytePath(path.AsSpan(1, length));
}
