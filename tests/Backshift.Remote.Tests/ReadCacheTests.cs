using System.Diagnostics;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Caching;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Tests;

/// <summary>What this machine keeps of what it has read elsewhere: when it is used, and that it is never more than a help.</summary>
public sealed class ReadCacheTests : IDisposable
{
    private const int Tail = 16 << 10;
    private const int NodeAt = 100_000;

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-cache-" + Guid.NewGuid().ToString("N"));
    private readonly string caches;
    private readonly DirectoryStore beside;
    private readonly ObjectPath pack = ObjectPath.Pack(ObjectName.Random());
    private readonly byte[] content = new byte[1_000_000];
    private readonly byte[] other = new byte[1_000_000];

    public ReadCacheTests()
    {
        caches = folder + "-of-user";
        Directory.CreateDirectory(caches);
        new Random(1).NextBytes(content);
        new Random(2).NextBytes(other);
        beside = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
        Assert.True(beside.TryPublish(pack, content));
    }

    private string Files => Path.Combine(caches, "backshift", "objects");

    [Fact]
    public void What_was_read_once_is_not_read_again_by_the_next_program()
    {
        Assert.Equal(["open", "read"], Read(content));
        Assert.Equal(["open nothing"], Read(content));
        Assert.Equal(["open nothing"], Read(content));
    }

    [Fact]
    public void Without_a_cache_all_is_read_of_the_repository()
    {
        Read(content);
        Assert.Equal(["open", "read"], Read(content, isKept: false));
    }

    [Theory, InlineData(200_000), InlineData(100)]
    public void What_verifies_has_the_server_read_and_only_its_hashes_cross_the_line(int length)
    {
        Read(content);
        ServedPlace served = new(beside);
        using RemoteStore store = Connect(served, out CountedLink link);
        using IStoredObject opened = Open(store, content);
        byte[] node = new byte[length];
        Assert.Equal(node.Length, opened.ReadKept(node, NodeAt));
        Assert.Equal(["open nothing"], served.Seen);
        (int turns, long received) = (link.Turns, link.Received);
        Assert.Equal(node.Length, opened.ReadAt(node, NodeAt));
        Assert.Equal(content[NodeAt..(NodeAt + node.Length)], node);
        Assert.Equal(["open nothing", "read"], served.Seen);
        Assert.Equal(turns + 1, link.Turns);
        Assert.InRange(link.Received - received, 32, 1000);
        Assert.Equal(node.Length, opened.ReadAt(node, NodeAt));
        Assert.Equal(turns + 1, link.Turns);
    }

    [Theory, InlineData(200_000), InlineData(100)]
    public void What_verifies_sees_what_the_storage_has_now(int length)
    {
        Read(content);
        ServedPlace served = new(beside) { Changes = static (path, offset, bytes) => Flip(path, offset, bytes) };
        using RemoteStore store = Connect(served);
        using IStoredObject opened = Open(store, content);
        byte[] node = new byte[length];
        Assert.Equal(node.Length, opened.ReadKept(node, NodeAt));
        Assert.Equal(content[NodeAt], node[0]);
        Assert.Equal(node.Length, opened.ReadAt(node, NodeAt));
        Assert.Equal((byte)(content[NodeAt] ^ 1), node[0]);
        Assert.Equal(content[(NodeAt + 1)..(NodeAt + length)], node[1..]);
    }

    [Fact]
    public void A_server_that_gives_no_hashes_is_read()
    {
        Read(content);
        ServedPlace served = new(beside) { HasSums = false };
        using RemoteStore store = Connect(served);
        using IStoredObject opened = Open(store, content);
        byte[] node = new byte[200_000];
        Assert.Equal(node.Length, opened.ReadAt(node, NodeAt));
        Assert.Equal(content[NodeAt..(NodeAt + node.Length)], node);
        Assert.Equal(node.Length, opened.ReadAt(node, NodeAt + 400_000));
        Assert.Equal(content[(NodeAt + 400_000)..(NodeAt + 400_000 + node.Length)], node);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Short_reads_that_go_forwards_fetch_more_each_time(bool isKept)
    {
        ServedPlace served = new(beside);
        using RemoteStore store = Connect(served, isKept);
        using IStoredObject opened = Open(store, content);
        byte[] page = new byte[4096];
        for (int at = 0; at + page.Length < content.Length; at += page.Length)
        {
            Assert.Equal(page.Length, isKept ? opened.ReadKept(page, at) : opened.ReadAt(page, at));
            Assert.Equal(content[at..(at + page.Length)], page);
        }

        Assert.InRange(served.Seen.Count, 2, 7);
    }

    [Fact]
    public void Packs_that_were_opened_before_are_opened_together()
    {
        ObjectPath[] packs = [.. Enumerable.Range(0, 20).Select(static _ => ObjectPath.Pack(ObjectName.Random()))];
        foreach (ObjectPath path in packs)
        {
            Assert.True(beside.TryPublish(path, content));
        }

        Assert.InRange(SentAfterFirst(packs), 1000, 10_000);
        Assert.Equal(0, SentAfterFirst(packs));
        Assert.True(beside.TryMend(packs[3], other));
        Assert.True(beside.Delete(packs[4]));
        using RemoteStore store = Connect(new ServedPlace(beside));
        using IStoredObject first = Open(store, content, packs[0]), mended = Open(store, other, packs[3]);
        Assert.Null(store.TryOpen(packs[4], ObjectEnd.Tail, new byte[Tail], out _));
    }

    [Fact]
    public void An_object_that_was_mended_is_read_as_it_is_now()
    {
        Read(content);
        Assert.True(beside.TryMend(pack, other));
        Assert.Equal(["open nothing", "open", "read"], Read(other));
        Assert.Equal(["open nothing"], Read(other));
    }

    [Fact]
    public void An_object_that_was_replaced_under_its_name_is_read_as_it_is_now()
    {
        Read(content);
        Assert.True(beside.Delete(pack));
        Assert.True(beside.TryPublish(pack, other));
        Assert.Equal(["open nothing", "open", "read"], Read(other));
    }

    [Fact]
    public void Bytes_that_are_written_over_in_place_with_the_time_put_back_are_noticed()
    {
        Read(content);
        string file = Path.Combine(folder, pack.Path.ToString());
        DateTime time = File.GetLastWriteTimeUtc(file);
        Thread.Sleep(20);
        File.WriteAllBytes(file, other);
        File.SetLastWriteTimeUtc(file, time);
        Assert.Equal(["open nothing", "open", "read"], Read(other));
    }

    [Fact]
    public void An_object_that_is_gone_is_gone()
    {
        Read(content);
        Assert.True(beside.Delete(pack));
        using RemoteStore store = Connect(new ServedPlace(beside));
        Assert.Null(store.TryOpen(pack, ObjectEnd.Tail, new byte[Tail], out _));
    }

    [Fact]
    public void A_server_that_names_no_version_has_nothing_kept()
    {
        ServedPlace served = new(beside) { HasVersions = false };
        Assert.Equal(["open", "read"], Read(content, served));
        served = new(beside) { HasVersions = false };
        Assert.Equal(["open", "read"], Read(content, served));
        Assert.Empty(KeptFiles());
    }

    [Fact]
    public void A_server_that_names_no_version_any_more_is_asked_for_all()
    {
        Read(content);
        Assert.Equal(["open nothing", "open", "read"], Read(content, new ServedPlace(beside) { HasVersions = false }));
    }

    [Fact]
    public void Another_repository_and_another_place_have_nothing_of_it()
    {
        Read(content);
        Assert.Equal(["open", "read"], Read(content, location: "exec:elsewhere"));
        Assert.True(beside.TryMend(ObjectPath.Configuration, "configurated!"u8));
        Assert.Equal(["open", "read"], Read(content));
    }

    [Theory, InlineData(0), InlineData(9), InlineData(100), InlineData(4096), InlineData(4100), InlineData(4096 + (2 * 65568) + 50),
        InlineData(4096 + (15 * 65568) + 40)]
    public void A_byte_that_has_changed_in_the_cache_costs_a_read(int at)
    {
        Read(content);
        string file = Assert.Single(KeptFiles());
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 1;
        File.WriteAllBytes(file, bytes);
        Read(content);
        Assert.Equal(["open nothing"], Read(content));
    }

    [Theory, InlineData(0), InlineData(50), InlineData(4096), InlineData(70_000), InlineData(500_000)]
    public void A_file_that_was_cut_off_costs_a_read(int length)
    {
        Read(content);
        string file = Assert.Single(KeptFiles());
        using (FileStream stream = new(file, FileMode.Open))
        {
            stream.SetLength(length);
        }

        Read(content);
        Assert.Equal(["open nothing"], Read(content));
    }

    [Fact]
    public void The_file_of_one_object_under_the_name_of_another_is_none()
    {
        ObjectPath second = ObjectPath.Pack(ObjectName.Random());
        Assert.True(beside.TryPublish(second, other));
        Read(content);
        string mine = Assert.Single(KeptFiles());
        Read(other, path: second);
        string theirs = KeptFiles().Single(file => file != mine);
        File.Copy(mine, theirs, overwrite: true);
        Assert.Contains("read", Read(other, path: second));
    }

    [Fact]
    public void What_seems_to_be_damaged_is_forgotten_and_not_kept_again()
    {
        Read(content);
        ServedPlace served = new(beside);
        using RemoteStore store = Connect(served);
        using (Open(store, content))
        {
        }

        Assert.True(store.TryForget(pack));
        Assert.Empty(KeptFiles());
        using IStoredObject opened = Open(store, content);
        byte[] node = new byte[200_000];
        Assert.Equal(node.Length, opened.ReadKept(node, NodeAt));
        Assert.Equal(["open nothing", "open", "read"], served.Seen);
        Assert.False(store.TryForget(pack));
        Assert.Empty(KeptFiles());
    }

    [Fact]
    public async Task Several_programs_at_once_use_one_folder()
    {
        Task[] programs = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                Read(content);
                if (i % 3 == 0)
                {
                    File.Delete(Directory.GetFiles(Files).FirstOrDefault() ?? "none");
                }
            }
        }))];
        await Task.WhenAll(programs);
    }

    [Fact]
    public void No_more_is_kept_than_may_be_and_what_was_used_last_stays()
    {
        const long Limit = 4 << 20;
        ObjectPath[] packs = [.. Enumerable.Range(0, 12).Select(static _ => ObjectPath.Pack(ObjectName.Random()))];
        foreach (ObjectPath path in packs)
        {
            Assert.True(beside.TryPublish(path, content));
            Read(content, path: path, limit: Limit, length: 900_000 - NodeAt);
            Assert.InRange(Taken(), 1, Limit + (1 << 20));
        }

        Assert.DoesNotContain("read", Read(content, path: packs[^1], limit: Limit));
        Assert.Contains("read", Read(content, path: packs[0], limit: Limit));
    }

    [Fact]
    public void A_full_disk_ends_nothing()
    {
        string small = Path.Combine(caches, "small");
        Directory.CreateDirectory(small);
        if (Run("mount", "-t", "tmpfs", "-o", "size=128k,mode=0700", "none", small) != 0)
        {
            Assert.Skip("needs mount(8)");
        }

        try
        {
            Read(content, cachesIn: small);
            Assert.True(Read(content, cachesIn: small).Count > 0);
        }
        finally
        {
            Assert.Equal(0, Run("umount", small));
        }
    }

    [Fact]
    public void A_folder_of_another_user_is_not_used()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("needs a second user");
        }

        Read(content);
        Assert.Equal(0, Run("chown", "12345", Files));
        Assert.Null(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit));
        Assert.Equal(0, Run("chown", "0", Files));
        string file = Assert.Single(KeptFiles());
        Assert.Equal(0, Run("chown", "12345", file));
        Assert.Equal(["open", "read"], Read(content));
    }

    [Fact]
    public void A_link_in_the_place_of_a_file_is_not_followed()
    {
        Read(content);
        string file = Assert.Single(KeptFiles());
        string aim = Path.Combine(caches, "aim");
        File.Move(file, aim);
        byte[] before = File.ReadAllBytes(aim);
        File.CreateSymbolicLink(file, aim);
        Assert.Equal(["open", "read"], Read(content));
        Assert.Equal(before, File.ReadAllBytes(aim));
    }

    public void Dispose()
    {
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
        Directory.Delete(caches, recursive: true);
    }

    // Not the list of packs.
    private string[] KeptFiles() =>
        [.. Directory.GetFiles(Files).Where(static file => !File.ReadAllText(file).StartsWith("BSPACKS", StringComparison.Ordinal))];

    private long Taken() => KeptFiles().Sum(static file =>
    {
        Assert.Equal(0, FileStatus.TryGet(BytePath.Of(file), out FileStatus status));
        return status.Blocks * 512;
    });

    /// <summary>What one program does: it opens a pack and reads some of it.</summary>
    /// <returns>What its server saw of it.</returns>
    private IReadOnlyList<string> Read(byte[] expected, ServedPlace? served = null, ObjectPath? path = null, bool isKept = true, string location = "exec:there",
        long limit = CacheFolder.UsualLimit, int length = 200_000, string? cachesIn = null)
    {
        served ??= new ServedPlace(beside);
        using RemoteStore store = Connect(served, isKept, location, limit, cachesIn);
        using IStoredObject opened = Open(store, expected, path);
        byte[] node = new byte[length];
        Assert.Equal(node.Length, opened.ReadKept(node, NodeAt));
        Assert.Equal(expected[NodeAt..(NodeAt + node.Length)], node);
        return served.Seen;
    }

    /// <summary>How much is sent to open packs after the first of them is open.</summary>
    private long SentAfterFirst(ObjectPath[] packs)
    {
        using RemoteStore store = Connect(new ServedPlace(beside), out CountedLink link);
        using IStoredObject first = Open(store, content, packs[0]);
        long sent = link.Sent;
        foreach (ObjectPath path in packs[1..])
        {
            using IStoredObject opened = Open(store, content, path);
        }

        return link.Sent - sent;
    }

    private static void Flip(ObjectPath path, long offset, Span<byte> bytes)
    {
        if (path.Type == ObjectType.Pack && offset <= NodeAt && offset + bytes.Length > NodeAt)
        {
            bytes[(int)(NodeAt - offset)] ^= 1;
        }
    }

    private RemoteStore Connect(
        ServedPlace served, bool isKept = true, string location = "exec:there", long limit = CacheFolder.UsualLimit, string? cachesIn = null) =>
        Connect(served, out _, isKept, location, limit, cachesIn);

    private RemoteStore Connect(ServedPlace served, out CountedLink link, bool isKept = true, string location = "exec:there",
        long limit = CacheFolder.UsualLimit, string? cachesIn = null)
    {
        BytePath place = BytePath.Of(location);
        CacheFolder? cache = isKept ? CacheFolder.TryOpenIn(BytePath.Of(cachesIn ?? caches), limit) : null;
        Assert.Equal(isKept, cache is not null);
        link = new CountedLink(new ServerThread(served));
        Connection connection = new(link, place, new Greeting(StoreWish.Open)) { HasNoSums = !served.HasSums };
        RemoteStore store = new(connection, cache is null ? null : new ReadCache(cache, place));
        Assert.Equal(isKept, store.MayKeep);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[100], out _)!.Dispose();
        served.Clear();
        return store;
    }

    private IStoredObject Open(RemoteStore store, byte[] expected, ObjectPath? path = null)
    {
        byte[] tail = new byte[Tail];
        IStoredObject opened = store.TryOpen(path ?? pack, ObjectEnd.Tail, tail, out int count)!;
        Assert.Equal(Tail, count);
        Assert.Equal(expected[^Tail..], tail);
        return opened;
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
