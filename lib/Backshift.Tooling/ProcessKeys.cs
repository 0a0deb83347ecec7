using System.Diagnostics;
using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Sealing;

namespace Backshift.Tooling;

/// <summary>
/// The key of an encrypted repository as the user gives it to every program: in the environment, which names a file, a descriptor or a command and never
/// holds a secret itself; by the kernel's keyring; by age(1); or on the terminal. See backshift(7), "ENCRYPTION".
/// </summary>
/// <param name="asking">Takes what is to be done if a signal ends the process while a passphrase is asked for; null when none is any more.</param>
/// <param name="end">Cancelled by a signal: then nothing is asked any more.</param>
public sealed partial class ProcessKeys(Action<Action?> asking, CancellationToken end) : IKeySource
{
    public const string KeyFile = "BACKSHIFT_KEY_FILE";
    public const string KeyDescriptor = "BACKSHIFT_KEY_FD";
    public const string ChunkKeysDescriptor = "BACKSHIFT_CHUNK_KEYS_FD";

    /// <summary>Names descriptors, with commas between them, of keys that the process has inherited and that are not for it.</summary>
    public const string OthersDescriptors = "BACKSHIFT_CLOSE_FDS";
    public const string PassphraseFile = "BACKSHIFT_PASSPHRASE_FILE";
    public const string PassphraseDescriptor = "BACKSHIFT_PASSPHRASE_FD";
    public const string PassphraseCommand = "BACKSHIFT_PASSPHRASE_COMMAND";

    /// <summary>Set for that command: a program in it that asks must not wait for the one that runs it.</summary>
    public const string Asking = "BACKSHIFT_ASKING";
    public const string HideAccess = "BACKSHIFT_HIDE_ACCESS";
    private const int Attempts = 3;
    private const int TextLimit = 4096;

    // The key of a host takes 4,000 bytes, and a comment in it names the repository, however long its location is.
    private const int FileLimit = 64 << 10;

    private readonly PipelineKeys pipeline = new();
    private RootKey? made;
    private byte[] madeFor = [];

    public bool IsGiven => HasPassphrase || Array.Exists([KeyFile, KeyDescriptor, ChunkKeysDescriptor], static name => Value(name) is not null)
        || HasIdentity;

    /// <summary>Set by the environment, or by an option of the program.</summary>
    public bool HidesAccess { get; set; } = Value(HideAccess) is not null;

    /// <summary>The name of a repository's key in the keyring.</summary>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    public static string NameInRing(ReadOnlySpan<byte> configuration) => $"backshift:{Convert.ToHexStringLower(configuration[..16])}";

    public RootKey? TryGetKey(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (made is not null && configuration.SequenceEqual(madeFor))
        {
            return RootKey.Of(made.Span);
        }

        if (Value(KeyFile) is { } file)
        {
            return KeyText.TryRead(ReadFile(new BytePath(file)))
                ?? throw new BackshiftException(ExitCode.NotPermitted, $"{new BytePath(file)}: has no key, or one that was copied wrong", "see bs-key export");
        }

        if (Value(KeyDescriptor) is { } handed)
        {
            return SecretFile.TryRead(handed, RootKey.Size) is { } bytes ? RootKey.Of(bytes)
                : throw new BackshiftException(ExitCode.NotPermitted, $"{KeyDescriptor}: is not the descriptor of a key");
        }

        if (KeyRing.TryGet(NameInRing(configuration), RootKey.Size) is { } kept)
        {
            RootKey key = RootKey.Of(kept);
            kept.AsSpan().Clear();
            return key;
        }

        return HasPassphrase && !RunsCommand ? null : pipeline.TryTake(repository, configuration);
    }

    public ChunkKeys? TryGetChunkKeys(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (Value(ChunkKeysDescriptor) is { } handed)
        {
            return SecretFile.TryRead(handed, ChunkKeys.Size) is { } bytes ? ChunkKeys.Of(bytes, repository, configuration)
                : throw new BackshiftException(ExitCode.NotPermitted, $"{ChunkKeysDescriptor}: is not the descriptor of keys");
        }

        return (IsGiven && !RunsCommand) || KeyRing.Has(NameInRing(configuration)) ? null : pipeline.TryTakeChunkKeys(repository, configuration);
    }

    /// <summary>Whether a key that was found is kept for another repository with the same configuration: so the user is asked once.</summary>
    public bool Keeps { get; set; }

    public void EndSearch(ReadOnlySpan<byte> configuration, RootKey? found)
    {
        pipeline.End(configuration, found);
        if (Keeps && found is not null && made is null)
        {
            (made, madeFor) = (RootKey.Of(found.Span), configuration.ToArray());
        }
    }

    public byte[]? TryGetPassphrase(BytePath repository, int attempt)
    {
        if (Value(PassphraseFile) is { } file)
        {
            return attempt > 0 ? null : FirstLine(ReadFile(new BytePath(file)), new BytePath(file).ToString());
        }

        if (Value(PassphraseDescriptor) is { } descriptor)
        {
            return attempt > 0 ? null : FirstLine(ReadDescriptor(descriptor), PassphraseDescriptor);
        }

        pipeline.WillAsk();
        if (Value(PassphraseCommand) is { } command)
        {
            return attempt > 0 ? null : FirstLine(OutputOf(command), PassphraseCommand);
        }

        return attempt >= Attempts ? null : Ask(attempt == 0 ? $"Passphrase of {repository}: " : "That is not it. Passphrase: ");
    }

    /// <summary>Keeps the descriptors that keys come from to this process: a server that it starts has no use for them. Keys of others are closed.</summary>
    internal static void KeepToThisProcess()
    {
        if (Value(OthersDescriptors) is { } others)
        {
            foreach (Range number in others.AsSpan().Split((byte)','))
            {
                if (int.TryParse(others.AsSpan(number), out int fd))
                {
                    SecretFile.Drop(fd);
                }
            }
        }

        foreach (string name in (string[])[KeyDescriptor, ChunkKeysDescriptor, PassphraseDescriptor])
        {
            if (Value(name) is { } number && int.TryParse(number, out int fd) && fd > 2)
            {
                Descriptors.EndWithExecute(fd);
            }
        }
    }

    /// <summary>Whether the environment says where a passphrase comes from.</summary>
    private static bool HasPassphrase => Array.Exists([PassphraseFile, PassphraseDescriptor, PassphraseCommand], static name => Value(name) is not null);

    /// <summary>Whether the command is where the key comes from. It may ask the user, so on a terminal it is run once for a pipeline.</summary>
    private static bool RunsCommand => Value(PassphraseCommand) is not null
        && Array.TrueForAll([KeyFile, KeyDescriptor, ChunkKeysDescriptor, PassphraseFile, PassphraseDescriptor], static name => Value(name) is null);

    /// <summary>What locks a new repository: a slot with the passphrase that the user chooses now. Null for one that is not encrypted.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="isPlain">Whether it is not to be encrypted.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="BackshiftException">There is no passphrase.</exception>
    public Func<RootKey, byte[], IEnumerable<KeySlot>>? LockOf(BytePath repository, bool isPlain, TimeProvider clock)
    {
        if (isPlain)
        {
            return !IsGiven ? null : throw new BackshiftException(ExitCode.Usage, "--plain: a key or passphrase is given, and this repository would have none",
                $"unset {KeyFile}, {PassphraseFile} and {PassphraseCommand}");
        }

        if (!HasPassphrase && IsGiven)
        {
            throw new BackshiftException(ExitCode.NotPermitted,
                $"{repository}: a key is given, and the slot of a new repository needs a passphrase", $"set {PassphraseFile}, or unset {KeyFile}");
        }

        byte[] passphrase = Choose(repository, default, isFirst: true);
        return (key, sum) =>
        {
            // This program may be about to open it.
            (made, madeFor) = (RootKey.Of(key.Span), sum);
            KeySlot slot = KeySlot.Make(key, passphrase, sum, "", clock);
            passphrase.AsSpan().Clear();
            return [slot];
        };
    }

    /// <summary>A passphrase that the user chooses: from where it comes otherwise, or asked for twice on the terminal.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="file">A file whose first line it is; empty for none.</param>
    /// <param name="isFirst">Whether it is the first one of a repository: then it may also come from where programs get it later.</param>
    /// <exception cref="BackshiftException">There is none.</exception>
    public byte[] Choose(BytePath repository, BytePath file, bool isFirst)
    {
        if (!file.IsEmpty)
        {
            return FirstLine(ReadFile(file), file.ToString());
        }

        if (isFirst && HasPassphrase)
        {
            return TryGetPassphrase(repository, 0)!;
        }

        pipeline.Begin();
        while (true)
        {
            byte[] first = Ask($"New passphrase of {repository}: ")
                ?? throw (isFirst
                    ? new BackshiftException(ExitCode.Usage, $"{repository}: is to be encrypted, and there is no terminal to ask for a passphrase",
                        $"set {PassphraseCommand} or {PassphraseFile}; or make a repository that is not encrypted: --plain")
                    : new BackshiftException(ExitCode.NotPermitted, "there is no terminal to ask for a passphrase",
                        $"set {PassphraseCommand} or {PassphraseFile}"));
            if (first.Length == 0)
            {
                throw new BackshiftException(ExitCode.NotPermitted, "the passphrase is empty");
            }

            byte[]? second = Ask("The same again: ");
            bool isSame = second is not null && first.AsSpan().SequenceEqual(second);
            second.AsSpan().Clear();
            if (isSame)
            {
                pipeline.End();
                return first;
            }

            first.AsSpan().Clear();
        }
    }

    /// <summary>Asks for a secret on the terminal; null if there is none.</summary>
    /// <exception cref="BackshiftException">The user gave up.</exception>
    public byte[]? Ask(string prompt)
    {
        end.ThrowIfCancellationRequested();
        byte[]? answer = Terminal.Ask(prompt, pipeline.HasWaited, asking, out TerminalAnswer ended);
        if (ended == TerminalAnswer.Interrupt)
        {
            Machine.InterruptGroup();
        }

        return ended is TerminalAnswer.Line or TerminalAnswer.NoTerminal ? answer
            : throw new BackshiftException(ExitCode.Interrupted, "no passphrase was given");
    }

    private static byte[]? Value(string name) => Machine.Variable(name) is { Length: > 0 } value ? value : null;

    private static byte[] ReadFile(BytePath path)
    {
        using UnixFile file = UnixFile.TryOpen(null, path, default, out int errno) ?? throw new UnixException(errno, "open", path.ToString());
        using DescriptorStream stream = new(file.Number, path.ToString());
        return ReadUpTo(stream, FileLimit);
    }

    private static byte[] ReadDescriptor(byte[] number) => int.TryParse(number, out int fd) && fd > 2
        ? ReadUpTo(new DescriptorStream(fd, PassphraseDescriptor), TextLimit)
        : throw new BackshiftException(ExitCode.Usage, $"{PassphraseDescriptor}: is no number of a descriptor above 2");

    private static byte[] OutputOf(byte[] command)
    {
        // Standard input is the stream, which the command must not read.
        ProcessStartInfo start = new("/bin/sh", ["-c", Encoding.UTF8.GetString(command)]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[Asking] = "1";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        byte[] output = ReadUpTo(process.StandardOutput.BaseStream, TextLimit);
        process.StandardOutput.Close();
        process.WaitForExit();
        return output.Length == TextLimit ? throw new BackshiftException(ExitCode.NotPermitted, $"{PassphraseCommand}: writes {TextLimit} bytes or more")
            : process.ExitCode == 0 ? output
            : throw new BackshiftException(ExitCode.NotPermitted, $"{PassphraseCommand}: ended with status {process.ExitCode}");
    }

    private static byte[] ReadUpTo(Stream stream, int limit)
    {
        byte[] bytes = GC.AllocateArray<byte>(limit, pinned: true);
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        byte[] exact = GC.AllocateArray<byte>(length, pinned: true);
        bytes.AsSpan(0, length).CopyTo(exact);
        bytes.AsSpan().Clear();
        return exact;
    }

    private static byte[] FirstLine(byte[] text, string name)
    {
        int end = text.AsSpan().IndexOf((byte)'\n');
        byte[] line = end < 0 ? text : text[..end];
        return line.Length > 0 ? line : throw new BackshiftException(ExitCode.NotPermitted, $"{name}: the passphrase is empty");
    }
}
