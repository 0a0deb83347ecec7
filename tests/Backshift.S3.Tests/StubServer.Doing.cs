using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Backshift.S3.Tests;

internal sealed partial class StubServer
{
    private StubAnswer Do(StubRequest request)
    {
        if (Refusal(request) is { } code)
        {
            return StubAnswer.Error(400, code);
        }

        if (request.Key.Length == 0 && request.Method == "PUT")
        {
            return buckets.TryAdd(request.Bucket, new SortedDictionary<string, StubObject>(StringComparer.Ordinal))
                ? StubAnswer.Ok() : StubAnswer.Error(409, "BucketAlreadyOwnedByYou");
        }

        if (!buckets.TryGetValue(request.Bucket, out SortedDictionary<string, StubObject>? objects))
        {
            return StubAnswer.Error(404, "NoSuchBucket");
        }

        return request.Method switch
        {
            "GET" when request.Asks("uploads") => ListUploads(),
            "GET" when request.Key.Length == 0 => List(request, !lags ? objects : seen.GetValueOrDefault(request.Bucket) ?? []),
            "GET" or "HEAD" => Read(request, objects),
            "PUT" when request.Asks("partNumber") => PutPart(request),
            "PUT" => Put(request, objects),
            "POST" when request.Asks("uploads") => Begin(request),
            "POST" => Complete(request, objects),
            "DELETE" when request.Asks("uploadId") =>
                uploads.Remove(request.Query["uploadId"]) ? new StubAnswer(204, []) : StubAnswer.Error(404, "NoSuchUpload"),
            "DELETE" => Delete(request, objects),
            _ => StubAnswer.Error(501, "NotImplemented"),
        };
    }

    private StubAnswer Read(StubRequest request, SortedDictionary<string, StubObject> objects)
    {
        if (!objects.TryGetValue(request.Key, out StubObject? found))
        {
            return StubAnswer.Error(404, "NoSuchKey");
        }

        byte[] bytes = found.Bytes;
        StubAnswer answer = new(200, bytes) { Length = bytes.Length };
        if (request.Header("range") is { } range && !IgnoresRanges)
        {
            Match match = Regex.Match(range, @"^bytes=(\d*)-(\d*)$");
            int last = bytes.Length - 1;
            int first = match.Groups[1].Length > 0 ? Number(match.Groups[1]) : Math.Max(0, bytes.Length - Number(match.Groups[2]));
            last = match.Groups[1].Length > 0 ? Math.Min(last, Number(match.Groups[2])) : last;
            if (first > last)
            {
                return StubAnswer.Error(416, "InvalidRange");
            }

            answer = new StubAnswer(206, bytes[first..(last + 1)]);
            answer.Headers["Content-Range"] = $"bytes {first}-{last}/{bytes.Length}";
        }

        answer.Headers["ETag"] = $"\"{found.Tag}\"";
        answer.Headers["Last-Modified"] = found.Received.ToString("r", CultureInfo.InvariantCulture);
        foreach ((string name, string value) in found.Kept)
        {
            answer.Headers[name] = value;
        }

        return answer;

        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    private StubAnswer Put(StubRequest request, SortedDictionary<string, StubObject> objects)
    {
        if (!IsWhole(request))
        {
            return StubAnswer.Error(400, "XAmzContentSHA256Mismatch");
        }

        if (request.Key.Length > 250)
        {
            return StubAnswer.Error(400, "KeyTooLongError");
        }

        if (ObeysConditions && request.Header("if-none-match") == "*" && objects.ContainsKey(request.Key))
        {
            return StubAnswer.Error(412, "PreconditionFailed");
        }

        StubObject made = new(request.Body, DateTimeOffset.UtcNow, KeptOf(request));
        objects[request.Key] = made;
        StubAnswer answer = StubAnswer.Ok();
        answer.Headers["ETag"] = $"\"{made.Tag}\"";
        return answer;
    }

    private static StubAnswer Delete(StubRequest request, SortedDictionary<string, StubObject> objects)
    {
        if (objects.TryGetValue(request.Key, out StubObject? found) && found.LockedUntil > DateTimeOffset.UtcNow)
        {
            return StubAnswer.Error(403, "AccessDenied");
        }

        objects.Remove(request.Key);
        return new StubAnswer(204, []);
    }

    private StubAnswer List(StubRequest request, SortedDictionary<string, StubObject> objects)
    {
        string prefix = request.Query.GetValueOrDefault("prefix", ""), after = request.Query.GetValueOrDefault("continuation-token", "");
        string[] keys =
            [.. objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0 && !Hides(key))];
        string[] page = [.. keys.Take(PageSize)];
        bool isCut = page.Length < keys.Length;
        StringBuilder xml = new("<?xml version=\"1.0\"?><ListBucketResult><EncodingType>url</EncodingType>");
        xml.Append(CultureInfo.InvariantCulture, $"<IsTruncated>{(isCut ? "true" : "false")}</IsTruncated>");
        if (isCut && !LosesContinuation)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<NextContinuationToken>{page[^1]}</NextContinuationToken>");
        }

        foreach (string key in page)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{Uri.EscapeDataString(key)}</Key><Size>{objects[key].Bytes.Length}</Size></Contents>");
        }

        return StubAnswer.Ok(xml.Append("</ListBucketResult>").ToString());
    }

    private StubAnswer Begin(StubRequest request)
    {
        string id = $"upload{++uploadCount}";
        uploads.Add(id, new StubUpload(request.Key, DateTimeOffset.UtcNow, KeptOf(request)));
        return StubAnswer.Ok($"<?xml version=\"1.0\"?><InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
    }

    private StubAnswer PutPart(StubRequest request)
    {
        if (!IsWhole(request))
        {
            return StubAnswer.Error(400, "XAmzContentSHA256Mismatch");
        }

        if (!uploads.TryGetValue(request.Query["uploadId"], out StubUpload? upload))
        {
            return StubAnswer.Error(404, "NoSuchUpload");
        }

        upload.Parts[int.Parse(request.Query["partNumber"], CultureInfo.InvariantCulture)] = request.Body;
        StubAnswer answer = StubAnswer.Ok();
        answer.Headers["ETag"] = $"\"{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(request.Body))}\"";
        return answer;
    }

    private StubAnswer Complete(StubRequest request, SortedDictionary<string, StubObject> objects)
    {
        if (!uploads.TryGetValue(request.Query["uploadId"], out StubUpload? upload))
        {
            return StubAnswer.Error(404, "NoSuchUpload");
        }

        int[] named = [.. XDocument.Parse(Encoding.UTF8.GetString(request.Body)).Descendants().Where(static one => one.Name.LocalName == "PartNumber")
            .Select(static one => int.Parse(one.Value, CultureInfo.InvariantCulture))];
        if (!named.SequenceEqual(upload.Parts.Keys))
        {
            return StubAnswer.Error(400, "InvalidPart");
        }

        uploads.Remove(request.Query["uploadId"]);
        objects[upload.Key] = new StubObject([.. upload.Parts.Values.SelectMany(static part => part)], DateTimeOffset.UtcNow, upload.Kept);
        return StubAnswer.Ok("<?xml version=\"1.0\"?><CompleteMultipartUploadResult><ETag>\"x-2\"</ETag></CompleteMultipartUploadResult>");
    }

    private StubAnswer ListUploads()
    {
        StringBuilder xml = new("<?xml version=\"1.0\"?><ListMultipartUploadsResult><IsTruncated>false</IsTruncated>");
        foreach ((string id, StubUpload upload) in uploads)
        {
            xml.Append(CultureInfo.InvariantCulture,
                $"<Upload><Key>{upload.Key}</Key><UploadId>{id}</UploadId><Initiated>{upload.Begun.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}</Initiated></Upload>");
        }

        return StubAnswer.Ok(xml.Append("</ListMultipartUploadsResult>").ToString());
    }

    private static Dictionary<string, string> KeptOf(StubRequest request) => request.Headers
        .Where(static header => header.Key.StartsWith("x-amz-meta-", StringComparison.Ordinal)
            || header.Key.StartsWith("x-amz-object-lock-", StringComparison.Ordinal) || header.Key == "x-amz-storage-class")
        .ToDictionary();
}
