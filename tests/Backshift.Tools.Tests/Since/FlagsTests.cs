using Backshift.Posix;
using Backshift.Records;
using Xunit;

namespace Backshift.Tools.Since.Tests;

/// <summary>bs-walk knows some inode flags; who opens a file knows all. An unchanged file is not opened, so the base has to tell.</summary>
public sealed class FlagsTests
{
    public static TheoryData<uint?, uint?> Flags =>
        new() { { null, null }, { InodeFlags.NoCopyOnWrite, null }, { InodeFlags.NoCopyOnWrite | InodeFlags.NoDump, InodeFlags.NoDump },
        { null, InodeFlags.NoDump } };

    [Theory, MemberData(nameof(Flags))]
    public async Task An_unchanged_file_has_the_flags_that_it_had(uint? then, uint? now)
    {
        using SavedFiles files = new();
        files.Save((With(then), ["abc"]));
        await files.RunAsync(new SinceOptions(), With(now));
        Assert.Equal(then, (await files.LastEntryAsync()).Flags);
        Assert.True((await files.LastEntryAsync()).HasContent);
    }

    [Fact]
    public async Task Where_the_inode_was_changed_and_that_is_ignored_the_flags_are_those_of_now()
    {
        using SavedFiles files = new();
        files.Save((With(InodeFlags.NoCopyOnWrite), ["abc"]));
        EntryRecord now = With(InodeFlags.NoDump);
        now.Ctime = SavedFiles.Start;
        await files.RunAsync(new SinceOptions { Rule = new ChangeRule(IgnoreCtime: true, IgnoreInode: false) }, now);
        Assert.Equal(InodeFlags.NoDump, (await files.LastEntryAsync()).Flags);
        Assert.True((await files.LastEntryAsync()).HasContent);
    }

    private static EntryRecord With(uint? flags)
    {
        EntryRecord entry = SavedFiles.File("a", 3);
        entry.Flags = flags;
        return entry;
    }
}
