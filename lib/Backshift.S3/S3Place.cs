using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Serving;

namespace Backshift.S3;

/// <summary>A bucket, or a part of it, as the place of a repository.</summary>
public sealed class S3Place : IPlace
{
    // What a repository that is being made has before its configuration, and what was tried in it.
    private static readonly string[] First = ["keys/", "intents/", "tmp/"];

    private readonly S3Settings settings;

    /// <param name="settings">Which bucket, and how it is used.</param>
    public S3Place(S3Settings settings) => this.settings = settings;

    public BytePath Location => settings.Location.Text;

    public bool HasRepository
    {
        get
        {
            using S3Bucket bucket = Connect();
            return Find(bucket) is not null;
        }
    }

    public bool IsVacant
    {
        get
        {
            using S3Bucket bucket = Connect();
            return bucket.FirstOutside(First).First is null;
        }
    }

    public IObjectStore Open()
    {
        S3Bucket? bucket = Connect();
        try
        {
            string found = Find(bucket)
                ?? throw new BackshiftException(ExitCode.NoInput, $"{Location}: there is no repository", $"make one with: bs-init {Location}");
            S3Store store = new(settings, bucket, found);
            bucket = null;
            return store;
        }
        finally
        {
            bucket?.Dispose();
        }
    }

    public IObjectStore Make(bool isShared, Action<string> note)
    {
        S3Bucket? bucket = Connect();
        try
        {
            (bool hasBucket, BytePath? first) = bucket.FirstOutside(First);
            if (hasBucket && Find(bucket) is not null)
            {
                // A listing may leave it out.
                throw DirectoryStore.ExistsAlready(Location);
            }

            if (first is not null)
            {
                throw new BackshiftException(ExitCode.CannotCreate, $"{Location}: is not empty", "name another prefix");
            }

            if (!hasBucket)
            {
                bucket.Make();
            }

            if (isShared)
            {
                note($"{Location}: who may read and write there is decided by the rights of the bucket");
            }

            S3Store store = new(settings, bucket, null);
            store.PrepareForWriting();
            if (!store.HasExclusiveNames)
            {
                note($"{Location}: the server does not refuse a name that is taken (If-None-Match): "
                    + "of two savesets of one host that began in the same instant, one may be lost");
            }

            bucket = null;
            return store;
        }
        finally
        {
            bucket?.Dispose();
        }
    }

    private S3Bucket Connect() => new(settings, TimeProvider.System);

    private string? Find(S3Bucket bucket) =>
        bucket.Look(bucket.KeyOf(ObjectPath.Configuration.Path), Location.Join(ObjectPath.Configuration.Path))?.Tag;
}
