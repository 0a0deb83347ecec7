using System.Net;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.S3;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3;

/// <summary>What an exception of a request means. Nothing of what a server or the environment wrote goes into messages but the name of an error.</summary>
internal static class S3Trouble
{
    private const int CodeLimit = 60;

    /// <summary>Whether the same request may succeed later.</summary>
    internal static bool MayPass(Exception e) => e switch
    {
        _ when IsOfCertificate(e) => false,
        AmazonS3Exception refused => refused.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            || (int)refused.StatusCode is >= 500 and not 501
            || refused.ErrorCode is "SlowDown" or "RequestTimeout" or "ConditionalRequestConflict" or "OperationAborted" or "RequestTimeTooSkewed"
                or "IncompleteBody" or "BadDigest" or "ExpiredToken" or "Throttling" or "ThrottlingException",
        AmazonServiceException unnamed => unnamed.StatusCode == 0 || (int)unnamed.StatusCode is >= 500 and not 501,
        HttpRequestException or IOException or OperationCanceledException => true,
        AmazonClientException { InnerException: { } inner } => MayPass(inner),
        _ => false,
    };

    // A handshake that is cut off has none of these inside. No patience makes a certificate a trusted one, and the user would hear of it after 15 minutes.
    private static bool IsOfCertificate(Exception? e)
    {
        while (e is not (null or AuthenticationException))
        {
            e = e.InnerException;
        }

        return e is not null;
    }

    /// <summary>Whether an exception is one of a request, and no bug of ours.</summary>
    internal static bool IsOfRequest(Exception e) =>
        e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException or System.Xml.XmlException
            or ProcessAWSCredentialException;

    /// <summary>What a caller of the store is told.</summary>
    /// <param name="e">What happened last.</param>
    /// <param name="shown">The object, or the store.</param>
    internal static StoreException Of(Exception e, BytePath shown)
    {
        (string reason, bool isRefused, string? hint) = Describe(e);
        return new StoreException(isRefused ? StoreTrouble.Refused : StoreTrouble.Broken, isRefused ? ExitCode.NotPermitted : ExitCode.InputOutput,
            $"{shown}: {reason}", reason, e, hint);
    }

    /// <summary>What a caller of the store is told when the server refuses how an object is to be stored; null if something else was the trouble.</summary>
    /// <param name="refused">What the caller would be told of any request.</param>
    /// <param name="form">How the object was to be stored.</param>
    internal static StoreException? OfForm(StoreException refused, SentForm form)
    {
        // Ceph has neither a code of its own for a class that it does not know, nor a message in its answers.
        string? code = (refused.InnerException as AmazonS3Exception)?.ErrorCode;
        (string? reason, string? hint) = code switch
        {
            "InvalidStorageClass" or "InvalidArgument" when form is { StorageClass: { } named, LockFor: null } =>
                ($"the server has no storage class {named} ({code})", "--storage-class takes the name of one that it has"),
            "InvalidRequest" when form.LockFor is not null =>
                ($"the bucket has no object lock ({code})", "make a bucket with object lock, or leave --lock-for out"),
            _ => ((string?)null, (string?)null),
        };
        return reason is null ? null
            : new StoreException(StoreTrouble.Refused, ExitCode.NotPermitted, $"{form.Shown}: {reason}", reason, refused, hint);
    }

    /// <summary>What a caller of the store is told when nothing is tried any more.</summary>
    /// <param name="e">What happened last.</param>
    /// <param name="location">The store.</param>
    /// <param name="patience">For how long it was tried.</param>
    internal static StoreGoneException Gone(Exception e, BytePath location, TimeSpan patience)
    {
        string time = patience == TimeSpan.FromSeconds(1) ? "a second"
            : patience < TimeSpan.FromMinutes(2) ? $"{patience.TotalSeconds:0} seconds" : $"{patience.TotalMinutes:0} minutes";
        return new($"{location}: given up after {time}: {Describe(e).Reason}", "what was published is there: try again when the server answers", e);
    }

    /// <summary>An answer that is not one to what was asked.</summary>
    internal static StoreException Wrong(BytePath shown, string reason) => new(StoreTrouble.Broken, ExitCode.InputOutput, $"{shown}: {reason}", reason);

    private static (string Reason, bool IsRefused, string? Hint) Describe(Exception e)
    {
        if (e is AmazonServiceException answer && answer.StatusCode != 0)
        {
            string code = CodeOf(answer);
            string reason = $"the server says {(code.Length > 0 ? code + ", " : "")}HTTP {(int)answer.StatusCode}";
            return code switch
            {
                "NoSuchBucket" => ($"there is no such bucket ({code})", false, "was it deleted, or is it in another region or account?"),
                "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" =>
                    ($"the credentials are not accepted ({code})", true, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials"),
                "PermanentRedirect" or "TemporaryRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" =>
                    ($"the bucket is in another region ({code})", true, "name it: bs-s3 --region, or AWS_REGION"),
                "InvalidObjectState" => ($"it is in cold storage, from which nothing is read at once ({code})", true,
                    "have the server bring it back first, as its page says, such as: aws s3api restore-object"),
                "RequestTimeTooSkewed" => ($"the clock of this machine is wrong ({code})", true, "set it, by NTP"),
                "QuotaExceeded" or "InsufficientStorage" => ($"the storage is full ({code})", false, null),
                _ when answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => (reason, true,
                    "the credentials must allow to list the bucket, and to read, write and delete its objects"),
                _ => (reason, false, null),
            };
        }

        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return ("the name of the server is not known", false, null);
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } when IsOfCertificate(inner):
                    return ("the server has no certificate that this machine trusts", true, "for a server of your own: SSL_CERT_FILE, or s3+http://");
                case HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }:
                    return ("the server cannot be reached", false, null);
                case OperationCanceledException:
                    return ("the server does not answer", false, null);
                case IOException or HttpRequestException:
                    return ("the connection to the server was cut", false, null);
                case ProcessAWSCredentialException:
                    return ("the credential_process of the profile has not given credentials", true, "see what it says when it is run by hand");
                case AmazonClientException client when client.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase):
                    return ("there are no credentials", true, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials");
            }
        }

        return ("the server has not answered as S3 does", false, null);
    }

    private static string CodeOf(AmazonServiceException e) =>
        string.Concat((e.ErrorCode ?? "").Where(char.IsAsciiLetterOrDigit).Take(CodeLimit));
}
