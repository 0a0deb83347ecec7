using System.Security.Cryptography;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Sealing;

namespace Backshift.Tooling;

/// <summary>
/// Has one program of a pipeline ask for a passphrase, or run the command that does, and the others take the key from it. A program that would ask waits for
/// its turn on the terminal, looks into the kernel's keyring for what an earlier one has left there, and leaves there what it found itself. See
/// docs/security.md, "Asked once per pipeline". For one thread.
/// </summary>
internal sealed class PipelineKeys
{
    // Every program that waits takes it at once. It is for those that are still starting.
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    // For the others that wait now, each of which goes on as soon as the one before it has looked.
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(3);

    private static readonly byte[] Nothing = [0];

    private TerminalTurn? turn;
    private bool hasAsked;

    /// <summary>Whether another program had the terminal while this one waited.</summary>
    internal bool HasWaited => turn is { HasWaited: true };

    /// <summary>Waits for the turn of this program, and takes the root key that another one of its pipeline has left.</summary>
    /// <param name="repository">The repository, as the user called it.</param>
    /// <param name="configuration">The SHA-256 at the end of its configuration.</param>
    /// <exception cref="BackshiftException">Another one has asked, and was given no passphrase that is right.</exception>
    internal RootKey? TryTake(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (Look(repository, configuration, "key", RootKey.Size) is not { } bytes)
        {
            return null;
        }

        RootKey key = RootKey.Of(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>The same for the keys that cutting takes.</summary>
    /// <inheritdoc cref="TryTake"/>
    internal ChunkKeys? TryTakeChunkKeys(BytePath repository, ReadOnlySpan<byte> configuration)
    {
        if (Look(repository, configuration, "chunks", ChunkKeys.Size) is not { } bytes)
        {
            return null;
        }

        ChunkKeys keys = ChunkKeys.Of(bytes, repository, configuration);
        CryptographicOperations.ZeroMemory(bytes);
        End();
        return keys;
    }

    /// <summary>Waits for the turn of this program, if it has to ask for something else.</summary>
    internal void Begin() => turn ??= Machine.Variable(ProcessKeys.Asking) is { Length: > 0 } ? null : TerminalTurn.Take();

    /// <summary>To be called before it asks, or has a command ask: what it finds out is then of use to others.</summary>
    internal void WillAsk() => hasAsked = true;

    /// <summary>Leaves what was found to the other programs of the pipeline, and the terminal to the next one.</summary>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    /// <param name="found">The root key; null if there is none.</param>
    internal void End(ReadOnlySpan<byte> configuration, RootKey? found)
    {
        if (turn is not null && hasAsked)
        {
            try
            {
                if (found is null)
                {
                    KeyRing.Put(Name(configuration, "none"), Nothing, Refused);
                }
                else
                {
                    using ChunkKeys chunks = ChunkKeys.Derive(found, configuration);
                    KeyRing.Put(Name(configuration, "chunks"), chunks.Span, Kept);
                    KeyRing.Put(Name(configuration, "key"), found.Span, Kept);
                }
            }
            catch (UnixException)
            {
                // Containers often have no keyring: each program asks then, one after the other.
            }
        }

        End();
    }

    /// <summary>Leaves the terminal to the next one.</summary>
    internal void End()
    {
        turn?.Dispose();
        turn = null;
        hasAsked = false;
    }

    private byte[]? Look(BytePath repository, ReadOnlySpan<byte> configuration, string what, int length)
    {
        Begin();
        if (turn is null)
        {
            return null;
        }

        if (KeyRing.TryGet(Name(configuration, what), length) is { } left)
        {
            return left;
        }

        // One that did not wait is a later command, which asks again.
        if (turn.HasWaited && KeyRing.Has(Name(configuration, "none")))
        {
            End();
            throw new BackshiftException(ExitCode.NotPermitted,
                $"{repository}: another program of the pipeline has asked for the passphrase and was not given it");
        }

        return null;
    }

    private string Name(ReadOnlySpan<byte> configuration, string what) => $"{ProcessKeys.NameInRing(configuration)}:{turn!.Job}:{what}";
}
