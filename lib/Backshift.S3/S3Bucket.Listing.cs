using Amazon.S3;
using Amazon.S3.Model;
using Backshift.Objects;
using Backshift.Posix;

namespace Backshift.S3;

internal sealed partial class S3Bucket
{
    /// <summary>The keys with a prefix, as they are read: without what comes before them in the bucket for this store.</summary>
    /// <param name="folder">What they begin with; empty for all of the store.</param>
    /// <param name="shown">What is listed.</param>
    /// <exception cref="StoreException">They cannot be listed; those that were shown before are right.</exception>
    internal IEnumerable<BytePath> List(string folder, BytePath shown)
    {
        string prefix = settings.Location.Prefix + folder;
        string? after = null;
        do
        {
            ListObjectsV2Response page = Run(shown, async attempt => await client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, ContinuationToken = after, Encoding = EncodingType.Url }, attempt.Cancel));
            foreach (S3Object one in page.S3Objects ?? [])
            {
                string key = one.Key ?? "";
                if (page.Encoding == EncodingType.Url)
                {
                    // A name that XML cannot hold, of an object that is not ours, would make the whole page unreadable.
                    key = Uri.UnescapeDataString(key.Replace('+', ' '));
                }

                if (key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return BytePath.Of(key[settings.Location.Prefix.Length..]);
                }
            }

            string? next = page.IsTruncated == true ? page.NextContinuationToken : null;
            if (page.IsTruncated == true && (string.IsNullOrEmpty(next) || next == after))
            {
                throw S3Trouble.Wrong(shown, "the server does not say how its listing goes on");
            }

            after = next;
        }
        while (after is not null);
    }

    /// <summary>The first key of the store that is none of those that may be there already; null if there is none.</summary>
    /// <param name="passOver">The folders that do not count.</param>
    /// <returns>Whether there is a bucket, and the key.</returns>
    internal (bool HasBucket, BytePath? First) FirstOutside(IReadOnlyList<string> passOver)
    {
        try
        {
            foreach (BytePath path in List("", settings.Location.Text))
            {
                if (!passOver.Any(folder => path.Span.StartsWith(System.Text.Encoding.ASCII.GetBytes(folder))))
                {
                    return (true, path);
                }
            }

            return (true, null);
        }
        catch (StoreException e) when (e.InnerException is AmazonS3Exception { ErrorCode: "NoSuchBucket" })
        {
            return (false, null);
        }
    }
}
