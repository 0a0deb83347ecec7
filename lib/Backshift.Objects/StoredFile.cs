using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>An object in a file.</summary>
internal sealed class StoredFile : IStoredObject
{
    private readonly UnixFile file;
    private readonly bool isOwner;

    /// <param name="file">The file.</param>
    /// <param name="length">Its length.</param>
    /// <param name="received">When it was last written to.</param>
    /// <param name="isOwner">Whether it is closed with the object.</param>
    internal StoredFile(UnixFile file, long length, UnixTime received, bool isOwner)
    {
        this.file = file;
        this.isOwner = isOwner;
        Length = length;
        Received = received;
    }

    public BytePath Shown => file.Path;

    public long Length { get; }

    public UnixTime Received { get; }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        try
        {
            return file.ReadAt(buffer, offset);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public void Dispose()
    {
        if (isOwner)
        {
            file.Dispose();
        }
    }
}
