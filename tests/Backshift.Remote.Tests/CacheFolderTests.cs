using System.Diagnostics;
using Backshift.Posix;
using Backshift.Remote.Caching;

namespace Backshift.Remote.Tests;

/// <summary>The folder of the cache: where it may be, and how much may be in it.</summary>
public sealed class CacheFolderTests : IDisposable
{
    private readonly string caches = Path.Combine(Path.GetTempPath(), "backshift-caches-" + Guid.NewGuid().ToString("N"));

    public CacheFolderTests() => Directory.CreateDirectory(caches);

    private string Files => Path.Combine(caches, "backshift", "objects");

    [Fact]
    public void Small_files_are_counted_too()
    {
        using CacheFolder cache = CacheFolder.TryOpenIn(BytePath.Of(caches), 20 * CacheFolder.LeastCost)!;
        for (int i = 0; i < 100; i++)
        {
            cache.Write(BytePath.Of($"{i}"), 0, "x"u8, "x"u8);
        }

        cache.Trim();
        Assert.InRange(Directory.GetFiles(Files).Length, 10, 20);
    }

    [Fact]
    public void A_folder_that_others_may_read_is_not_used()
    {
        Directory.CreateDirectory(Path.Combine(caches, "backshift"));
        Assert.Equal(0, Run("chmod", "755", Path.Combine(caches, "backshift")));
        Assert.Null(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit));
    }

    [Theory, InlineData("backshift"), InlineData("backshift/objects")]
    public void A_link_is_not_followed(string at)
    {
        string link = Path.Combine(caches, at);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        string target = Path.Combine(caches, "target");
        Directory.CreateDirectory(target);
        Assert.Equal(0, Run("chmod", "700", target, Path.GetDirectoryName(link)!));
        Directory.CreateSymbolicLink(link, target);
        Assert.Null(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit));
        Assert.Empty(Directory.GetFileSystemEntries(target));
    }

    [Fact]
    public void A_place_that_cannot_be_made_is_none()
    {
        Assert.Null(CacheFolder.TryOpenIn(BytePath.Of(Path.Combine(caches, "missing", "missing")), CacheFolder.UsualLimit));
        File.WriteAllText(Path.Combine(caches, "file"), "x");
        Assert.Null(CacheFolder.TryOpenIn(BytePath.Of(Path.Combine(caches, "file")), CacheFolder.UsualLimit));
        Assert.NotNull(CacheFolder.TryOpenIn(BytePath.Of(Path.Combine(caches, "new")), CacheFolder.UsualLimit));
    }

    public void Dispose() => Directory.Delete(caches, recursive: true);

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
