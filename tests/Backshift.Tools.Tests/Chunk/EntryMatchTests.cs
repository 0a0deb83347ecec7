using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Chunk.Tests;

/// <summary>Each test begins with an entry as a walk makes it of a file, and changes what an attacker or a file system may have changed.</summary>
public sealed class EntryMatchTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();
    private readonly FileStatus status;

    public EntryMatchTests()
    {
        File.WriteAllText(path, "content");
        Assert.Equal(0, FileStatus.TryGet(BytePath.Of(path), out status));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_as_it_was_walked_is_read(bool throughLink) => Assert.Null(Refuse(_ => { }, throughLink));

    [Fact]
    public void A_file_that_grew_since_is_read_as_it_is_now() => Assert.Null(Refuse(Grow));

    [Fact]
    public void One_that_has_the_number_of_a_file_that_is_gone_is_not()
    {
        if (status.Btime is null)
        {
            Assert.Skip("this file system tells no time of birth");
        }

        Assert.Equal(EntryMatch.Replaced, Refuse(entry => entry.Btime = Earlier(entry.Btime)));
        Assert.Equal(EntryMatch.Replaced, Refuse(entry => entry.Btime = Earlier(entry.Btime), throughLink: true));
        Assert.Equal(EntryMatch.Replaced, Refuse(entry => entry.Btime = Earlier(entry.Btime), ignoreInode: true));
    }

    [Fact]
    public void Content_never_comes_to_stand_under_another_owner_or_mode()
    {
        Assert.Equal(EntryMatch.NotOurs, Refuse(entry => { Grow(entry); entry.Uid++; }));
        Assert.Equal(EntryMatch.NotOurs, Refuse(entry => { Grow(entry); entry.Gid++; }));
        Assert.Equal(EntryMatch.NotOurs, Refuse(entry => { Grow(entry); entry.Mode = 0x1FF; }));
        Assert.Equal(EntryMatch.NotOurs, Refuse(entry => { Grow(entry); entry.Ino++; entry.Uid++; }, ignoreInode: true));
    }

    [Fact]
    public void A_filter_may_change_owner_and_mode_of_a_file_that_stayed_as_it_was() =>
        Assert.Null(Refuse(entry => { entry.Uid = 12345; entry.Gid = 12345; entry.Mode = 0; }));

    [Fact]
    public void A_file_under_another_number_is_the_same_where_all_else_agrees() => Assert.Null(Refuse(entry => entry.Ino++));

    [Fact]
    public void One_that_changed_as_well_is_not_unless_numbers_mean_nothing()
    {
        Assert.Equal(EntryMatch.Replaced, Refuse(entry => { Grow(entry); entry.Ino++; }));
        Assert.Null(Refuse(entry => { Grow(entry); entry.Ino++; }, ignoreInode: true));
    }

    [Fact]
    public void Behind_a_link_only_the_very_inode_is_believed()
    {
        Assert.Equal(EntryMatch.Replaced, Refuse(entry => entry.Ino++, throughLink: true));
        Assert.Equal(EntryMatch.Replaced, Refuse(entry => { Grow(entry); entry.Btime = null; }, throughLink: true));
        Assert.Null(Refuse(entry => entry.Btime = null, throughLink: true));
        Assert.Null(Refuse(entry => entry.Ino++, throughLink: true, ignoreInode: true));
        Assert.Equal(EntryMatch.Replaced, Refuse(entry => { Grow(entry); entry.Ino++; }, throughLink: true, ignoreInode: true));
        Assert.Equal(EntryMatch.Unknown, Refuse(entry => entry.Ino = null, throughLink: true));
        Assert.Equal(EntryMatch.Unknown, Refuse(entry => entry.Dev = null, throughLink: true));
    }

    [Fact]
    public void Another_device_is_another_file() => Assert.Equal(EntryMatch.Replaced, Refuse(entry => entry.Dev++, ignoreInode: true));

    [Fact]
    public void Names_of_an_inode_that_was_given_again_are_no_links_where_no_birth_is_known()
    {
        InodeKey? Key(Action<EntryRecord> change)
        {
            EntryRecord entry = Walked();
            (entry.Btime, entry.Nlink) = (null, 2);
            change(entry);
            return InodeKey.Of(entry);
        }

        Assert.Equal(Key(_ => { }), Key(_ => { }));
        Assert.NotEqual(Key(_ => { }), Key(entry => entry.Size++));
        Assert.NotEqual(Key(_ => { }), Key(entry => entry.Mtime = Earlier(entry.Mtime)));
        Assert.NotEqual(Key(_ => { }), Key(entry => entry.Ctime = Earlier(entry.Ctime)));

        // Where a birth is known it is the same inode, whatever was written to it between two names.
        Assert.Equal(Key(entry => entry.Btime = entry.Ctime), Key(entry => { entry.Btime = entry.Ctime; entry.Size++; }));
    }

    public void Dispose() => File.Delete(path);

    private static UnixTime? Earlier(UnixTime? time) => time!.Value with { Seconds = time.Value.Seconds - 1 };

    private static void Grow(EntryRecord entry)
    {
        entry.Size--;
        (entry.Mtime, entry.Ctime) = (Earlier(entry.Mtime), Earlier(entry.Ctime));
    }

    private EntryRecord Walked() => new()
    {
        Path = BytePath.Of("x"), Type = EntryType.File, Size = status.Size, Mtime = status.Mtime, Ctime = status.Ctime, Btime = status.Btime, Dev = status.Dev,
        Ino = status.Ino,
        Nlink = status.Nlink, Uid = status.Uid, Gid = status.Gid, Mode = status.Mode,
    };

    private string? Refuse(Action<EntryRecord> change, bool throughLink = false, bool ignoreInode = false)
    {
        EntryRecord entry = Walked();
        change(entry);
        return EntryMatch.Refuse(entry, in status, throughLink, ignoreInode);
    }
}
