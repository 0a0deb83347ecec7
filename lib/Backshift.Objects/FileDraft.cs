using Backshift.Posix;

namespace Backshift.Objects;

/// <summary>An object that is being written into a temporary file.</summary>
internal sealed class FileDraft : IObjectDraft
{
    private readonly DurableFile file;

    /// <param name="file">The file; closed, and unless it was published removed, with the draft.</param>
    internal FileDraft(DurableFile file) => this.file = file;

    public BytePath Shown => file.File.Path;

    public long Length => file.Length;

    public UnixTime Received
    {
        get
        {
            try
            {
                return FileStatus.Of(file.File).Mtime;
            }
            catch (UnixException e) when (StoreException.IsTrouble(e))
            {
                throw StoreException.Of(e);
            }
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        try
        {
            return file.File.ReadAt(buffer, offset);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public bool TryPublish(ObjectPath path)
    {
        try
        {
            return file.TryPublish(path.Path);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public void Dispose() => file.Dispose();
}
