using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.Chunk;

/// <summary>Passes the content of an open file on as chunks and holes, a window at a time.</summary>
internal sealed class FileStreaming
{
    /// <summary>How much is read of a file that says its size is 0: such files are made by the kernel, and some never end.</summary>
    internal const long MostOfSizeless = 16 << 20;

    // The kernel is advised of the next piece before this one is cut, so that the disk works meanwhile.
    private const int Ahead = 1 << 20;

    private readonly ContentCutter cutter;
    private readonly RecordWriter output;
    private readonly Progress? progress;
    private readonly WatchedCall? call;
    private readonly byte[] window;
    private Action begin = null!;
    private bool begun;
    private long position;

    /// <param name="cutter">Cuts what is read.</param>
    /// <param name="output">Takes the holes.</param>
    /// <param name="progress">Counts bytes, or null.</param>
    /// <param name="call">Watches the reads, or null.</param>
    internal FileStreaming(ContentCutter cutter, RecordWriter output, Progress? progress = null, WatchedCall? call = null)
    {
        this.progress = progress;
        this.call = call;
        this.cutter = cutter;
        this.output = output;
        window = GC.AllocateUninitializedArray<byte>(FileReading.Small + cutter.Maximum);
    }

    /// <summary>Why the file cannot be stored: its first read failed, and nothing was written. Else null.</summary>
    internal string? Refusal { get; private set; }

    /// <summary>The fault of the content that was written, or null.</summary>
    internal string? Mark { get; private set; }

    /// <summary>The error number that goes with <see cref="Refusal"/> or <see cref="Mark"/>, or 0.</summary>
    internal int Errno { get; private set; }

    /// <summary>How many bytes of the file were passed on, holes counted.</summary>
    internal long Length => position;

    /// <param name="file">The open file.</param>
    /// <param name="writeEntry">Is called once, as soon as it is certain that there is content to write.</param>
    /// <param name="cancel">Ends it.</param>
    internal async ValueTask RunAsync(FileReading file, Action writeEntry, CancellationToken cancel)
    {
        begin = writeEntry;
        begun = false;
        position = 0;
        Refusal = null;
        Mark = null;
        Errno = 0;
        UnixFile open = file.File!;
        bool sizeless = file.Version.Size == 0;
        long size = sizeless ? MostOfSizeless : file.Version.Size;
        bool more = true;
        while (more && position < size)
        {
            call?.Begin(open.Path);
            long data = file.IsSparse ? open.FindData(position, size) : position;
            long end = !file.IsSparse ? size : data == size ? data : open.FindHole(data, size);
            call?.End();
            if (data > position)
            {
                Begin();
                output.WriteHole(data - position);
                progress?.AddBytes(data - position);
                position = data;
            }

            more = data == size || await TryReadRunAsync(open, end, cancel);
        }

        if (Refusal is null && Mark is null)
        {
            call?.Begin(open.Path);
            Mark = sizeless ? OfSizeless(open) : FileReading.Compare(open, file.Version, position);
            call?.End();
        }
    }

    /// <summary>Passes on the data from the present position to <paramref name="end"/>; false if they stop before.</summary>
    private async ValueTask<bool> TryReadRunAsync(UnixFile file, long end, CancellationToken cancel)
    {
        int held = 0;
        long advised = position;
        bool stopped = false;
        do
        {
            call?.Begin(file.Path);
            int count = file.TryReadAt(window.AsSpan(held, (int)Math.Min(window.Length - held, end - position)), position, out int errno);
            call?.End();
            if (count > 0)
            {
                progress?.AddBytes(count);
                Begin();
                position += count;
                held += count;
                if (position + (Ahead / 2) >= advised && position < end)
                {
                    advised = Math.Max(advised, position) + Ahead;
                    file.AdviseWillNeed(advised - Ahead, Ahead);
                }
            }
            else
            {
                stopped = true;
                Errno = errno;
                Mark = errno != 0 && begun ? FileReading.ReadError(position, errno) : null;
                Refusal = errno != 0 && !begun ? Posix.Errno.Describe(errno) : null;
            }

            int done = await cutter.CutAsync(window.AsMemory(0, held), stopped || position == end, cancel);
            window.AsSpan(done, held - done).CopyTo(window);
            held -= done;
        }
        while (!stopped && position < end);
        if (!begun && Refusal is null)
        {
            Begin();
        }

        return !stopped;
    }

    private void Begin()
    {
        if (!begun)
        {
            begun = true;
            begin();
        }
    }

    private string? OfSizeless(UnixFile file) =>
        position < MostOfSizeless || file.TryReadAt(window.AsSpan(0, 1), position, out _) <= 0 ? null
            : $"says that its size is 0 and is longer than {MostOfSizeless} bytes: truncated there";
}
