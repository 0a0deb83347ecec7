using Backshift.Paths;
using Backshift.Posix;

namespace Backshift.Tools.Walk;

/// <summary>
/// The directories above the path that came last, and what becomes of what lies in each. Lists come mostly in the order of a walk, so that a
/// path shares most of its directories with the one before; those of a list in another order are mostly known from earlier paths.
/// </summary>
internal sealed class AncestorChain
{
    private const int MaxNamed = 1024;

    private readonly WalkOptions options;
    private readonly EntryOutput output;
    private readonly List<(int Length, long Number, Verdict Verdict)> chain = [];
    private readonly KnownDirectories known;
    private readonly HashSet<BytePath> named = [];
    private byte[] last = [];
    private bool absolute;

    /// <param name="options">Options that leave entries out.</param>
    /// <param name="output">Counts what was left out.</param>
    /// <param name="known">The directories met before; null for a table of the usual size.</param>
    internal AncestorChain(WalkOptions options, EntryOutput output, KnownDirectories? known = null)
    {
        this.known = known ?? new KnownDirectories();
        this.options = options;
        this.output = output;
    }

    /// <summary>The verdict on a path, given by the directories above it.</summary>
    internal Verdict Above(in KeptPath path)
    {
        ReadOnlySpan<byte> kept = path.IsTop ? default : path.Path.Span;
        if (absolute != path.IsAbsolute)
        {
            chain.Clear();
            absolute = path.IsAbsolute;
        }

        int common = kept.CommonPrefixLength(last);
        while (chain.Count > 0 && !IsAbove(kept, chain[^1].Length, common))
        {
            chain.RemoveAt(chain.Count - 1);
        }

        last = path.Path.Bytes;
        if (path.IsTop)
        {
            chain.Clear();
            return Verdict.Keep;
        }

        if (chain.Count == 0)
        {
            Push(kept, 0);
        }

        while (true)
        {
            (int length, _, Verdict verdict) = chain[^1];
            int start = length == 0 ? 0 : length + 1;
            int slash = kept[start..].IndexOf((byte)'/');
            if (slash < 0)
            {
                return verdict == Verdict.KeepTag && kept[start..].SequenceEqual(Markers.CacheTag[..^1]) ? Verdict.Keep
                    : verdict == Verdict.Keep ? Verdict.Keep
                    : Verdict.LeaveOut;
            }

            Push(kept, start + slash);
        }
    }

    /// <summary>The path that was asked about last is a directory; what becomes of it, and from now on of what lies in it.</summary>
    internal Verdict Enter(in KeptPath path)
    {
        ReadOnlySpan<byte> kept = path.IsTop ? default : path.Path.Span;
        Push(kept, kept.Length);
        return chain[^1].Verdict;
    }

    private static bool IsAbove(ReadOnlySpan<byte> path, int length, int common) =>
        length == 0 ? path.Length > 0 : length <= common && length < path.Length && path[length] == (byte)'/';

    private void Push(ReadOnlySpan<byte> path, int length)
    {
        (int before, long above, Verdict verdict) = chain.Count == 0 ? (0, absolute ? -1 : 0, Verdict.Keep) : chain[^1];
        if (verdict != Verdict.Keep)
        {
            // Its contents are left out with it, without another look.
            chain.Add((length, above, Verdict.LeaveOut));
            return;
        }

        ReadOnlySpan<byte> name = path[Math.Min(before == 0 ? 0 : before + 1, length)..length];
        if (!known.TryGet(above, name, out long number, out verdict))
        {
            verdict = Judge(path[..length]);
            number = known.Add(above, name, verdict);
        }

        chain.Add((length, number, verdict));
    }

    private Verdict Judge(ReadOnlySpan<byte> path)
    {
        if (!path.IsEmpty && options.Patterns.Excludes(path, directory: true))
        {
            return Verdict.LeaveOut;
        }

        BytePath source = new KeptPath(path.IsEmpty ? new BytePath("."u8) : new BytePath(path), absolute).Source;

        // Most directories have none of the markers: one call tells.
        bool tagged = Has(source, Markers.CacheTag, out UnixFile? directory);
        using (directory)
        {
            if (tagged && IsRepository(source, directory))
            {
                return Verdict.LeaveOut;
            }

            if (options.NoDump && HasNoDump(source))
            {
                return Verdict.LeaveOut;
            }

            return tagged && options.ExcludeCaches && directory is not null && Markers.IsCache(directory) ? Verdict.KeepTag : Verdict.Keep;
        }
    }

    private bool IsRepository(BytePath source, UnixFile? directory)
    {
        if (directory is null || !Markers.IsRepository(directory))
        {
            return false;
        }

        if (named.Count < MaxNamed && named.Add(source))
        {
            output.Note($"{source}: a Backshift repository, left out");
            output.LeftOut++;
        }

        return true;
    }

    private static bool Has(BytePath directory, ReadOnlySpan<byte> terminatedName, out UnixFile? opened)
    {
        opened = null;
        int errno = LongPath.TryGetStatus(directory.Join(terminatedName[..^1]).Span, out UnixFile? start, out _, out _);
        start?.Dispose();
        if (errno != 0 || LongPath.TryShorten(directory.Span, out start, out int offset) != 0)
        {
            return false;
        }

        using (start)
        {
            opened = UnixFile.TryOpen(start, new BytePath(directory.Span[offset..]), OpenFor.Directory, out _);
            return opened is not null;
        }
    }

    private static bool HasNoDump(BytePath source)
    {
        int errno = LongPath.TryGetStatus(source.Span, out UnixFile? start, out _, out FileStatus status);
        start?.Dispose();
        return errno == 0 && (status.Attributes & FileStatus.NoDump) != 0;
    }
}
