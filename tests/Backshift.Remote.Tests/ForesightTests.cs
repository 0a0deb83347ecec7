using System.IO.Pipes;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Remote.Caching;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>What a program asked is asked at once by the next one like it, with its hello and with its intent, and what it gets is never older for that.
/// </summary>
public sealed class ForesightTests : IDisposable
{
    private static readonly ObjectPath Pack = ObjectPath.Pack(ObjectName.Random());

    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-foresight-" + Guid.NewGuid().ToString("N"));
    private readonly string caches;
    private DirectoryStore beside;

    public ForesightTests()
    {
        caches = folder + "-of-user";
        Directory.CreateDirectory(caches);
        beside = Make(1);
    }

    private string Kept => Directory.GetFiles(Path.Combine(caches, "backshift", "objects")).Single(static file => File.ReadAllBytes(file) is [.. var head, _]
        && head.AsSpan().StartsWith("BSASKED1"u8));

    [Fact]
    public void A_reader_asks_with_its_hello_for_what_the_last_one_asked_for()
    {
        Assert.True(Read(out string first) > 0);
        Assert.Equal(0, Read(out string second));
        Assert.Equal(first, second);
        Assert.Contains("savesets/host/20261129T000002Z of 1", first, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_asks_with_its_intent_for_what_the_last_one_asked_for_after_it()
    {
        Assert.True(Write(out string first) > 0);
        Assert.Equal(0, Write(out string second));
        Assert.Equal(first, second);
    }

    [Fact]
    public void A_writer_that_renews_its_intent_asks_for_nothing_once_more()
    {
        Write(out _);
        using RemoteStore store = Open("bs-test", out CountedLink link);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[64 << 10], out _)!.Dispose();
        ObjectName writer = ObjectName.Random();
        long sent = link.Sent;
        using IDisposable first = store.TryPublishHeld(ObjectPath.Intent(writer, 1), "intent"u8)!;
        Assert.True(link.Sent - sent > 300);
        sent = link.Sent;
        using IDisposable second = store.TryPublishHeld(ObjectPath.Intent(writer, 2), "intent"u8)!;
        Assert.InRange(link.Sent - sent, 1, 150);
    }

    [Fact]
    public void Another_program_asks_for_what_it_needs_itself()
    {
        Read(out _);
        Assert.True(Read(out _, "bs-other") > 0);
        Assert.Equal(0, Read(out _, "bs-other"));
        Assert.Equal(0, Read(out _));
    }

    [Fact]
    public void What_has_come_since_is_found()
    {
        Read(out _);
        Publish(3, 1);
        Assert.Contains("20261129T000003Z of 1", Answers(Read), StringComparison.Ordinal);
        Assert.True(beside.Delete(SavesetOf(1)));
        string after = Answers(Read);
        Assert.DoesNotContain("20261129T000001Z", after, StringComparison.Ordinal);
        Assert.Contains("20261129T000003Z", after, StringComparison.Ordinal);
    }

    [Fact]
    public void The_saveset_that_was_published_last_is_asked_for_with_the_others()
    {
        Read(out _);
        Publish(3, 1);
        Assert.True(Read(out _) > 0);
        using (RemoteStore store = Open("bs-writer", out _))
        {
            store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[64 << 10], out _)!.Dispose();
            Assert.True(store.TryPublish(SavesetOf(4), "the newest"u8));
        }

        Assert.Equal(0, Read(out string found));
        Assert.Contains("the newest", found, StringComparison.Ordinal);

        // One that is gone by then is gone.
        Assert.True(beside.Delete(SavesetOf(4)));
        Assert.DoesNotContain("the newest", Answers(Read), StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_compares_what_is_kept_from_its_intent_on()
    {
        Compare(out _);
        Assert.True(Compare(out byte[] first) > 0);
        Assert.Equal(0, Compare(out byte[] second));
        Assert.Equal(first, second);

        // What is there now is what counts.
        string file = Path.Combine(folder, Pack.Path.ToString());
        byte[] bytes = File.ReadAllBytes(file);
        DateTime written = File.GetLastWriteTimeUtc(file);
        bytes[^2000] ^= 1;
        File.SetAttributes(file, FileAttributes.Normal);
        File.WriteAllBytes(file, bytes);
        File.SetLastWriteTimeUtc(file, written);
        Compare(out byte[] third);
        Assert.Equal(bytes[^third.Length..], third);
        Assert.NotEqual(second, third);
    }

    [Fact]
    public void A_writer_that_lists_the_index_once_more_lists_the_packs_with_it()
    {
        Write(out _);
        using RemoteStore store = Open("bs-test", out CountedLink link);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[64 << 10], out _)!.Dispose();
        using IDisposable held = store.TryPublishHeld(ObjectPath.Intent(ObjectName.Random(), 1), "intent"u8)!;
        ReadAll(store);
        Assert.Empty(store.List(ObjectType.Run));
        long sent = link.Sent;
        Assert.Single(store.List(ObjectType.Pack));
        Assert.Equal(sent, link.Sent);
    }

    [Fact]
    public void A_file_with_a_request_that_changes_something_is_passed_over()
    {
        using CacheFolder cache = CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit)!;
        BytePath name = BytePath.Of(new string('0', 64));
        Request list = new() { Verb = Verb.List, Path = BytePath.Of("index") };
        AskedFile.Write(cache, name, new byte[32], [list]);
        Assert.Equal([list], AskedFile.Read(cache, name, new byte[32]));
        foreach (Verb verb in new[] { Verb.Delete, Verb.Sweep, Verb.Drop })
        {
            AskedFile.Write(cache, name, new byte[32], [list, new Request { Verb = verb, Path = SavesetOf(1).Path }]);
            Assert.Empty(AskedFile.Read(cache, name, new byte[32]));
        }
    }

    [Fact]
    public void Sums_are_kept_until_an_object_may_change()
    {
        AnswersAhead ahead = new(TimeProvider.System);
        Request sums = new() { Verb = Verb.Sums, Path = Pack.Path, Most = 500_000 }, list = new() { Verb = Verb.List, Path = BytePath.Of("index") };
        foreach ((Verb verb, bool isKept) in new[] { (Verb.Put, true), (Verb.Publish, true), (Verb.Mend, false), (Verb.Delete, false) })
        {
            ahead.Clear();
            ahead.Add(sums, new PendingAnswer { Verb = Verb.Sums, Cost = 1 });
            ahead.Add(list, new PendingAnswer { Verb = Verb.List, Cost = 1 });
            Assert.Null(ahead.Take(new Request { Verb = verb, Path = SavesetOf(1).Path }));
            Assert.False(ahead.IsExpected(list));
            Assert.Equal(isKept, ahead.IsExpected(sums));
        }
    }

    [Fact]
    public void Another_repository_in_the_same_place_is_read_itself()
    {
        string first = Answers(Read);
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
        beside = Make(2);
        string second = Answers(Read);
        Assert.Equal(first.Replace(" of 1", " of 2", StringComparison.Ordinal), second);
        Assert.Equal(second, Answers(Read));
    }

    [Fact]
    public void Whatever_the_file_says_the_answers_are_right()
    {
        string right = Answers(Read);
        byte[] whole = File.ReadAllBytes(Kept);
        Random random = new(1);
        for (int i = 0; i < 40; i++)
        {
            string file = Kept;
            byte[] damaged = [.. whole];
            damaged[i < 20 ? random.Next(8, 90) : random.Next(8, whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(file, i % 10 == 9 ? damaged[..random.Next(9, whole.Length)] : damaged);
            Assert.Equal(right, Answers(Read));
            Assert.Equal(0, Read(out _));
        }
    }

    [Fact]
    public void However_many_savesets_there_are_the_packs_are_remembered()
    {
        for (int i = 3; i < 200; i++)
        {
            Publish(i, 1);
        }

        string right = Answers(Read);
        Assert.Equal(right, Answers(Read));
        using CacheFolder kept = CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit)!;
        IReadOnlyList<Request> asked = AskedFile.Read(kept, BytePath.Of(Path.GetFileName(Kept)), new byte[32]);
        Assert.InRange(asked.Count, 16, Foresight.Most);
        Assert.Contains(asked, static one => one.Path == Pack.Path);
        Assert.Contains(asked, static one => one.Path == SavesetOf(199).Path);
        Assert.DoesNotContain(asked, static one => one.Path == SavesetOf(1).Path);
    }

    [Fact]
    public void A_server_that_is_not_ordered_any_more_is_not_believed()
    {
        Read(out _);
        using (Unordered server = new())
        {
            using ReadCache cache = Cache("bs-test");
            using Connection connection = new(server, BytePath.Of("exec:there"), new Greeting(StoreWish.Open) { Foresight = new Foresight(cache) });
            Assert.True(server.Asked > AnswersAhead.Usual.Count);
            Assert.Equal(0, connection.CountAhead);
            new Foresight(cache).Keep(isOrdered: false);
        }

        // And nothing is asked ahead of the next one.
        using Unordered next = new();
        using ReadCache again = Cache("bs-test");
        using Connection other = new(next, BytePath.Of("exec:there"), new Greeting(StoreWish.Open) { Foresight = new Foresight(again) });
        Assert.Equal(AnswersAhead.Usual.Count, next.Asked);
    }

    [Fact]
    public void An_ordered_request_is_done_after_those_before_it()
    {
        using Connection connection = Connect(null, out _);
        byte[] data = new byte[MessageLimits.Data];
        for (int i = 0; i < 40; i++)
        {
            ObjectPath pack = ObjectPath.Pack(ObjectName.Random()), next = ObjectPath.Run(ObjectName.Random());
            List<PendingAnswer> others =
            [
                connection.Send(new Request { Verb = Verb.Start, Draft = i, Path = ObjectPath.FolderOf(ObjectType.Pack) }),
                connection.Send(new Request { Verb = Verb.Write, Draft = i, Data = data }),
                connection.Send(new Request { Verb = Verb.Publish, Draft = i, Path = pack.Path }),
            ];
            using PendingAnswer there = connection.Send(new Request { Verb = Verb.Exists, Path = pack.Path, IsOrdered = true });
            using PendingAnswer listed = connection.Send(new Request { Verb = Verb.List, Path = ObjectPath.FolderOf(ObjectType.Run), IsOrdered = true });
            others.Add(connection.Send(new Request { Verb = Verb.Put, Path = next.Path, Data = "run"u8.ToArray(), IsOrdered = true }));
            Assert.True(there.Wait().Said);
            Assert.DoesNotContain(next.Path, listed.Wait().Paths!);
            others.ForEach(static other =>
            {
                other.Wait();
                other.Dispose();
            });
        }
    }

    [Fact]
    public void A_saveset_is_verified_with_its_publishing()
    {
        Connection connection = Connect(null, out CountedLink link);
        using RemoteStore store = new(connection);
        ObjectName writer = ObjectName.Random();
        ObjectPath intent = ObjectPath.Intent(writer, 1), fence = ObjectPath.Fence(writer);
        using IDisposable held = store.TryPublishHeld(intent, "intent"u8)!;
        Assert.True(store.TryPublish(SavesetOf(7), "saveset"u8));
        long sent = link.Sent;
        store.VerifyPlace(SavesetOf(7));
        Assert.Equal([false, true], store.Exists([fence, intent]));
        Assert.Equal(sent, link.Sent);

        Assert.True(beside.TryPublish(fence, "fence"u8));
        Assert.True(store.TryPublish(SavesetOf(8), "saveset"u8));
        Assert.Equal([true, true], store.Exists([fence, intent]));
        Assert.True(beside.Delete(SavesetOf(7)));
        Assert.ThrowsAny<Exception>(() => store.VerifyPlace(SavesetOf(7)));
    }

    public void Dispose()
    {
        beside.Dispose();
        Directory.Delete(folder, recursive: true);
        Directory.Delete(caches, recursive: true);
    }

    private delegate long Program(out string found, string name = "bs-test");

    private static string Answers(Program program)
    {
        program(out string found);
        return found;
    }

    private static ObjectPath SavesetOf(int number) =>
        ObjectPath.Saveset(BytePath.Of($"savesets/host/20261129T{number / 3600:00}{number / 60 % 60:00}{number % 60:00}Z"));

    private DirectoryStore Make(int which)
    {
        DirectoryStore made = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(made.TryPublish(ObjectPath.Configuration, System.Text.Encoding.ASCII.GetBytes($"configuration of {which}")));
        beside = made;
        Publish(1, which);
        Publish(2, which);
        Assert.True(made.TryPublish(Pack, System.Text.Encoding.ASCII.GetBytes($"pack of {which}".PadLeft(500_000))));
        return made;
    }

    private void Publish(int number, int which) =>
        Assert.True(beside.TryPublish(SavesetOf(number), System.Text.Encoding.ASCII.GetBytes($"{SavesetOf(number).Path} of {which}")));

    /// <summary>How many bytes a program sends after its hello that reads everything.</summary>
    private long Read(out string found, string name = "bs-test")
    {
        using RemoteStore store = Open(name, out CountedLink link);
        long sent = link.Sent;
        found = ReadAll(store);
        return link.Sent - sent;
    }

    /// <summary>How many bytes a program sends after its intent.</summary>
    private long Write(out string found, string name = "bs-test")
    {
        using RemoteStore store = Open(name, out CountedLink link);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[64 << 10], out _)!.Dispose();
        store.PrepareForWriting();
        ObjectPath intent = ObjectPath.Intent(ObjectName.Random(), 1);
        IDisposable held = store.TryPublishHeld(intent, "intent"u8)!;
        long sent = link.Sent;
        Assert.Empty(store.List(ObjectType.Condemned));
        found = ReadAll(store);
        sent = link.Sent - sent;
        store.Discard(intent);
        held.Dispose();
        return sent;
    }

    /// <summary>How many bytes a writer sends after its intent that reads the end of a pack.</summary>
    private long Compare(out byte[] found)
    {
        using RemoteStore store = Open("bs-compare", out CountedLink link);
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, new byte[64 << 10], out _)!.Dispose();
        using IDisposable held = store.TryPublishHeld(ObjectPath.Intent(ObjectName.Random(), 1), "intent"u8)!;
        long sent = link.Sent;
        using IStoredObject pack = store.TryOpen(Pack, ObjectEnd.Tail, new byte[64 << 10], out _)!;
        found = new byte[60_000];
        Assert.Equal(found.Length, pack.ReadAt(found, pack.Length - found.Length));
        return link.Sent - sent;
    }

    private static string ReadAll(RemoteStore store)
    {
        byte[] buffer = new byte[64 << 10];
        List<string> found = [];
        store.TryOpen(ObjectPath.Configuration, ObjectEnd.Tail, buffer, out int count)!.Dispose();
        found.Add(Text(count));
        foreach (ObjectPath path in store.List(ObjectType.Saveset, BytePath.Of("savesets/host")))
        {
            using IStoredObject? opened = store.TryOpen(path, ObjectEnd.Tail, buffer, out count);
            found.Add(opened is null ? "gone" : Text(count));
        }

        Assert.Empty(store.List(ObjectType.Tags, BytePath.Of("tags/host")));
        Assert.Empty(store.List(ObjectType.Run));
        using IStoredObject pack = store.TryOpen(Pack, ObjectEnd.Tail, buffer, out count)!;
        found.Add(Text(count).Trim());
        return string.Join('\n', found);

        string Text(int length) => System.Text.Encoding.ASCII.GetString(buffer, 0, length);
    }

    private ReadCache Cache(string name) =>
        new(CacheFolder.TryOpenIn(BytePath.Of(caches), CacheFolder.UsualLimit)!, BytePath.Of("exec:there"), BytePath.Of(name));

    private RemoteStore Open(string name, out CountedLink link)
    {
        ReadCache cache = Cache(name);
        Foresight foresight = new(cache);
        return new RemoteStore(Connect(foresight, out link), cache, foresight);
    }

    private Connection Connect(Foresight? foresight, out CountedLink link)
    {
        link = new CountedLink(new ServerThread(new DirectoryPlace(BytePath.Of(folder))));
        return new Connection(link, BytePath.Of("exec:there"), new Greeting(StoreWish.Open) { Foresight = foresight });
    }

    /// <summary>A server that says hello and counts what it is asked.</summary>
    private sealed class Unordered : IServerLink
    {
        private readonly AnonymousPipeServerStream requests = new(PipeDirection.Out);
        private readonly AnonymousPipeServerStream answers = new(PipeDirection.In);
        private readonly Thread thread;
        private volatile int asked;

        internal Unordered()
        {
            AnonymousPipeClientStream input = new(PipeDirection.In, requests.ClientSafePipeHandle);
            AnonymousPipeClientStream output = new(PipeDirection.Out, answers.ClientSafePipeHandle);
            thread = new Thread(() =>
            {
                MessageReader messages = new(input);
                messages.Next();

                // Once all that goes with the hello is there.
                while (messages.Next() is { } message && Request.Parse(message) is { } request)
                {
                    asked++;
                    if (request.Verb == Verb.List && request.Path == ObjectPath.FolderOf(ObjectType.KeySlot))
                    {
                        new MessageWriter(output).Write(new ServerHello { Location = BytePath.Of("/there"), Window = 64 }.WriteTo);
                    }
                }

                input.Dispose();
                output.Dispose();
            });
            thread.Start();
        }

        /// <summary>How many requests came, once the client has ended.</summary>
        internal int Asked
        {
            get
            {
                CloseInput();
                thread.Join();
                return asked;
            }
        }

        public Stream ToServer => requests;

        public Stream FromServer => answers;

        public void CloseInput() => requests.Dispose();

        public void SurviveExecute()
        {
        }

        public void Kill() => answers.Dispose();

        public string DescribeEnd() => "";

        public void Dispose()
        {
            requests.Dispose();
            answers.Dispose();
            thread.Join();
        }
    }
}
