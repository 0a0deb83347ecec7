using System.Diagnostics;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects.Tests;

public sealed class DirectoryStoreTests : ObjectStoreContract
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-store-" + Guid.NewGuid().ToString("N"));
    private readonly List<string> refusing = [];

    public DirectoryStoreTests()
    {
        using (DirectoryStore made = DirectoryStore.Make(BytePath.Of(folder)))
        {
            made.TryPublish(ObjectPath.Configuration, "x"u8);
        }

        Store = DirectoryStore.Open(BytePath.Of(folder));
    }

    protected override IObjectStore Store { get; }

    protected override ObjectPath Unstorable => ObjectPath.Saveset(BytePath.Of($"savesets/{new string('x', 300)}/20261123T090405Z"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Something_else_in_the_place_of_an_object_is_damage(bool isLink)
    {
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        Directory.CreateDirectory(Path.Combine(folder, "index"));
        if (isLink)
        {
            File.WriteAllText(Path.Combine(folder, "elsewhere"), "x");
            File.CreateSymbolicLink(At(path), Path.Combine(folder, "elsewhere"));
        }
        else
        {
            Directory.CreateDirectory(At(path));
        }

        BackshiftException damage = Assert.Throws<BackshiftException>(() => Store.TryOpen(path, ObjectEnd.Head, [], out _));
        Assert.Equal((ExitCode.DataError, $"{At(path)}: is not a regular file"), (damage.Code, damage.Message));
    }

    [Fact]
    public void A_fifo_in_the_place_of_an_object_is_damage_and_does_not_hang()
    {
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        Directory.CreateDirectory(Path.Combine(folder, "index"));
        Run("mkfifo", At(path));
        Assert.Throws<BackshiftException>(() => Store.TryOpen(path, ObjectEnd.Head, [], out _));
    }

    [Fact]
    public void A_link_in_the_place_of_a_folder_is_not_followed()
    {
        Directory.CreateDirectory(Path.Combine(folder, "elsewhere"));
        File.CreateSymbolicLink(Path.Combine(folder, "index"), Path.Combine(folder, "elsewhere"));
        ObjectPath path = ObjectPath.Run(ObjectName.Random());
        foreach (Action asking in (Action[])[() => Store.List(ObjectType.Run).Count(), Store.PrepareForWriting,
            () => Store.TryOpen(path, ObjectEnd.Head, [], out _)])
        {
            Assert.Contains("through, a symbolic link", Assert.Throws<BackshiftException>(asking).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_is_named_and_the_others_are_listed()
    {
        ObjectPath good = ObjectPath.Saveset(BytePath.Of("savesets/z/20261123T090405Z"));
        Store.TryPublish(good, "x"u8);
        File.CreateSymbolicLink(Path.Combine(folder, "savesets", "a"), Path.Combine(folder, "savesets", "z"));
        List<string> unlisted = [];
        Assert.Equal([good], Store.List(ObjectType.Saveset, default, (path, why) => unlisted.Add($"{path}: {why.Code}")));
        Assert.Equal(["savesets/a: DataError"], unlisted);
        Assert.Throws<BackshiftException>(() => Store.List(ObjectType.Saveset).Count());
    }

    [Fact]
    public void What_is_not_published_leaves_no_file_behind()
    {
        Store.Create(ObjectType.Pack).Dispose();
        Store.CreateScratch().Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "tmp")));
    }

    [Fact]
    public void A_directory_without_a_configuration_is_no_store()
    {
        File.Delete(At(ObjectPath.Configuration));
        Assert.Equal(ExitCode.NoInput, Assert.Throws<BackshiftException>(() => DirectoryStore.Open(BytePath.Of(folder))).Code);
        Assert.False(DirectoryStore.Exists(BytePath.Of(folder)));
    }

    [Fact]
    public void A_store_that_was_moved_away_is_not_found_at_its_place()
    {
        Directory.Move(folder, folder + "-moved");
        try
        {
            BackshiftException moved = Assert.Throws<BackshiftException>(() => Store.VerifyPlace(null));
            Assert.Equal((ExitCode.InputOutput, $"the stored data is in {folder}-moved"), (moved.Code, moved.Hint));
        }
        finally
        {
            Directory.Move(folder + "-moved", folder);
        }
    }

    public override void Dispose()
    {
        foreach (string directory in refusing)
        {
            Run(Environment.IsPrivilegedProcess ? "chattr" : "chmod", Environment.IsPrivilegedProcess ? "-i" : "u+w", directory);
        }

        base.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    protected override void PutForeign(string path)
    {
        string file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "x");
    }

    /// <summary>As root nothing is refused but what is immutable, which root alone can make it.</summary>
    protected override bool TryRefuse()
    {
        foreach (string directory in Directory.GetDirectories(folder, "*", SearchOption.AllDirectories))
        {
            if (Run(Environment.IsPrivilegedProcess ? "chattr" : "chmod", Environment.IsPrivilegedProcess ? "+i" : "u-w", directory) != 0)
            {
                return false;
            }

            refusing.Add(directory);
        }

        return true;
    }

    private string At(ObjectPath path) => Path.Combine(folder, path.Path.ToString());

    private static int Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(program, arguments);
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
