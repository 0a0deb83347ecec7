using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;

namespace Backshift.Tooling;

/// <summary>
/// Which root key each repository had that was opened with an age identity: a file for each place, below XDG_STATE_HOME. The file has the proof of the key,
/// which shows nothing of it.
/// </summary>
internal static class KnownKeys
{
    private const int NameSize = 16;
    private const int FileLimit = 16 << 10;

    /// <summary>Remembers a key, or compares it.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="proof">The proof of its root key.</param>
    /// <param name="warn">Takes why it cannot be remembered.</param>
    /// <exception cref="BackshiftException">The repository had another key.</exception>
    internal static void Recognize(BytePath repository, ReadOnlySpan<byte> proof, Action<string> warn)
    {
        if (Folder() is not { } folder)
        {
            warn("neither XDG_STATE_HOME nor HOME is set, so the key is not remembered, and an exchanged repository would not be noticed");
            return;
        }

        // By the name alone: a link that another user has put there would lead to another name.
        byte[] place = Stores.IsRemote(repository) ? repository.Bytes : Encoding.UTF8.GetBytes(Path.GetFullPath(Encoding.UTF8.GetString(repository.Span)));
        byte[] hash = new byte[Sha256.HashSizeInBytes];
        Sha256.HashData(place, hash);
        BytePath file = folder.Join(Convert.ToHexStringLower(hash.AsSpan(0, NameSize)));
        string line = Convert.ToHexStringLower(proof);
        try
        {
            if (ReadLine(file) is { } known)
            {
                if (known == line)
                {
                    return;
                }

                throw new BackshiftException(ExitCode.NotPermitted, $"{repository}: does not have the key that it had when it was opened with age before",
                    $"unless you have made the repository anew, it was exchanged; if you have, delete {file}");
            }

            Write(folder, file, $"{line} {Escaping.Display(place)}\n");
        }
        catch (UnixException e)
        {
            warn($"the key is not remembered, so an exchanged repository would not be noticed: {e.Message}");
        }
    }

    private static BytePath? Folder() => Machine.Variable("XDG_STATE_HOME") is { Length: > 0 } state ? new BytePath(state).Join("backshift/keys")
        : Machine.Variable("HOME") is { Length: > 0 } home ? new BytePath(home).Join(".local/state/backshift/keys")
        : null;

    /// <summary>The first word of a file; null if there is none.</summary>
    private static string? ReadLine(BytePath path)
    {
        using UnixFile? file = UnixFile.TryOpen(null, path, OpenFor.NoBlocking, out int errno);
        if (file is null)
        {
            return errno == Errno.ENOENT ? null : throw new UnixException(errno, "open", path.ToString());
        }

        byte[] bytes = new byte[FileLimit];
        int length = 0, count;
        while (length < bytes.Length && (count = file.Read(bytes.AsSpan(length))) > 0)
        {
            length += count;
        }

        return Encoding.Latin1.GetString(bytes, 0, length).Split(' ', '\n')[0];
    }

    private static void Write(BytePath folder, BytePath path, string text)
    {
        DurableFile.EnsureDirectory(folder);
        using HeldDirectory directory = HeldDirectory.Open(folder);
        BytePath name = new(path.Span[(folder.Span.Length + 1)..]);
        using DurableFile? file = DurableFile.TryCreate(directory, BytePath.Of($"{name}.{Environment.ProcessId}"));
        file?.Write(Encoding.UTF8.GetBytes(text));

        // Where the name is taken, another program was faster; the next one compares.
        _ = file?.TryPublish(name);
    }
}
