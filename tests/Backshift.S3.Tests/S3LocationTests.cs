using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3.Tests;

public sealed class S3LocationTests
{
    [Theory]
    [InlineData("s3://s3.eu-central-1.amazonaws.com/b/p", "https://s3.eu-central-1.amazonaws.com/", "b", "p/", "eu-central-1")]
    [InlineData("s3://s3.amazonaws.com/b", "https://s3.amazonaws.com/", "b", "", null)]
    [InlineData("s3://storage.example.org:8443/my-bucket/a/b/", "https://storage.example.org:8443/", "my-bucket", "a/b/", null)]
    [InlineData("s3+http://127.0.0.1:7480/bucket/a", "http://127.0.0.1:7480/", "bucket", "a/", null)]
    [InlineData("s3+http://[::1]:7480/bucket/a", "http://[::1]:7480/", "bucket", "a/", null)]
    public void A_location_names_a_server_a_bucket_and_a_prefix(string text, string endpoint, string bucket, string prefix, string? region)
    {
        S3Location location = S3Location.Parse(BytePath.Of(text));
        Assert.Equal((endpoint, bucket, prefix, region), (location.Endpoint.ToString(), location.Bucket, location.Prefix, location.Region));
    }

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3://host")]
    [InlineData("s3://host/")]
    [InlineData("s3:///bucket/a")]
    [InlineData("s3://host/bu cket/a")]
    [InlineData("s3://host/bucket/a/../b")]
    [InlineData("s3://host/bucket//a")]
    [InlineData("s3://host/bucket/a\nb")]
    [InlineData("s3://host?x/bucket/a")]
    [InlineData("http://host/bucket/a")]
    public void What_is_none_is_called_wrongly(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<BackshiftException>(() => S3Location.Parse(BytePath.Of(text))).Code);

    [Fact]
    public void A_secret_in_a_location_is_refused_and_not_shown()
    {
        BackshiftException e = Assert.Throws<BackshiftException>(() => S3Location.Parse(BytePath.Of("s3://KEY:secret@host/bucket/a")));
        Assert.DoesNotContain("secret", e.Message + e.Hint, StringComparison.Ordinal);
    }
}
