using Backshift.Objects;
using Backshift.Posix;
using Microsoft.Win32.SafeHandles;

namespace Backshift.Scale.Making;

/// <summary>An object that is being written, with a hole where a <see cref="HollowBlock"/> would be, and not made durable.</summary>
internal sealed class HollowDraft : IObjectDraft
{
    private readonly string root;
    private readonly string temporary;
    private readonly SafeFileHandle file;
    private bool isPublished;

    /// <param name="root">The directory of the store.</param>
    internal HollowDraft(string root)
    {
        this.root = root;
        Directory.CreateDirectory(Path.Combine(root, "tmp"));
        temporary = Path.Combine(root, "tmp", ObjectName.Random().ToString());
        file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite);
    }

    public BytePath Shown => BytePath.Of(temporary);

    public long Length { get; private set; }

    public UnixTime Received => UnixTime.From(new DateTimeOffset(File.GetLastWriteTimeUtc(temporary), TimeSpan.Zero));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (!HollowBlock.IsHollow(bytes))
        {
            RandomAccess.Write(file, bytes, Length);
        }

        Length += bytes.Length;
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        int done = 0, count;
        while (done < buffer.Length && (count = RandomAccess.Read(file, buffer[done..], offset + done)) > 0)
        {
            done += count;
        }

        return done;
    }

    public bool TryPublish(ObjectPath path)
    {
        string target = Path.Combine(root, path.Path.ToString());
        if (File.Exists(target))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(temporary, target);
        isPublished = true;
        return true;
    }

    public void Dispose()
    {
        file.Dispose();
        if (!isPublished)
        {
            File.Delete(temporary);
        }
    }
}
