using Backshift.Chunking;
using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

/// <summary>What becomes of a file that changes between the opening and the last read; the moment is the one at which its entry is written.</summary>
public sealed class ChangingFileTests
{
    private const int Large = 2_000_000;

    private readonly MemoryStream stored = new();

    [Fact]
    public async Task A_file_that_stays_as_it_is_has_no_mark()
    {
        FileStreaming streaming = await StreamAsync(Large, _ => { });
        Assert.Null(streaming.Mark);
        Assert.Equal(Large, streaming.Length);
    }

    [Fact]
    public async Task A_file_that_grows_is_stored_at_its_first_length_and_marked()
    {
        FileStreaming streaming = await StreamAsync(Large, path => File.AppendAllText(path, "more"));
        Assert.Equal("changed while it was read", streaming.Mark);
        Assert.Equal(Large, streaming.Length);
    }

    [Fact]
    public async Task A_file_that_shrinks_is_stored_as_far_as_it_goes_and_marked()
    {
        FileStreaming streaming = await StreamAsync(Large, static path =>
        {
            using FileStream file = File.OpenWrite(path);
            file.SetLength(1_500_000);
        });
        Assert.Equal($"shrank from {Large} to 1500000 bytes while it was read", streaming.Mark);
        Assert.Equal(1_500_000, streaming.Length);
        Assert.Null(streaming.Refusal);
    }

    [Fact]
    public async Task A_file_that_is_written_over_is_marked()
    {
        FileStreaming streaming = await StreamAsync(Large, static path =>
        {
            using FileStream file = File.OpenWrite(path);
            file.Write("changed"u8);
        });
        Assert.Equal("changed while it was read", streaming.Mark);
    }

    [Fact]
    public void A_file_of_proc_is_read_although_its_size_is_zero()
    {
        using FileReading reading = FileReading.Of(new EntryRecord { Path = BytePath.Of("x"), Source = BytePath.Of($"/proc/{Environment.ProcessId}/status"),
            Type = EntryType.File, Size = 0 }, new FileOpener(), ChunkNaming.Plain);
        Assert.Null(reading.Refusal);
        Assert.True(reading.Content.Span.StartsWith("Name:"u8));
    }

    [Fact]
    public void A_path_longer_than_the_system_takes_is_opened_in_steps()
    {
        string folder = Directory.CreateTempSubdirectory("bs-chunk-").FullName;
        string name = new('d', 250);
        try
        {
            // Two halves that the system takes each, one moved into the other.
            string half = string.Concat(Enumerable.Repeat(name + "/", 10)).TrimEnd('/');
            string script = $"mkdir -p {half} x/{half} && printf content > x/{half}/file && mv x/{name} {half}";
            using (System.Diagnostics.Process shell =
                System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder })!)
            {
                shell.WaitForExit();
            }

            string path = folder + "/" + string.Concat(Enumerable.Repeat(name + "/", 20)) + "file";
            Assert.InRange(path.Length, 4097, 8192);
            using FileReading reading = FileReading.Of(new EntryRecord { Path = BytePath.Of("x"), Source = BytePath.Of(path), Type = EntryType.File, Size = 7 },
                new FileOpener(), ChunkNaming.Plain);
            Assert.Null(reading.Refusal);
            Assert.Equal("content"u8.ToArray(), reading.Content.ToArray());
        }
        finally
        {
            using System.Diagnostics.Process shell = System.Diagnostics.Process.Start("/bin/rm", ["-rf", folder]);
            shell.WaitForExit();
        }
    }

    private async Task<FileStreaming> StreamAsync(int length, Action<string> change)
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] content = new byte[length];
            new Random(length).NextBytes(content);
            File.WriteAllBytes(path, content);
            RecordWriter output = new(stored);
            FileStreaming streaming = new(new ContentCutter(new ChunkSettings(new CutterKey(CutterKey.PublicSeed), 16384, ChunkNaming.Plain), output), output);
            using FileReading reading = FileReading.Of(new EntryRecord { Path = BytePath.Of("x"), Source = BytePath.Of(path), Type = EntryType.File,
                Size = length }, new FileOpener(), ChunkNaming.Plain);
            Assert.NotNull(reading.File);
            int entries = 0;
            await streaming.RunAsync(reading, () => { entries++; change(path); }, CancellationToken.None);
            Assert.Equal(1, entries);
            return streaming;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
