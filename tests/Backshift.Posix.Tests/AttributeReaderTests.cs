using System.Diagnostics;
using System.Text;
using Xunit;

namespace Backshift.Posix.Tests;

/// <summary>Attributes of the name space "user", which anyone may set on most file systems; a test skips where the temporary directory has none.</summary>
public sealed class AttributeReaderTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"bs-xattr-{Guid.NewGuid():n}");

    public AttributeReaderTests()
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "file"), "");
        File.CreateSymbolicLink(Path.Combine(folder, "link"), "file");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<bool> Ways => [true, false];

    [Theory, MemberData(nameof(Ways))]
    public void Names_and_values_of_any_length_are_read_from_a_directory_and_by_path(bool relative)
    {
        Set("user.short", "v");
        Set("user.empty", "");
        Set("user.long", new string('x', 2000));
        for (int i = 0; i < 40; i++)
        {
            Set($"user.one-of-many-{i}", "1");
        }

        AttributeReader reader = new(relative);
        using UnixFile directory = UnixFile.Open(BytePath.Of(folder), OpenFor.Directory);
        foreach ((UnixFile? start, byte[] path) in ((UnixFile?, byte[])[])[(directory, "file\0"u8.ToArray()),
            (null, BytePath.Of(folder).Join("file").Terminated())])
        {
            Assert.Equal(0, reader.TryList(start, path, out ReadOnlySpan<byte> names));
            string[] listed = Encoding.UTF8.GetString(names).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(43, listed.Count(static name => name.StartsWith("user.", StringComparison.Ordinal)));
            Assert.Equal("v", Read(reader, start, path, "user.short"));
            Assert.Equal("", Read(reader, start, path, "user.empty"));
            Assert.Equal(new string('x', 2000), Read(reader, start, path, "user.long"));
            Assert.Equal("v", Read(reader, start, path, "user.short"));
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_link_is_not_followed(bool relative)
    {
        Set("user.a", "v");
        AttributeReader reader = new(relative);
        Assert.Equal(0, reader.TryList(null, BytePath.Of(folder).Join("link").Terminated(), out ReadOnlySpan<byte> names));
        Assert.DoesNotContain("user.a", Encoding.UTF8.GetString(names), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Ways))]
    public void What_is_not_there_has_an_error_number(bool relative)
    {
        AttributeReader reader = new(relative);
        byte[] file = BytePath.Of(folder).Join("file").Terminated();
        Assert.Equal(Errno.ENOENT, reader.TryList(null, BytePath.Of(folder).Join("none").Terminated(), out _));
        Assert.Equal(Errno.ENODATA, reader.TryRead(null, file, "user.none\0"u8, out _));
    }

    [Fact]
    public void A_file_system_without_attributes_has_none_and_no_error()
    {
        Assert.Equal(0, new AttributeReader().TryList(null, "/proc/self/stat\0"u8, out ReadOnlySpan<byte> names));
        Assert.DoesNotContain("user.", Encoding.UTF8.GetString(names), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_without_flags_is_asked_once_and_the_status_stands_in()
    {
        using UnixFile file = UnixFile.Open(BytePath.Of("/proc/self/stat"));
        FileStatus status = FileStatus.Of(file);
        Assert.Equal(Errno.ENOTTY, InodeFlags.TryRead(file, out uint none));
        Assert.Equal(0u, none);
        FlagReader reader = new();
        Assert.Equal(0u, reader.Read(file, in status));
        Assert.Equal(0u, reader.Read(file, in status));
    }

    [Fact]
    public void Of_the_flags_of_a_file_only_its_attributes_are_kept()
    {
        if (Run("chattr", "+d", Path.Combine(folder, "file")) != 0)
        {
            Assert.Skip("no flags on this file system");
        }

        using UnixFile file = UnixFile.Open(BytePath.Of(folder).Join("file"));
        FileStatus status = FileStatus.Of(file);
        Assert.Equal(InodeFlags.NoDump, InodeFlags.Of(in status));
        Assert.Equal(0, InodeFlags.TryRead(file, out uint flags));
        Assert.Equal(InodeFlags.NoDump, flags);
    }

    private static string Read(AttributeReader reader, UnixFile? directory, byte[] path, string name)
    {
        Assert.Equal(0, reader.TryRead(directory, path, Encoding.UTF8.GetBytes(name + "\0"), out ReadOnlySpan<byte> value));
        return Encoding.UTF8.GetString(value);
    }

    private void Set(string name, string value)
    {
        if (Run("setfattr", "-n", name, "-v", value, Path.Combine(folder, "file")) != 0)
        {
            Assert.Skip("no setfattr, or no attributes on this file system");
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return 127;
        }
    }
}
