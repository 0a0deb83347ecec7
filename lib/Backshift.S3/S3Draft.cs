using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

/// <summary>An object that is being written, in a scratch file until it is sent: it has to be read several times, and may be sent more than once.</summary>
internal sealed class S3Draft : IObjectDraft
{
    private readonly S3Store store;
    private readonly ScratchSpace file;

    /// <param name="store">Where it will be.</param>
    /// <param name="file">Takes the bytes; closed with the draft.</param>
    internal S3Draft(S3Store store, ScratchSpace file)
    {
        this.store = store;
        this.file = file;
    }

    public BytePath Shown => store.Location.Join("draft");

    public long Length { get; private set; }

    public UnixTime Received => store.Now();

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (UnixException e)
        {
            throw ScratchFile.Failed(e);
        }

        Length += bytes.Length;
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        try
        {
            return file.ReadAt(buffer, offset);
        }
        catch (UnixException e)
        {
            throw ScratchFile.Failed(e);
        }
    }

    public bool TryPublish(ObjectPath path) => store.TryPublish(path, this);

    public void Dispose() => file.Dispose();
}
