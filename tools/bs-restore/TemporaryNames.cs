using System.IO.Hashing;
using System.Text;
using Backshift.Posix;

namespace Backshift.Tools.Restore;

/// <summary>Names for what is not whole yet, and the removal of those that a killed restore has left.</summary>
internal sealed class TemporaryNames
{
    private const int Digits = 16;

    // Anything but a regular file has such a name for less than a second, but cannot be locked.
    private const int OldSeconds = 3600;

    // A stream in no order comes to the same directories again and again.
    private const int SweptLimit = 1 << 16;

    // Of one directory at a time; each is left by one run that was killed.
    private const int FoundLimit = 1024;

    private readonly TimeProvider clock;
    private readonly HashSet<ulong> swept = [];
    private readonly byte[] buffer = new byte[32 << 10];

    internal TemporaryNames(TimeProvider clock) => this.clock = clock;

    private static ReadOnlySpan<byte> Prefix => ".bs-restore."u8;

    /// <summary>A name that no other file has.</summary>
    internal static BytePath New()
    {
        Span<byte> random = stackalloc byte[Digits / 2];
        RandomBytes.Fill(random);
        return new BytePath([.. Prefix, .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(random))]);
    }

    /// <summary>Whether a name may be one of these.</summary>
    internal static bool IsTemporary(ReadOnlySpan<byte> name) =>
        name.Length == Prefix.Length + Digits && name.StartsWith(Prefix) && !name[Prefix.Length..].ContainsAnyExcept("0123456789abcdef"u8);

    /// <summary>Notes that a directory has no such names, so that it need not be listed.</summary>
    internal void NoteClean(BytePath path) => _ = IsFirst(path);

    /// <summary>Removes what a killed restore has left in a directory, once per directory. What is in use or may not be removed stays.</summary>
    /// <returns>Whether anything was removed.</returns>
    internal bool Sweep(UnixFile directory, BytePath path)
    {
        UnixFile? listed = IsFirst(path) ? UnixFile.TryOpen(directory, new BytePath("."u8), OpenFor.Directory, out _) : null;
        if (listed is null)
        {
            return false;
        }

        List<BytePath> found = [];
        try
        {
            using DirectoryReader reader = new(listed, buffer);
            while (found.Count < FoundLimit && reader.TryRead(out ReadOnlySpan<byte> name, out _))
            {
                if (IsTemporary(name))
                {
                    found.Add(new BytePath(name));
                }
            }
        }
        catch (UnixException)
        {
            // What is left over harms nothing, and whoever needs the directory reports what is wrong with it.
        }

        bool removed = false;
        foreach (BytePath name in found)
        {
            removed |= IsLeftover(directory, name) && DirectoryChanges.TryDelete(directory, name.Terminated()) == 0;
        }

        return removed;
    }

    /// <summary>Whether a directory was not come to before.</summary>
    private bool IsFirst(BytePath path)
    {
        if (swept.Count >= SweptLimit)
        {
            swept.Clear();
        }

        return swept.Add(XxHash3.HashToUInt64(path.Span));
    }

    private bool IsLeftover(UnixFile directory, BytePath name)
    {
        if (FileStatus.TryGet(directory, name.Terminated(), out FileStatus status) != 0 || status.Kind == FileKind.Directory)
        {
            return false;
        }

        if (status.Kind == FileKind.Regular)
        {
            using UnixFile? file = UnixFile.TryOpen(directory, name, OpenFor.NoFollow | OpenFor.NoBlocking, out _);
            try
            {
                if (file is not null)
                {
                    return file.TryLock(exclusive: true);
                }
            }
            catch (UnixException e) when (Errno.MeansNoLocks(e.Errno))
            {
                // Its age has to tell.
            }
        }

        return status.Ctime.Seconds < UnixTime.Now(clock).Seconds - OldSeconds;
    }
}
