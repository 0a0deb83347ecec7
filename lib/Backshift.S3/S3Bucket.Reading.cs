using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

internal sealed partial class S3Bucket
{
    private const string WriterKey = "x-amz-meta-backshift-writer";

    /// <summary>What the server says of an object; null if there is none.</summary>
    /// <exception cref="StoreException">It cannot be told.</exception>
    internal StoredState? Look(string key, BytePath shown) => Run(shown, async attempt =>
    {
        try
        {
            GetObjectMetadataResponse found = await client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = bucket, Key = key }, attempt.Cancel);
            return new StoredState(found.ContentLength, TimeOf(found.LastModified, shown), found.ETag ?? "", found.Metadata[WriterKey],
                string.IsNullOrEmpty(found.VersionId) ? null : found.VersionId, LockOf(found));
        }
        catch (AmazonS3Exception e) when (IsGone(e))
        {
            return null;
        }
    });

    /// <summary>Reads a range, or the end of an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="shown">What it is called.</param>
    /// <param name="offset">Where the range begins; null for the end of the object.</param>
    /// <param name="buffer">Takes the bytes; not empty.</param>
    /// <returns>What the server says of the object, and how many bytes there are: all that were asked for, unless the object ends before. Null if it is
    /// gone.</returns>
    /// <exception cref="StoreException">It cannot be read.</exception>
    internal (StoredState State, int Count)? Read(string key, BytePath shown, long? offset, Memory<byte> buffer) => Run(shown, async attempt =>
    {
        string range = offset is { } from ? string.Create(CultureInfo.InvariantCulture, $"bytes={from}-{from + buffer.Length - 1}")
            : string.Create(CultureInfo.InvariantCulture, $"bytes=-{buffer.Length}");
        GetObjectResponse answer;
        try
        {
            answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(range) }, attempt.Cancel);
        }
        catch (AmazonS3Exception e) when (IsGone(e))
        {
            return ((StoredState, int)?)null;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && offset is null or 0)
        {
            // It has no bytes at all.
            return (new StoredState(0, Clock.Last ?? default, "", null, null, null), 0);
        }

        using (answer)
        {
            attempt.Answered();
            (long first, long count, long length) = RangeOf(answer, shown);
            long wanted = offset ?? Math.Max(0, length - buffer.Length);
            if (first != wanted || count != Math.Min(buffer.Length, length - wanted))
            {
                throw S3Trouble.Wrong(shown, "the server has sent another range than it was asked for");
            }

            for (int done = 0; done < count;)
            {
                int read = await answer.ResponseStream.ReadAsync(buffer[done..(int)count], attempt.Cancel);
                attempt.Progress();
                if (read == 0)
                {
                    // It is asked for once more.
                    throw new IOException("the answer ended before its end");
                }

                done += read;
            }

            return (new StoredState(length, TimeOf(answer.LastModified, shown), answer.ETag ?? "", null, null, null), (int)count);
        }
    });

    private static (long First, long Count, long Length) RangeOf(GetObjectResponse answer, BytePath shown)
    {
        if (answer.HttpStatusCode != HttpStatusCode.PartialContent)
        {
            throw S3Trouble.Wrong(shown, "the server does not know ranges");
        }

        // bytes 10-19/100
        string[] parts = (answer.ContentRange ?? "").Split(' ', '-', '/');
        return parts is ["bytes", string start, string end, string all] && TryParse(start, out long first) && TryParse(end, out long last)
            && TryParse(all, out long length) && first <= last && last < length
            ? (first, last - first + 1, length) : throw S3Trouble.Wrong(shown, "the server has not said which range it has sent");
    }

    private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static UnixTime TimeOf(DateTime? time, BytePath shown) => time is { } said && said.Year > 1
        ? UnixTime.From(new DateTimeOffset(said.ToUniversalTime())) : throw S3Trouble.Wrong(shown, "the server has not said when it was received");

    private static UnixTime? LockOf(GetObjectMetadataResponse found)
    {
        if (found.ObjectLockLegalHoldStatus == ObjectLockLegalHoldStatus.On)
        {
            return new UnixTime(long.MaxValue, 0);
        }

        return found.ObjectLockRetainUntilDate is { Year: > 1 } until ? UnixTime.From(new DateTimeOffset(until.ToUniversalTime())) : null;
    }
}
