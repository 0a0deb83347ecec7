using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

internal sealed partial class S3Bucket
{
    /// <summary>Sends a whole object in one request.</summary>
    /// <param name="form">Its key, and how it is stored.</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="isConditional">Whether the server is asked to refuse it if the key is taken.</param>
    /// <returns>False if the server says that the key is taken: maybe by what an earlier try has stored, the answer to which was lost.</returns>
    internal bool Put(SentForm form, IStoredObject source, bool isConditional)
    {
        byte[] digest = DigestOf(source, 0, source.Length);
        return Send(form, async attempt =>
        {
            using RangeStream body = new(source, 0, source.Length, attempt.Progress);
            PutObjectRequest request = new()
            {
                BucketName = bucket,
                Key = form.Key,
                InputStream = body,
                AutoCloseStream = false,
                UseChunkEncoding = false,
                MD5Digest = Convert.ToBase64String(digest),
                IfNoneMatch = isConditional ? "*" : null,
                StorageClass = form.StorageClass is { } named ? new S3StorageClass(named) : null,
                ContentType = "application/octet-stream",
            };
            request.Metadata[WriterKey] = form.Writer;
            if (form.LockFor is { } time)
            {
                request.ObjectLockMode = ModeOf(settings.LockMode);
                request.ObjectLockRetainUntilDate = (Clock.Now + time).UtcDateTime;
            }

            try
            {
                await client.PutObjectAsync(request, attempt.Cancel);
                return true;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
        });
    }

    /// <summary>Deletes an object, or a version of it.</summary>
    /// <returns>False where the server refuses it.</returns>
    internal bool Delete(string key, string? version, BytePath shown) => Run(shown, async attempt =>
    {
        try
        {
            await client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key, VersionId = version }, attempt.Cancel);
            return true;
        }
        catch (AmazonS3Exception e) when (IsGone(e))
        {
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden && e.ErrorCode is "AccessDenied")
        {
            return false;
        }
    });

    // What the server does not take of the form of an object is named in the message.
    private T Send<T>(SentForm form, Func<Attempt, Task<T>> act)
    {
        try
        {
            return Run(form.Shown, act);
        }
        catch (StoreException e) when (S3Trouble.OfForm(e, form) is { } named)
        {
            throw named;
        }
    }

    private static byte[] DigestOf(IStoredObject source, long start, long length)
    {
        // The digest that S3 wants; against chance alone.
        using RangeStream body = new(source, start, length, static () => { });
        return MD5.HashData(body);
    }

    private static ObjectLockMode ModeOf(LockMode mode) => mode == LockMode.Governance ? ObjectLockMode.Governance : ObjectLockMode.Compliance;
}
