using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Diff.Tests;

public sealed class EntryComparisonTests
{
    private static EntryRecord File() => new()
    {
        Path = BytePath.Of("f"), Type = EntryType.File, Mode = 0x1A4, Uid = 1, Gid = 2, Size = 3, Mtime = new UnixTime(5, 6), Ctime = new UnixTime(7, 8),
        Dev = 1, Ino = 9, Nlink = 1,
        Attributes = [new("user.a"u8.ToArray(), [1]), new("user.b"u8.ToArray(), [2])],
    };

    private static Aspects Changed(Action<EntryRecord> change)
    {
        EntryRecord other = File();
        change(other);
        return EntryComparison.Compare(File(), other);
    }

    [Fact]
    public void Each_aspect_is_told_from_the_others()
    {
        Assert.Equal(Aspects.None, Changed(static _ => { }));
        Assert.Equal(Aspects.Mode, Changed(static entry => entry.Mode = 0x1A5));
        Assert.Equal(Aspects.Owner, Changed(static entry => entry.Uid = 7));
        Assert.Equal(Aspects.Owner, Changed(static entry => entry.Gid = 7));
        Assert.Equal(Aspects.Mtime, Changed(static entry => entry.Mtime = new UnixTime(5, 7)));
        Assert.Equal(Aspects.Xattrs, Changed(static entry => entry.Attributes![0] = new("user.a"u8.ToArray(), [3])));
        Assert.Equal(Aspects.Xattrs, Changed(static entry => entry.Attributes!.RemoveAt(1)));
        Assert.Equal(Aspects.Flags, Changed(static entry => entry.Flags = 0x10));
        Assert.Equal(Aspects.Type, Changed(static entry => entry.Type = EntryType.Fifo));
    }

    [Fact]
    public void Numbers_that_say_nothing_of_the_file_do_not_count()
    {
        Assert.Equal(Aspects.None, Changed(static entry => (entry.Ino, entry.Dev, entry.Ctime, entry.Btime) = (1, 2, new UnixTime(1, 1), new UnixTime(1, 1))));
        Assert.Equal(Aspects.None, Changed(static entry => entry.Attributes!.Reverse()));
        Assert.Equal(Aspects.None, Changed(static entry => (entry.Mode, entry.Uid, entry.Mtime) = (null, null, null)));
    }

    [Fact]
    public void A_link_is_another_name_of_a_file_that_has_several_and_of_no_other()
    {
        EntryRecord link = File();
        (link.Type, link.Target) = (EntryType.Link, "e"u8.ToArray());
        EntryRecord one = File(), several = File();
        several.Nlink = 2;
        Assert.Equal(Aspects.None, EntryComparison.Compare(link, several));
        Assert.Equal(Aspects.None, EntryComparison.Compare(several, link));
        Assert.Equal(Aspects.Links, EntryComparison.Compare(link, one));
        EntryRecord elsewhere = File();
        (elsewhere.Type, elsewhere.Target) = (EntryType.Link, "d"u8.ToArray());
        Assert.Equal(Aspects.Links, EntryComparison.Compare(link, elsewhere));
    }
}
