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

    /// <summary>As <see cref="TryPublish"/>; the lock stays until the draft is disposed of, or its process has ended.</summary>
    /// <param name="path">The name that it gets.</param>
    /// <param name="survivesExecute">Whether the lock goes on to the program that takes the place of this one.</param>
    internal bool TryPublishHeld(ObjectPath path, bool survivesExecute)
    {
        try
        {
            if (survivesExecute)
            {
                file.File.SurviveExecute();
            }

            return file.TryPublish(path.Path, staysLocked: true);
        }
        catch (UnixException e) when (StoreException.IsTrouble(e))
        {
            throw StoreException.Of(e);
        }
    }

    public void Dispose() => file.Dispose();
}
