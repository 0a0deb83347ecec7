using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Backshift.Scale.Counting;

internal sealed partial class CountedBucket
{
    private const string WriterHeader = "x-amz-meta-backshift-writer";
    private const int PageLimit = 1000;

    // Whose they are is said when they are begun, and wanted when they are complete.
    private readonly Dictionary<string, string?> uploadWriters = [];

    private void Answer(BucketRequest request, Stream input, Stream output)
    {
        if (request.Path.TrimEnd('/') == Bucket)
        {
            Count(request, RequestKind.List, AnswerForBucket(request, output), 0);
            return;
        }

        string key = request.Path[$"{Bucket}/{Prefix}".Length..];
        switch (request.Method)
        {
            case "GET":
                Read(request, key, output);
                break;
            case "HEAD":
                Look(request, key, output);
                break;
            case "PUT":
                Take(request, key, input, output);
                break;
            case "POST":
                Join(request, key, input, output);
                break;
            case "DELETE":
                folder.Delete(key);
                Count(request, RequestKind.Delete, 0, 0);
                Send(output, 204, [], 0, []);
                break;
            default:
                SendError(output, request, 501, "NotImplemented");
                break;
        }
    }

    /// <summary>Listings, of objects and of those that have not arrived whole.</summary>
    private long AnswerForBucket(BucketRequest request, Stream output)
    {
        StringBuilder xml = new("<?xml version=\"1.0\"?>");
        if (request.Asks("uploads"))
        {
            xml.Append("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
        }
        else
        {
            string prefix = request.Query.GetValueOrDefault("prefix", "");
            (string[] keys, string? next) = prefix.StartsWith(Prefix, StringComparison.Ordinal)
                ? folder.Page(prefix[Prefix.Length..], request.Query.GetValueOrDefault("continuation-token"), PageLimit) : ([], null);
            xml.Append("<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>").Append(next is null ? "false" : "true").Append("</IsTruncated>");
            if (next is not null)
            {
                xml.Append("<NextContinuationToken>").Append(next).Append("</NextContinuationToken>");
            }

            foreach (string key in keys)
            {
                // As services send it: who lists pays for all of it.
                xml.Append("<Contents><Key>").Append(Uri.EscapeDataString(Prefix + key)).Append("</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>")
                    .Append("<ETag>\"00000000000000000000000000000000\"</ETag><Size>33554432</Size><StorageClass>STANDARD</StorageClass></Contents>");
            }

            xml.Append("</ListBucketResult>");
        }

        byte[] body = Encoding.UTF8.GetBytes(xml.ToString());
        Send(output, 200, [], body.Length, body);
        return body.Length;
    }

    private void Read(BucketRequest request, string key, Stream output)
    {
        FileInfo file = folder.FileOf(key);
        if (!file.Exists)
        {
            CountRead(request, key, 0);
            SendError(output, request, 404, "NoSuchKey");
            return;
        }

        (long start, long end) = RangeOf(request, file.Length);
        if (start >= end)
        {
            CountRead(request, key, 0);
            SendError(output, request, 416, "InvalidRange");
            return;
        }

        int length = checked((int)(end - start));
        byte[] body = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            using (FileStream input = file.OpenRead())
            {
                input.Position = start;
                input.ReadExactly(body, 0, length);
            }

            CountRead(request, key, length);
            string range = string.Create(CultureInfo.InvariantCulture, $"bytes {start}-{end - 1}/{file.Length}");
            Send(output, 206, [.. HeadersOf(key, file), ("Content-Range", range)], length, body.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private void Look(BucketRequest request, string key, Stream output)
    {
        FileInfo file = folder.FileOf(key);
        Count(request, RequestKind.Head, 0, 0);
        if (file.Exists)
        {
            Send(output, 200, HeadersOf(key, file), file.Length, []);
        }
        else
        {
            SendError(output, request, 404, "NoSuchKey");
        }
    }

    private void Take(BucketRequest request, string key, Stream input, Stream output)
    {
        string received = folder.NewScratch();
        using (FileStream file = File.Create(received))
        {
            Copy(input, file, request.Length);
        }

        Count(request, RequestKind.Put, 0, request.Length);
        if (request.Asks("partNumber"))
        {
            folder.AddPart(request.Query["uploadId"], int.Parse(request.Query["partNumber"], NumberStyles.None, CultureInfo.InvariantCulture), received);
            Send(output, 200, [("ETag", "\"part\"")], 0, []);
        }
        else if (folder.Publish(received, key, request.Headers.GetValueOrDefault(WriterHeader)))
        {
            Send(output, 200, [("ETag", $"\"{BucketFolder.TagOf(folder.FileOf(key))}\"")], 0, []);
        }
        else
        {
            SendError(output, request, 412, "PreconditionFailed");
        }
    }

    /// <summary>The beginning or the end of an object in parts.</summary>
    private void Join(BucketRequest request, string key, Stream input, Stream output)
    {
        Copy(input, Stream.Null, request.Length);
        Count(request, RequestKind.Put, 0, request.Length);
        string xml;
        if (request.Asks("uploads"))
        {
            string id = folder.BeginUpload();
            lock (gate)
            {
                uploadWriters[id] = request.Headers.GetValueOrDefault(WriterHeader);
            }

            xml = $"<?xml version=\"1.0\"?><InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>";
        }
        else
        {
            string? writer;
            lock (gate)
            {
                uploadWriters.Remove(request.Query["uploadId"], out writer);
            }

            if (!folder.Complete(request.Query["uploadId"], key, writer))
            {
                SendError(output, request, 412, "PreconditionFailed");
                return;
            }

            xml = "<?xml version=\"1.0\"?><CompleteMultipartUploadResult><ETag>\"x-2\"</ETag></CompleteMultipartUploadResult>";
        }

        byte[] body = Encoding.UTF8.GetBytes(xml);
        Send(output, 200, [], body.Length, body);
    }

    private List<(string Name, string Value)> HeadersOf(string key, FileInfo file)
    {
        List<(string, string)> headers =
            [("ETag", $"\"{BucketFolder.TagOf(file)}\""), ("Last-Modified", file.LastWriteTimeUtc.ToString("r", CultureInfo.InvariantCulture))];
        if (folder.WriterOf(key) is { } writer)
        {
            headers.Add((WriterHeader, writer));
        }

        return headers;
    }

    private static (long Start, long End) RangeOf(BucketRequest request, long length)
    {
        if (!request.Headers.TryGetValue("range", out string? range))
        {
            return (0, length);
        }

        Match match = Range().Match(range);
        long? first = Number(match.Groups[1]), last = Number(match.Groups[2]);
        return first is { } start ? (start, Math.Min(length, (last ?? long.MaxValue - 1) + 1)) : (Math.Max(0, length - last!.Value), length);

        static long? Number(Group group) => group.Length == 0 ? null : long.Parse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static void Copy(Stream input, Stream output, long length)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        for (int count; length > 0; length -= count)
        {
            count = input.Read(buffer, 0, (int)Math.Min(length, buffer.Length));
            if (count == 0)
            {
                throw new IOException("a body that is too short");
            }

            output.Write(buffer, 0, count);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    [GeneratedRegex(@"^bytes=(\d*)-(\d*)$")]
    private static partial Regex Range();
}
