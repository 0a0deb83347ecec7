using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>
/// A large buffer outside the heap, mmap(2). Pages that were never written to take no memory, and all of them are the system's again as soon as it is disposed
/// of, where an array would stay until the next full garbage collection. Zero at first. For one thread at a time.
/// </summary>
public sealed unsafe class OwnPages : IDisposable
{
    private byte* start;

    /// <param name="length">Bytes, more than 0.</param>
    /// <exception cref="InsufficientMemoryException">The system gives no more.</exception>
    public OwnPages(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        nint mapped = Libc.Map(0, (nuint)length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, 0);
        if (mapped == Libc.MAP_FAILED)
        {
            throw new InsufficientMemoryException($"mmap: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        start = (byte*)mapped;
        Length = length;
    }

    ~OwnPages() => Free();

    /// <summary>Bytes; 0 once it is disposed of.</summary>
    public int Length { get; private set; }

    /// <summary>All of it; empty once it is disposed of. Not to be kept beyond that.</summary>
    public Span<byte> Span => new(start, Length);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (start != null)
        {
            _ = Libc.Unmap((nint)start, (nuint)Length);
            start = null;
            Length = 0;
        }
    }
}
