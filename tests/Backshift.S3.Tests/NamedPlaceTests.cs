using System.Text;
using Backshift.Objects;
using Backshift.Objects.Tests;
using Backshift.Posix;
using Backshift.Remote.Client;

namespace Backshift.S3.Tests;

/// <summary>
/// A store behind a server that is a process does what one in a directory does, whichever server it is. CONTRACT_PLACE names the location, with a percent sign
/// where each test puts a name of its own; without it, it is bs-serve over a pipe, of the programs in BIN. CONTRACT_FILES names the same place as a directory
/// of this machine, where it is one. CONTRACT_LACKS, "mend locks", names what the server has not, as the page allows.
/// </summary>
public sealed class NamedPlaceTests : ObjectStoreContract
{
    private readonly string location;
    private readonly string? files;
    private readonly string? temporary;
    private readonly IObjectStore store;

    public NamedPlaceTests()
    {
        string name = $"contract-{ObjectName.Random()}";
        if (Environment.GetEnvironmentVariable("CONTRACT_PLACE") is { } named)
        {
            location = named.Replace("%", name, StringComparison.Ordinal);
            files = Environment.GetEnvironmentVariable("CONTRACT_FILES")?.Replace("%", name, StringComparison.Ordinal);
        }
        else
        {
            string? programs = Environment.GetEnvironmentVariable("BIN");
            Assert.SkipWhen(programs is null || !File.Exists(Path.Combine(programs, "bs-serve")), "BIN names no programs");
            temporary = files = Path.Combine(Path.GetTempPath(), name);
            location = $"exec:{programs}/bs-serve {files}";
        }

        using (IObjectStore made = Stores.Make(BytePath.Of(location)))
        {
            Assert.True(made.TryPublish(ObjectPath.Configuration, "x"u8));
        }

        store = Stores.Open(BytePath.Of(location));
    }

    protected override IObjectStore Store => store;

    protected override bool CanMend => files is not null && !Lacks("mend");

    protected override bool HasLocks => files is not null && !Lacks("locks");

    // S3 allows 1,024 bytes, a path of an object has no more, and the prefix comes before it.
    protected override ObjectPath Unstorable =>
        ObjectPath.Saveset(BytePath.Of($"savesets/{new string('x', files is not null ? 300 : 990)}/20261123T090405Z"));

    protected override void PutForeign(string path)
    {
        if (files is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(files, path))!);
            File.WriteAllText(Path.Combine(files, path), "x");
            return;
        }

        using S3Bucket bucket = new(new S3Settings { Location = S3Location.Parse(BytePath.Of(location)) }, TimeProvider.System);
        using MemoryObject source = new(Encoding.ASCII.GetBytes("x"));
        bucket.Put(new SentForm(bucket.KeyOf(BytePath.Of(path)), BytePath.Of(path), "", null, null), source, isConditional: false);
    }

    protected override bool TryRefuse() => false;

    private static bool Lacks(string what) =>
        (Environment.GetEnvironmentVariable("CONTRACT_LACKS") ?? "").Split(' ').Contains(what, StringComparer.Ordinal);

    public override void Dispose()
    {
        base.Dispose();
        if (temporary is not null)
        {
            Directory.Delete(temporary, recursive: true);
        }
    }
}
