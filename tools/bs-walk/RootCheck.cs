using Backshift.Paths;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tools.Walk;

/// <summary>
/// Looks at the roots before anything is written. A root that is missing or empty is most often a file system that is not mounted, and one that is a symbolic
/// link is saved as that.
/// </summary>
internal static class RootCheck
{
    private const string Unmounted = "if its file system is not mounted, mount it; if it is meant to be so, leave --guard away";

    /// <summary>Says what is odd about the roots; what is missing is said by the walk.</summary>
    /// <param name="roots">The roots as the user named them.</param>
    /// <param name="guard">Whether a root that is missing or empty is an error.</param>
    /// <param name="warn">Says a line to the user, and what to do about it.</param>
    /// <exception cref="BackshiftException">One is missing or empty, and <paramref name="guard"/> is set.</exception>
    internal static void Look(IReadOnlyList<BytePath> roots, bool guard, Action<string, string?> warn)
    {
        foreach (BytePath root in roots)
        {
            if (!KeptPath.TryMake(root.Span, out KeptPath kept))
            {
                continue;
            }

            int errno = LongPath.TryGetStatus(kept.Source.Span, out UnixFile? directory, out byte[] name, out FileStatus status);
            using (directory)
            {
                if (errno != 0 && guard)
                {
                    throw new BackshiftException(ExitCode.NoInput, $"root {root}: {Errno.Describe(errno)}", Unmounted);
                }

                if (errno == 0 && status.Kind == FileKind.SymbolicLink)
                {
                    SayLink(root, kept.Source.Parent, directory, name, warn);
                }
                else if (errno == 0 && status.Kind == FileKind.Directory && IsEmpty(directory, name))
                {
                    if (guard)
                    {
                        throw new BackshiftException(ExitCode.NoInput, $"root {root}: is empty", Unmounted);
                    }

                    warn($"root {root}: is empty", "is its file system mounted?");
                }
            }
        }
    }

    private static void SayLink(BytePath root, BytePath parent, UnixFile? directory, byte[] name, Action<string, string?> warn)
    {
        byte[]? target = FileNames.TryReadLink(directory, name, out _);
        if (target is null)
        {
            return;
        }

        BytePath to = new(target);
        BytePath place = target is [(byte)'/', ..] || parent.IsEmpty ? to : parent.Join(to);
        warn($"root {root}: is a symbolic link and is saved as one; its target is not saved", $"to save the target, give {place}");
    }

    private static bool IsEmpty(UnixFile? directory, byte[] terminatedName)
    {
        UnixFile? opened = UnixFile.TryOpen(directory, new BytePath(terminatedName.AsSpan(..^1)), OpenFor.Directory | OpenFor.NoFollow, out _);
        if (opened is null)
        {
            return false;
        }

        using DirectoryReader reader = new(opened);
        try
        {
            return !reader.TryRead(out _, out _);
        }
        catch (UnixException)
        {
            // The walk meets the same, and says so.
            return false;
        }
    }
}
