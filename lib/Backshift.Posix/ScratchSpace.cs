namespace Backshift.Posix;

/// <summary>A file without a name that goes with the process: room for what does not fit into memory. For one thread.</summary>
public sealed class ScratchSpace : IDisposable
{
    private readonly UnixFile file;

    /// <param name="file">A file that has no name; closed with this object.</param>
    public ScratchSpace(UnixFile file) => this.file = file;

    /// <summary>A new one, in $TMPDIR or in /var/tmp: /tmp is memory on many machines.</summary>
    /// <exception cref="UnixException">It cannot be made.</exception>
    public static ScratchSpace Create()
    {
        Span<byte> name = stackalloc byte[16];
        RandomBytes.Fill(name);
        BytePath directory = Machine.Variable("TMPDIR") is { Length: > 0 } set ? new BytePath(set) : new BytePath("/var/tmp"u8);
        return new ScratchSpace(UnixFile.CreateUnnamed(directory.Join($".backshift-{Convert.ToHexStringLower(name)}")));
    }

    /// <summary>Writes on from where it was written, read or moved to last.</summary>
    /// <exception cref="UnixException">There is no space.</exception>
    public void Write(ReadOnlySpan<byte> bytes) => file.Write(bytes);

    /// <summary>Reads on from where it was written, read or moved to last; 0 at the end.</summary>
    /// <exception cref="UnixException">It cannot be read.</exception>
    public int Read(Span<byte> buffer) => file.Read(buffer);

    /// <summary>Reads at <paramref name="offset"/> until <paramref name="buffer"/> is full or the file ends; the count that was read.</summary>
    /// <exception cref="UnixException">It cannot be read.</exception>
    public int ReadAt(Span<byte> buffer, long offset) => file.ReadAt(buffer, offset);

    /// <summary>Moves to <paramref name="offset"/> from the start.</summary>
    /// <exception cref="UnixException">The system refused.</exception>
    public void Seek(long offset) => file.Seek(offset);

    public void Dispose() => file.Dispose();
}
