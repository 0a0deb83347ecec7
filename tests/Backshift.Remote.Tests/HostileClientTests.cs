using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

/// <summary>Clients that do not keep to backshift-object(5), or die.</summary>
public sealed class HostileClientTests : IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), "backshift-hostile-" + Guid.NewGuid().ToString("N"));
    private readonly DirectoryStore store;

    public HostileClientTests()
    {
        store = DirectoryStore.Make(BytePath.Of(folder));
        Assert.True(store.TryPublish(ObjectPath.Configuration, "x"u8));
    }

    public void Dispose()
    {
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_waits_for_a_busy_draft_is_bounded()
    {
        RequestQueue queue = new(4, 100);
        queue.Begin(60);
        queue.Begin(40);
        using ManualResetEventSlim begun = new();
        Thread third = new(() =>
        {
            queue.Begin(1);
            begun.Set();
        });
        third.Start();
        Assert.False(begun.Wait(200));
        queue.End(60);
        Assert.True(begun.Wait(10_000));
        third.Join();
        queue.End(40);
        queue.End(1);

        // One that is larger than all may have together is alone.
        queue.Begin(1000);
        queue.End(1000);
        queue.Dispose();
    }

    private Connection Connect(ServingRights rights) =>
        new(new ServerThread(new DirectoryPlace(BytePath.Of(folder)), rights), BytePath.Of("there"), StoreWish.Open);
}
