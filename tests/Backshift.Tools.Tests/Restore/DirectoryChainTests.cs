using Backshift.Posix;
using Xunit;

namespace Backshift.Tools.Restore.Tests;

public sealed class DirectoryChainTests
{
    [Fact]
    public void A_chain_deeper_than_what_is_kept_open_leads_back()
    {
        using RestoredFolder folder = new();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using DirectoryChain chain = new(top);
        string deep = string.Join('/', Enumerable.Range(0, 100).Select(static level => $"{level:d3}{new string('d', 17)}"));
        Assert.NotNull(chain.TryEnter(BytePath.Of(deep).Span, make: true, out int errno, out _));

        // Each directory on the way is entered again from the deepest up.
        for (int length = deep.Length; length > 0; length = deep.LastIndexOf('/', length - 1))
        {
            UnixFile? place = chain.TryEnter(BytePath.Of(deep[..length]).Span, make: false, out errno, out _);
            Assert.Equal(0, errno);
            Assert.Equal(0, DirectoryChanges.TryMakeDirectory(place!, "here\0"u8, 0x1C0));
        }

        Assert.Same(top, chain.TryEnter(default, make: false, out _, out _));
    }

    [Fact]
    public void A_link_on_the_way_ends_it_whatever_it_leads_to()
    {
        using RestoredFolder folder = new(), outside = new();
        Directory.CreateDirectory(folder.At("d"));
        Directory.CreateSymbolicLink(folder.At("d/l"), outside.Path);
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using DirectoryChain chain = new(top);
        Assert.Null(chain.TryEnter("d/l/x"u8, make: true, out int errno, out int end));
        Assert.Equal((Errno.ELOOP, 3), (errno, end));
        Assert.NotNull(chain.TryEnter("d/m/x"u8, make: true, out _, out _));
        Assert.Empty(outside.Names());
    }

    [Fact]
    public void A_directory_that_was_exchanged_while_it_was_closed_is_not_taken_for_the_old_one()
    {
        using RestoredFolder folder = new();
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        using DirectoryChain chain = new(top);
        string deep = "a/" + string.Join('/', Enumerable.Repeat("d", 100));
        Assert.NotNull(chain.TryEnter(BytePath.Of(deep).Span, make: true, out _, out _));
        Directory.Move(folder.At("a"), folder.At("b"));
        Directory.CreateDirectory(folder.At("a"));
        Assert.Null(chain.TryEnter("a"u8, make: true, out int errno, out _));
        Assert.Equal(Errno.ESTALE, errno);
    }

    [Fact]
    public void A_directory_that_is_taken_over_is_on_the_way_and_closed_with_the_chain()
    {
        using RestoredFolder folder = new();
        Directory.CreateDirectory(folder.At("a/b/c"));
        using UnixFile top = UnixFile.Open(BytePath.Of(folder.Path), OpenFor.Directory);
        UnixFile taken;
        List<string> entered = [];
        using (DirectoryChain chain = new(top, (_, path, _) => entered.Add(path.ToString())))
        {
            UnixFile parent = chain.TryEnter("a"u8, make: false, out _, out _)!;
            taken = UnixFile.TryOpen(parent, BytePath.Of("b"), OpenFor.Directory, out _)!;
            chain.Take(taken, "a/b"u8);
            Assert.Same(taken, chain.TryEnter("a/b"u8, make: false, out _, out _));
            Assert.NotNull(chain.TryEnter("a/b/c"u8, make: false, out _, out _));
            Assert.NotNull(chain.TryEnter("a"u8, make: false, out _, out _));
            Assert.Equal(["a", "a/b/c"], entered);
            Assert.Throws<ObjectDisposedException>(() => taken.Number);
        }
    }
}
