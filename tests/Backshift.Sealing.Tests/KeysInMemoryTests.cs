using System.Runtime.CompilerServices;
using Backshift.Objects;

namespace Backshift.Sealing.Tests;

/// <summary>Keys are overwritten when they are disposed of: no copy of them is left anywhere in the memory of the process.</summary>
public sealed class KeysInMemoryTests
{
    private const int SparseLength = 200_000;

    [Fact]
    public void Of_a_root_key_no_copy_is_left()
    {
        RootKey root = RootKey.Random();
        byte[] masked = OwnMemory.Masked(root.Span);
        Assert.True(OwnMemory.CountCopies(masked) > 0, "it is not found where it is");
        root.Dispose();
        Assert.Equal(0, OwnMemory.CountCopies(masked));
    }

    [Fact]
    public void Of_the_keys_of_a_repository_no_copy_is_left()
    {
        byte[] root;
        byte[][] derived;
        RepositoryKeys keys = Derive(out root);
        derived = MaskedKeys(keys);
        SaveAndRead(keys);
        foreach (byte[] key in derived)
        {
            Assert.True(OwnMemory.CountCopies(key) > 0, "one is not found where it is");
        }

        keys.Dispose();
        Overwrite();
        Assert.Equal(0, OwnMemory.CountCopies([root, .. derived]));
    }

    [Fact]
    public void Of_the_keys_of_a_host_no_copy_is_left()
    {
        byte[][] derived = HostRun();
        Overwrite();
        Assert.Equal(0, OwnMemory.CountCopies(derived));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RepositoryKeys Derive(out byte[] masked)
    {
        using RootKey root = RootKey.Random();
        masked = OwnMemory.Masked(root.Span);
        return RepositoryKeys.Derive(root, new byte[32]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[][] MaskedKeys(SealingKeys keys) =>
    [
        OwnMemory.Masked(keys.Chunks), OwnMemory.Masked(keys.Cutter), OwnMemory.Masked(keys.Authority),
        OwnMemory.Masked(keys.For(ObjectType.Pack)), OwnMemory.Masked(keys.For(ObjectType.Saveset)), OwnMemory.Masked(keys.For(ObjectType.Run)),
        OwnMemory.Masked(keys.For(ObjectType.Intent)),
    ];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[][] HostRun()
    {
        using RootKey root = RootKey.Random();
        HostKey made = HostKey.Make(root, new byte[32], "host");
        using HostKeys keys = new(made);
        byte[][] masked = [OwnMemory.Masked(keys.For(ObjectType.Intent)), OwnMemory.Masked(keys.Chunks), OwnMemory.Masked(keys.Cutter)];
        SaveAndRead(keys);
        foreach (byte[] key in masked)
        {
            Assert.True(OwnMemory.CountCopies(key) > 0, "one is not found where it is");
        }

        made.Dispose();
        return masked;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SaveAndRead(SealingKeys keys)
    {
        byte[] bytes = new byte[SparseLength];
        using SealedDraft draft = new(new MemoryObject([]), keys);
        new ObjectHeader(ObjectType.Pack, 0, ObjectName.Random()).CopyTo(bytes);
        draft.Write(bytes);
        byte[] read = new byte[SparseLength];
        Assert.Equal(bytes.Length, draft.ReadAt(read, 0));
    }

    /// <summary>What calls that have returned left on the stack is overwritten by calls to come; this is one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Overwrite()
    {
        Span<byte> stack = stackalloc byte[256 << 10];
        stack.Clear();
    }
}
