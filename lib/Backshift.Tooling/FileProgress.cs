using Backshift.Posix;

namespace Backshift.Tooling;

/// <summary>The progress of a file. One thread adds, others read.</summary>
public sealed class FileProgress
{
    private readonly byte[] name;
    private long done;

    /// <param name="path">Its name; the bytes must not change afterwards.</param>
    /// <param name="size">Its length.</param>
    internal FileProgress(BytePath path, long size)
    {
        name = path.Bytes;
        Size = size;
    }

    /// <summary>Its length, as it was when the file was begun.</summary>
    public long Size { get; }

    /// <summary>How many bytes of it are done.</summary>
    public long Done => Interlocked.Read(ref done);

    /// <summary>The name, fit to be shown.</summary>
    public string ShownName => Escaping.Display(name);

    internal void Add(long count) => Interlocked.Add(ref done, count);

    /// <summary>"disk.img: 1.2 GB of 3.4 GB"</summary>
    internal string ToText() => $"{ShownName}: {SizeText.Bytes(Done)} of {SizeText.Bytes(Size)}";

    /// <summary>" 37%"; more than all of it is all of it: files grow.</summary>
    internal string Share => $" {Math.Min(100, (long)((Int128)Done * 100 / Math.Max(1, Size)))}%";
}
