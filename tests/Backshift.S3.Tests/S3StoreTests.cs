using Backshift.Objects;
using Backshift.Objects.Tests;
using Backshift.Posix;

namespace Backshift.S3.Tests;

/// <summary>A store in a bucket does what one in a directory does, as far as a bucket can.</summary>
public class S3StoreTests : ObjectStoreContract
{
    private readonly StubServer server = new();
    private readonly IObjectStore store;

    public S3StoreTests()
        : this(obeysConditions: true)
    {
    }

    private protected S3StoreTests(bool obeysConditions, int partSize = 300)
    {
        server.ObeysConditions = obeysConditions;
        S3Location location = S3Location.Parse(BytePath.Of($"s3+http://127.0.0.1:{server.Port}/bucket/a/b"));
        S3Settings settings = new()
        {
            Location = location, WholeLimit = 2 * partSize, PartSize = partSize,
            FirstPause = TimeSpan.FromMilliseconds(1), PauseLimit = TimeSpan.FromMilliseconds(100),
        };
        store = new S3Place(settings).Make(isShared: false, static _ => { });
        Assert.True(store.TryPublish(ObjectPath.Configuration, "x"u8));
        Assert.Equal(obeysConditions, store.HasExclusiveNames);
    }

    private protected StubServer Server => server;

    protected override IObjectStore Store => store;

    protected override bool CanMend => false;

    protected override bool HasLocks => false;

    protected override ObjectPath Unstorable => ObjectPath.Saveset(BytePath.Of($"savesets/{new string('x', 300)}/20261123T090405Z"));

    protected override void PutForeign(string path) => server.Put("bucket", $"a/b/{path}", "x"u8.ToArray());

    protected override void Settle() => server.CatchUp();

    protected override bool TryRefuse()
    {
        server.Fault = static request => request.Method is "PUT" or "DELETE" or "POST" ? StubFault.Denied : StubFault.None;
        return true;
    }

    public override void Dispose()
    {
        base.Dispose();
        server.Dispose();
    }
}
