using System.Runtime.Versioning;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;
using Backshift.Testing;

namespace Backshift.Remote.Tests;

/// <summary>What is likely to be asked for next is asked for before: in which cases, and what of it is believed.</summary>
public sealed class AskedAheadTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-ahead-" + Guid.NewGuid().ToString("N"));
    private readonly HandClock clock = new();
    private readonly CountedLink link;
    private readonly Connection connection;
    private readonly RemoteStore store;
    private readonly DirectoryStore beside;

    public AskedAheadTests()
    {
        BytePath location = BytePath.Of(folder);
        beside = DirectoryStore.Make(location);
        Assert.True(beside.TryPublish(ObjectPath.Configuration, "configuration"u8));
        link = new CountedLink(new ServerThread(new DirectoryPlace(location)));
        connection = new Connection(link, location, new Greeting(StoreWish.Open), clock: clock);
        store = new RemoteStore(connection);
    }

    [Fact]
    public void Savesets_that_are_opened_in_the_order_of_their_listing_cost_few_turns()
    {
        Save(100);
        int turns = link.Turns;
        int read = 0;
        foreach (ObjectPath path in store.List(ObjectType.Saveset))
        {
            Assert.Equal(path.Path.ToString(), Content(path));
            read++;
        }

        Assert.Equal(100, read);
        Assert.InRange(link.Turns - turns, 2, 30);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_program_that_goes_on_to_what_a_saveset_holds_gets_the_index_with_it(bool isExpected)
    {
        Save(1);
        byte[] content = new byte[100_000];
        HashSet<ObjectPath> runs = [.. Enumerable.Range(0, 3).Select(static _ => ObjectPath.Run(ObjectName.Random()))];
        Assert.All(runs, run => Assert.True(beside.TryPublish(run, content)));
        if (isExpected)
        {
            store.ExpectIndex(ObjectEnd.Head);
        }

        ObjectPath saveset = store.List(ObjectType.Saveset).Single();
        Assert.NotNull(Content(saveset));
        long sent = link.Sent;
        List<ObjectPath> listed = [.. store.List(ObjectType.Run)];
        Assert.Equal(runs, listed.ToHashSet());
        Assert.All(listed, run => store.TryOpen(run, ObjectEnd.Head, new byte[4096], out _)!.Dispose());
        Assert.Equal(isExpected, link.Sent == sent);
    }

    [Fact]
    public void A_reader_has_the_savesets_of_each_host_listed_with_its_hello()
    {
        string[] expected = ["savesets/h/20261128T000001Z", "savesets/h/20261128T000002Z"];
        string[] others = ["savesets/h2/20261128T000003Z", "savesets/h-2/20261128T000004Z"];
        Assert.All(expected.Concat(others), path => Assert.True(beside.TryPublish(ObjectPath.Saveset(BytePath.Of(path)), "saveset"u8)));
        ObjectPath run = ObjectPath.Run(ObjectName.Random());
        Assert.True(beside.TryPublish(run, "run"u8));
        using RemoteStore reader = OpenBeside(out CountedLink line, FirstReads.Savesets);
        long sent = line.Sent;
        Assert.Equal(expected, Listed(reader, "savesets/h").Order(StringComparer.Ordinal));
        Assert.Equal(others[..1], Listed(reader, "savesets/h2"));
        Assert.Empty(Listed(reader, "savesets/h3"));
        Assert.Empty(reader.List(ObjectType.Tags, BytePath.Of("tags/h")));
        Assert.Equal([run], reader.List(ObjectType.Run));
        Assert.Equal(sent, line.Sent);

        // After a change it may be another one.
        Assert.True(reader.Delete(ObjectPath.Saveset(BytePath.Of(expected[0]))));
        Assert.Equal(expected[1..], Listed(reader, "savesets/h"));
    }

    [Fact]
    public void Of_more_savesets_than_one_answer_has_those_of_the_host_are_listed_by_themselves()
    {
        Save(1);
        string many = Path.Combine(folder, "savesets", "many");
        Directory.CreateDirectory(many);
        for (int i = 0; i < 2100; i++)
        {
            File.WriteAllText(Path.Combine(many, $"2026{1 + (i / 2000):00}28T00{i / 60 % 60:00}{i % 60:00}Z"), "saveset");
        }

        using RemoteStore reader = OpenBeside(out _, FirstReads.Savesets);
        Assert.Equal(new DirectoryInfo(many).GetFiles().Length, Listed(reader, "savesets/many").Count());
    }

    [Fact]
    public void A_program_that_does_not_say_so_has_no_savesets_listed()
    {
        Save(100);
        using RemoteStore other = OpenBeside(out CountedLink line, FirstReads.Other);
        other.Now();
        Assert.InRange(line.Received, 1, 2000);
    }

    [Fact]
    public void A_writer_opens_no_run_with_a_saveset()
    {
        Save(1);
        Assert.True(beside.TryPublish(ObjectPath.Run(ObjectName.Random()), new byte[100_000]));
        store.ExpectIndex(ObjectEnd.Head);
        using IDisposable held = store.TryPublishHeld(ObjectPath.Intent(ObjectName.Random(), 1), "intent"u8)!;
        Assert.NotNull(Content(store.List(ObjectType.Saveset).Single()));
        store.Now();
        Assert.InRange(link.Received, 1, 50_000);
    }

    [Fact]
    public void One_that_is_opened_out_of_turn_is_asked_for_alone()
    {
        Save(100);
        ObjectPath[] listed = [.. store.List(ObjectType.Saveset)];
        long requests = link.Sent;
        Assert.NotNull(Content(listed[57]));
        Assert.InRange(link.Sent - requests, 1, 200);
    }

    [Fact]
    public void What_was_asked_before_a_change_of_this_client_is_asked_again()
    {
        Save(8);
        ObjectPath[] listed = [.. store.List(ObjectType.Saveset)];
        Assert.NotNull(Content(listed[0]));
        Assert.True(store.Delete(listed[1]));
        Assert.Null(Content(listed[1]));
        Assert.NotNull(Content(listed[2]));
    }

    [Fact]
    public void What_was_asked_long_ago_is_asked_again()
    {
        Save(8);
        ObjectPath[] listed = [.. store.List(ObjectType.Saveset)];
        Assert.NotNull(Content(listed[0]));
        Assert.True(beside.Delete(listed[1]));
        clock.Pass(TimeSpan.FromSeconds(2.5));
        Assert.Null(Content(listed[1]));
    }

    [Fact]
    public void What_was_asked_long_ago_is_asked_for_ahead_anew()
    {
        // As where it takes seconds to derive a key from a passphrase.
        Save(1);
        ObjectPath run = ObjectPath.Run(ObjectName.Random());
        using RemoteStore reader = OpenBeside(out CountedLink line, FirstReads.Savesets);
        reader.ExpectIndex(ObjectEnd.Head);
        Assert.True(beside.TryPublish(run, "run"u8));
        clock.Pass(TimeSpan.FromSeconds(2.5));
        Assert.Single(Listed(reader, "savesets/host"));
        long sent = line.Sent;
        Assert.Empty(reader.List(ObjectType.Tags, BytePath.Of("tags/host")));
        Assert.Equal([run], reader.List(ObjectType.Run));
        Assert.Equal(sent, line.Sent);
    }

    [Fact]
    public void What_is_never_asked_for_does_not_add_up()
    {
        for (int host = 0; host < 60; host++)
        {
            for (int i = 0; i < 6; i++)
            {
                Assert.True(beside.TryPublish(ObjectPath.Saveset(BytePath.Of($"savesets/host{host}/20261128T0000{i:00}Z")), "saveset"u8));
            }
        }

        for (int host = 0; host < 60; host++)
        {
            Assert.NotNull(Content(store.List(ObjectType.Saveset, BytePath.Of($"savesets/host{host}")).First()));
        }

        Assert.InRange(connection.CountAhead, 1, 128);
    }

    [Fact]
    public void One_that_was_gone_when_it_was_asked_for_ahead_is_gone()
    {
        Save(8);
        ObjectPath[] listed = [.. store.List(ObjectType.Saveset)];
        Assert.True(beside.Delete(listed[1]));
        Assert.NotNull(Content(listed[0]));
        Assert.Null(Content(listed[1]));
        Assert.NotNull(Content(listed[2]));
    }

    [Theory, InlineData(100), InlineData(70_000), InlineData(262_144), InlineData(1_500_000)]
    public void The_end_of_a_pack_is_read_together_with_what_is_before_it(int length)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(beside.TryPublish(path, content));
        byte[] tail = new byte[Math.Min(length, 4000)];
        using IStoredObject opened = store.TryOpen(path, ObjectEnd.Tail, tail, out int count)!;
        Assert.Equal(content[^tail.Length..], tail[..count]);
        int turns = link.Turns;
        byte[] before = new byte[Math.Min(length, 190_000)];
        Assert.Equal(before.Length, opened.ReadAt(before, length - before.Length));
        Assert.Equal(content[^before.Length..], before);
        Assert.Equal(turns, link.Turns);
        byte[] all = new byte[length];
        Assert.Equal(length, opened.ReadAt(all, 0));
        Assert.Equal(content, all);
    }

    [Fact]
    public void An_object_that_is_read_through_is_asked_for_in_several_parts_at_once()
    {
        byte[] content = new byte[20 << 20];
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(beside.TryPublish(path, content));
        using IStoredObject opened = store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        long begun = link.Sent, first = 0;
        Assert.Equal(20 << 20, opened.ReadThrough(_ => first = first == 0 ? link.Sent - begun : first));

        // Eight parts of 1 MiB are asked for before the first has come, and no more while that is looked at: what is under way is bounded.
        Assert.InRange(first * 20.0 / (link.Sent - begun), 7, 9);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void An_object_that_was_cut_is_read_through_to_where_it_ends()
    {
        byte[] content = new byte[5 << 20];
        new Random(1).NextBytes(content);
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(beside.TryPublish(path, content));
        using IStoredObject opened = store.TryOpen(path, ObjectEnd.Head, [], out _)!;
        File.SetUnixFileMode(Path.Combine(folder, path.Path.ToString()), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (FileStream file = new(Path.Combine(folder, path.Path.ToString()), FileMode.Open))
        {
            file.SetLength((2 << 20) + 5);
        }

        List<byte> read = [];
        Assert.Equal((2 << 20) + 5, opened.ReadThrough(piece => read.AddRange(piece)));
        Assert.True(content.AsSpan(0, read.Count).SequenceEqual(read.ToArray()));
    }

    [Fact]
    public void A_bad_sector_in_what_was_not_asked_for_costs_nothing()
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        ObjectPath path = ObjectPath.Pack(ObjectName.Random());
        Assert.True(beside.TryPublish(path, content));
        BadPlace place = new(new RecordingStore(beside) { FailsAt = static (_, start, end) => start < 204_096 && end > 200_000 });
        using RemoteStore bad = new(new Connection(new ServerThread(place), place.Location, new Greeting(StoreWish.Open)));
        byte[] tail = new byte[4000];
        using IStoredObject opened = bad.TryOpen(path, ObjectEnd.Tail, tail, out int count)!;
        Assert.Equal(content[^4000..], tail[..count]);
        byte[] head = new byte[100_000];
        Assert.Equal(head.Length, opened.ReadAt(head, 0));
        Assert.Equal(content[..100_000], head);
        Assert.Throws<StoreException>(() => opened.ReadAt(head, 150_000));
    }

    [Fact]
    public void The_configuration_is_asked_for_once()
    {
        byte[] buffer = new byte[100];
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, buffer, out _)!.Dispose();
        for (int i = 0; i < 3; i++)
        {
            int turns = link.Turns;
            ObjectEnd end = i == 1 ? ObjectEnd.Head : ObjectEnd.Tail;
            using IStoredObject opened = store.TryOpen(ObjectPath.Configuration, end, buffer.AsSpan(0, i == 2 ? 5 : 100), out int count)!;
            Assert.Equal(i == 2 ? "ation"u8 : "configuration"u8, buffer.AsSpan(0, count));
            Assert.Equal("configuration".Length, opened.Length);
            Assert.Equal(turns, link.Turns);
        }
    }

    [Fact]
    public void A_configuration_that_was_mended_is_read_as_it_is_now()
    {
        byte[] buffer = new byte[100];
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, buffer, out _)!.Dispose();
        Assert.True(store.TryMend(ObjectPath.Configuration, "configurated!"u8));
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, buffer, out int count)!.Dispose();
        Assert.Equal("configurated!"u8, buffer.AsSpan(0, count));
    }

    [Fact]
    public void Several_are_looked_for_in_one_turn()
    {
        ObjectPath[] packs = [.. Enumerable.Range(0, 20).Select(static _ => ObjectPath.Pack(ObjectName.Random()))];
        Assert.True(beside.TryPublish(packs[7], "pack"u8));
        int turns = link.Turns;
        bool?[] there = store.Exists(packs);
        Assert.Equal(7, Array.IndexOf(there, true));
        Assert.Equal(19, there.Count(static one => one == false));
        Assert.InRange(link.Turns - turns, 1, 20);
    }

    [Fact]
    public void What_is_discarded_is_gone_when_the_store_is_closed()
    {
        ObjectPath intent = ObjectPath.Intent(ObjectName.Random(), 1);
        using (IDisposable held = store.TryPublishHeld(intent, "intent"u8)!)
        {
            Assert.True(beside.Exists(intent));
            store.Discard(intent);
        }

        store.Dispose();
        Assert.False(beside.Exists(intent));
    }

    public void Dispose()
    {
        store.Dispose();
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private RemoteStore OpenBeside(out CountedLink line, FirstReads first)
    {
        BytePath location = BytePath.Of(folder);
        line = new CountedLink(new ServerThread(new DirectoryPlace(location)));
        return new RemoteStore(new Connection(line, location, new Greeting(StoreWish.Open) { First = first }, clock: clock));
    }

    private static IEnumerable<string> Listed(RemoteStore reader, string below) =>
        reader.List(ObjectType.Saveset, BytePath.Of(below)).Select(static path => path.Path.ToString());

    private void Save(int count)
    {
        for (int i = 0; i < count; i++)
        {
            ObjectPath path = ObjectPath.Saveset(BytePath.Of($"savesets/host/20261128T{i / 60:00}{i % 60:00}00Z"));
            Assert.True(beside.TryPublish(path, path.Path.Span));
        }
    }

    private string? Content(ObjectPath path)
    {
        byte[] buffer = new byte[1000];
        using IStoredObject? opened = store.TryOpen(path, ObjectEnd.Tail, buffer, out int count);
        return opened is null ? null : new BytePath(buffer[..count]).ToString();
    }

    private sealed class BadPlace(IObjectStore store) : IPlace
    {
        public BytePath Location => store.Location;

        public bool HasRepository => true;

        public bool IsVacant => false;

        public IObjectStore Open() => store;

        public IObjectStore Make(bool isShared, Action<string> note) => throw new NotSupportedException();
    }
}
