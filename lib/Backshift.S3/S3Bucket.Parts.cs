using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

/// <summary>Long objects, in parts: one that is lost is sent again alone.</summary>
internal sealed partial class S3Bucket
{
    private const int PartsLimit = 10_000;
    private const int PartsAtOnce = 4;

    /// <summary>Sends an object in parts. Nothing is seen of it before all of them are there.</summary>
    /// <param name="form">Its key, and how it is stored.</param>
    /// <param name="source">Its bytes; read by several threads.</param>
    /// <param name="isConditional">Whether the server is asked to refuse it if the key is taken.</param>
    /// <returns>False if the server says that the key is taken, or that it no longer knows the parts: maybe since it is done, and the answer was
    /// lost.</returns>
    internal bool PutInParts(SentForm form, IStoredObject source, bool isConditional)
    {
        string upload = Begin(form);
        bool isOver = false;
        try
        {
            long size = Math.Max(settings.PartSize, (source.Length + PartsLimit - 1) / PartsLimit);
            PartETag[] tags = new PartETag[(int)((source.Length + size - 1) / size)];
            AtOnce.Do(tags.Length, PartsAtOnce,
                i => tags[i] = PutPart(form, source, upload, i + 1, i * size, Math.Min(size, source.Length - (i * size))));
            bool isStored = Complete(form, upload, tags, isConditional);
            isOver = true;
            return isStored;
        }
        finally
        {
            if (!isOver)
            {
                TryAbort(form.Key, upload);
            }
        }
    }

    /// <summary>
    /// Finds out whether the server has the storage class of an object, and stores nothing: an object in parts is begun, which names the class, and dropped.
    /// </summary>
    /// <param name="form">Its key, which need not be free, and the class.</param>
    /// <exception cref="StoreException">The server does not have it, or there is other trouble.</exception>
    internal void TryClass(SentForm form) => TryAbort(form.Key, Begin(form));

    /// <summary>Drops the parts of objects that were begun before a time, and never finished.</summary>
    internal void DropUploads(string prefix, UnixTime before)
    {
        string? key = null, upload = null;
        do
        {
            ListMultipartUploadsResponse page = Run(settings.Location.Text, async attempt => await client.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = bucket, Prefix = prefix, KeyMarker = key, UploadIdMarker = upload }, attempt.Cancel));
            foreach (MultipartUpload one in page.MultipartUploads ?? [])
            {
                if (one.Initiated is { } begun && UnixTime.From(new DateTimeOffset(begun.ToUniversalTime())).CompareTo(before) < 0
                    && one.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    TryAbort(one.Key, one.UploadId);
                }
            }

            (key, upload) = page.IsTruncated == true ? (page.NextKeyMarker, page.NextUploadIdMarker) : (null, null);
        }
        while (!string.IsNullOrEmpty(key));
    }

    private string Begin(SentForm form) => Send(form, async attempt =>
    {
        InitiateMultipartUploadRequest request = new()
        {
            BucketName = bucket,
            Key = form.Key,
            StorageClass = form.StorageClass is { } named ? new S3StorageClass(named) : null,
            ContentType = "application/octet-stream",
        };
        request.Metadata[WriterKey] = form.Writer;
        if (form.LockFor is { } time)
        {
            request.ObjectLockMode = ModeOf(settings.LockMode);
            request.ObjectLockRetainUntilDate = (Clock.Now + time).UtcDateTime;
        }

        return (await client.InitiateMultipartUploadAsync(request, attempt.Cancel)).UploadId;
    });

    private PartETag PutPart(SentForm form, IStoredObject source, string upload, int number, long start, long length)
    {
        byte[] digest = DigestOf(source, start, length);
        return Run(form.Shown, async attempt =>
        {
            using RangeStream body = new(source, start, length, attempt.Progress);
            UploadPartResponse answer = await client.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = bucket,
                    Key = form.Key,
                    UploadId = upload,
                    PartNumber = number,
                    PartSize = length,
                    InputStream = body,
                    UseChunkEncoding = false,
                    MD5Digest = Convert.ToBase64String(digest),
                },
                attempt.Cancel);
            return new PartETag(number, answer.ETag);
        });
    }

    private bool Complete(SentForm form, string upload, PartETag[] tags, bool isConditional) => Run(form.Shown, async attempt =>
    {
        try
        {
            CompleteMultipartUploadRequest request = new()
            {
                BucketName = bucket,
                Key = form.Key,
                UploadId = upload,
                PartETags = [.. tags],
                IfNoneMatch = isConditional ? "*" : null,
            };
            await client.CompleteMultipartUploadAsync(request, attempt.Cancel);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed || e.ErrorCode is "NoSuchUpload")
        {
            return false;
        }
    });

    private void TryAbort(string key, string upload)
    {
        try
        {
            Run(settings.Location.Text, async attempt => await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload }, attempt.Cancel));
        }
        catch (StoreException)
        {
            // A later sweep drops them.
        }
    }
}
