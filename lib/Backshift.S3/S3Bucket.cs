using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3;

/// <summary>
/// The requests that a store needs, each tried again while the server may still do it. How many are under way is bounded, for all threads together.
/// </summary>
internal sealed partial class S3Bucket : IDisposable
{
    private readonly S3Settings settings;
    private readonly AmazonS3Client client;
    private readonly SemaphoreSlim slots;
    private readonly string bucket;
    private readonly ServerLife life = new();

    /// <param name="settings">Which bucket, and how it is used.</param>
    /// <param name="clock">Tells how much time has passed.</param>
    internal S3Bucket(S3Settings settings, TimeProvider clock)
    {
        this.settings = settings;
        bucket = settings.Location.Bucket;
        slots = new SemaphoreSlim(settings.Requests);
        Clock = new ServerClock(clock);
        string? ofProfile = SharedProfile.ReadRegion(settings.Location.Text);
        AmazonS3Config config = new()
        {
            ServiceURL = settings.Location.Endpoint.ToString(),
            UseHttp = settings.Location.Endpoint.Scheme == Uri.UriSchemeHttp,
            AuthenticationRegion = settings.Region ?? SharedProfile.Variable("AWS_REGION") ?? SharedProfile.Variable("AWS_DEFAULT_REGION")
                ?? settings.Location.Region ?? ofProfile ?? "us-east-1",
            ForcePathStyle = settings.BucketIn == BucketIn.Path || (settings.BucketIn == BucketIn.Auto && !settings.Location.IsAmazon),

            // Servers other than Amazon's know no checksums in trailers, refuse them, or store them as content.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,

            // Requests are tried again here: this knows which answers may be lost, and waits longer.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxConnectionsPerServer = settings.Requests,
            AllowAutoRedirect = false,
            DisableLogging = true,
        };
        try
        {
            client = new AmazonS3Client(config);
        }
        catch (Exception e) when (S3Trouble.IsOfRequest(e))
        {
            throw S3Trouble.Of(e, settings.Location.Text);
        }

        client.AfterResponseEvent += (_, e) =>
        {
            if (e is WebServiceResponseEventArgs answer && answer.ResponseHeaders.TryGetValue("Date", out string? date))
            {
                Clock.Observe(date);
            }
        };
    }

    /// <summary>The clock of the server.</summary>
    internal ServerClock Clock { get; }

    /// <summary>The key of an object.</summary>
    internal string KeyOf(BytePath path) => settings.Location.Prefix + System.Text.Encoding.UTF8.GetString(path.Span);

    public void Dispose()
    {
        client.Dispose();
        slots.Dispose();
        life.Dispose();
    }

    /// <summary>Makes the bucket, if it is missing; with object lock if objects are to be locked.</summary>
    internal void Make() => Run(settings.Location.Text, async attempt =>
    {
        try
        {
            await client.PutBucketAsync(
                new PutBucketRequest { BucketName = bucket, ObjectLockEnabledForBucket = settings.LockFor is not null }, attempt.Cancel);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "BucketAlreadyOwnedByYou")
        {
            // An answer was lost, or another program was first.
        }

        return true;
    });

    /// <summary>Does a request until it succeeds, fails in a way that will not pass, or patience is at its end.</summary>
    /// <param name="shown">What it is about, for messages.</param>
    /// <param name="act">The request: everything in it is done anew at each try.</param>
    /// <exception cref="StoreException">It failed.</exception>
    /// <exception cref="StoreGoneException">The server does not answer any more, to this or any other request.</exception>
    private T Run<T>(BytePath shown, Func<Attempt, Task<T>> act)
    {
        long begun = TimeProvider.System.GetTimestamp();
        TimeSpan pause = settings.FirstPause;
        while (true)
        {
            if (TryOnce(act, out T? result) is not { } failure)
            {
                return result!;
            }

            // At random, so that the threads, and the programs of many machines, do not come back all at once.
            TimeSpan wait = pause * (0.5 + Random.Shared.NextDouble());
            if (!S3Trouble.MayPass(failure))
            {
                throw S3Trouble.Of(failure, shown);
            }

            if (TimeProvider.System.GetElapsedTime(begun) + wait > settings.Patience)
            {
                VerifyLife(failure, wait);
                throw S3Trouble.Of(failure, shown);
            }

            life.Wait(wait);
            pause = pause * 2 < settings.PauseLimit ? pause * 2 : settings.PauseLimit;
        }
    }

    /// <summary>Tries a request once.</summary>
    /// <returns>Why it failed; null if it did not.</returns>
    private Exception? TryOnce<T>(Func<Attempt, Task<T>> act, out T? result)
    {
        Exception failure;
        slots.Wait();
        try
        {
            life.Verify();
            using Attempt attempt = new(settings.Silence, life);

            // The callers are threads of the server, and none of them has a context to return to.
            result = act(attempt).GetAwaiter().GetResult();
            life.Answered();
            return null;
        }
        catch (Exception e) when (S3Trouble.IsOfRequest(e))
        {
            failure = e;
        }
        finally
        {
            slots.Release();
        }

        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is BackshiftException)
            {
                // What was to be sent could not be read.
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            }
        }

        life.Verify();
        if (!S3Trouble.MayPass(failure))
        {
            life.Answered();
        }

        result = default;
        return failure;
    }

    /// <summary>
    /// Finds out whether it was one request that the server did not do in all that time, as where the disks of some objects are lost, or whether it does none.
    /// Then nothing else is tried: each of thousands of objects would take as long.
    /// </summary>
    /// <param name="failure">How the request failed last.</param>
    /// <param name="wait">How long it would wait now.</param>
    /// <exception cref="StoreGoneException">It does none.</exception>
    private void VerifyLife(Exception failure, TimeSpan wait)
    {
        string key = KeyOf(ObjectPath.Configuration.Path);
        if (life.Silence + wait <= settings.Patience || TryOnce(
            attempt => client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key }, attempt.Cancel), out _) is not { } again
            || !S3Trouble.MayPass(again))
        {
            return;
        }

        life.GiveUp(S3Trouble.Gone(failure, settings.Location.Text, settings.Patience));
        life.Verify();
    }

    private static bool IsGone(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode is not "NoSuchBucket";
}
