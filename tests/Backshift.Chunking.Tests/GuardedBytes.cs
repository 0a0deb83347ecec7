using System.Runtime.InteropServices;

namespace Backshift.Chunking.Tests;

/// <summary>Memory between two pages that nobody may touch: a read outside it ends the process instead of going unnoticed.</summary>
internal sealed unsafe partial class GuardedBytes : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;

    private readonly byte* _start;
    private readonly nuint _mapped;

    /// <summary>Room for <paramref name="pages"/> pages of bytes between the guards.</summary>
    internal GuardedBytes(int pages)
    {
        int page = Environment.SystemPageSize;
        Length = pages * page;
        _mapped = (nuint)(Length + 2 * page);
        _start = (byte*)Map(0, _mapped, None, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)_start);
        Assert.Equal(0, Protect((nint)_start + page, (nuint)Length, ReadWrite));
    }

    internal int Length { get; }

    internal Span<byte> Bytes => new(_start + Environment.SystemPageSize, Length);

    public void Dispose() => _ = Unmap((nint)_start, _mapped);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
