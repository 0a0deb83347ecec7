using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.Testing.Model;

/// <summary>An object that a simulated process is writing: at home, so no other process sees it and no call waits for the scheduler.</summary>
/// <param name="view">Where it will be published.</param>
/// <param name="room">After how many bytes there is no space left.</param>
internal sealed class ModelDraft(StoreView view, long room) : IObjectDraft
{
    private readonly MemoryStream bytes = new();

    public BytePath Shown => BytePath.Of("draft");

    public long Length => bytes.Length;

    public UnixTime Received => view.Time;

    public void Write(ReadOnlySpan<byte> added)
    {
        view.Look();
        if (bytes.Length + added.Length > room)
        {
            throw view.Trouble("draft: No space left on device");
        }

        bytes.Write(added);
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        view.Look();
        ReadOnlySpan<byte> rest = bytes.GetBuffer().AsSpan(0, (int)bytes.Length)[(int)Math.Min(offset, bytes.Length)..];
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        return rest.Length;
    }

    public bool TryPublish(ObjectPath path) => view.TryPublish(path, bytes.GetBuffer().AsSpan(0, (int)bytes.Length));

    public void Dispose()
    {
        bytes.Dispose();
        view.EndDraft();
    }
}
