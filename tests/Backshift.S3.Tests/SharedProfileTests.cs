using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Client;

namespace Backshift.S3.Tests;

/// <summary>bs-s3, the program of BIN, with the credentials that the files of the programs of Amazon have, and nothing else in its environment.</summary>
public sealed class SharedProfileTests : IDisposable
{
    private readonly StubServer server = new();
    private readonly string home = Directory.CreateTempSubdirectory("backshift-profile-").FullName;
    private readonly string program;
    private readonly int before;

    public SharedProfileTests()
    {
        program = Path.Combine(Environment.GetEnvironmentVariable("BIN") ?? "", "bs-s3");
        Assert.SkipUnless(File.Exists(program), "BIN names no programs");
        using (IObjectStore made = Stores.Make(Location("AWS_ACCESS_KEY_ID=KEY AWS_SECRET_ACCESS_KEY=y")))
        {
            Assert.True(made.TryPublish(ObjectPath.Configuration, "x"u8));
        }

        before = server.Log.Count;
        Directory.CreateDirectory(Path.Combine(home, ".aws"));
        Write(".aws/credentials", """
            [default]
            aws_access_key_id = KEYOFDEFAULT
            aws_secret_access_key = not-shown
            [office]
            aws_access_key_id = KEYOFOFFICE
            aws_secret_access_key = not-shown
            aws_session_token = TOKENOFOFFICE
            """);
        Write(".aws/config", $"""
            [default]
            region = eu-central-1
            [profile office]
            region = eu-north-1
            [profile asks]
            region = ap-south-1
            credential_process = cat {home}/answer
            [profile fails]
            credential_process = false
            [profile says-no-json]
            credential_process = echo not-shown
            [profile role]
            role_arn = arn:aws:iam::1:role/x
            source_profile = default
            [profile browser]
            sso_start_url = https://x
            sso_region = x
            sso_account_id = 1
            sso_role_name = x
            """);
        Write("answer", """{"Version":1,"AccessKeyId":"KEYOFPROCESS","SecretAccessKey":"not-shown","SessionToken":"TOKENOFPROCESS"}""");
    }

    [Theory]
    [InlineData("", "KEYOFDEFAULT", "eu-central-1", null)]
    [InlineData("AWS_PROFILE=office", "KEYOFOFFICE", "eu-north-1", "TOKENOFOFFICE")]
    [InlineData("AWS_PROFILE=asks", "KEYOFPROCESS", "ap-south-1", "TOKENOFPROCESS")]
    [InlineData("AWS_PROFILE=office AWS_REGION=xx-1", "KEYOFOFFICE", "xx-1", "TOKENOFOFFICE")]
    [InlineData("AWS_PROFILE=office AWS_DEFAULT_REGION=xx-2", "KEYOFOFFICE", "xx-2", "TOKENOFOFFICE")]
    [InlineData("AWS_ACCESS_KEY_ID=KEYOFTHEENVIRONMENT AWS_SECRET_ACCESS_KEY=y", "KEYOFTHEENVIRONMENT", "eu-central-1", null)]
    [InlineData("AWS_ACCESS_KEY_ID=KEY AWS_SECRET_ACCESS_KEY=y AWS_SESSION_TOKEN=TOKEN AWS_PROFILE=office", "KEY", "eu-north-1", "TOKEN")]
    [InlineData("AWS_ACCESS_KEY_ID=KEY AWS_SECRET_ACCESS_KEY=y AWS_PROFILE=role", "KEY", "us-east-1", null)]
    [InlineData("AWS_ACCESS_KEY_ID=KEY AWS_SECRET_ACCESS_KEY=y AWS_PROFILE=missing", "KEY", "us-east-1", null)]
    public void Requests_are_signed_with_the_key_and_for_the_region_of_the_profile(string variables, string key, string region, string? token)
    {
        using (IObjectStore store = Stores.Open(Location(variables)))
        {
            Assert.True(store.Exists(ObjectPath.Configuration));
        }

        Assert.NotEmpty(Requests);
        Assert.All(Requests, request =>
        {
            string[] scope = request.Header("authorization")!.Split("Credential=", 2)[1].Split(',')[0].Split('/');
            Assert.Equal((key, region, token), (scope[0], scope[2], request.Header("x-amz-security-token")));
        });
    }

    [Fact]
    public void The_files_may_be_elsewhere()
    {
        File.Move(Path.Combine(home, ".aws/credentials"), Path.Combine(home, "secrets"));
        File.Move(Path.Combine(home, ".aws/config"), Path.Combine(home, "settings"));
        Requests_are_signed_with_the_key_and_for_the_region_of_the_profile(
            $"AWS_PROFILE=office AWS_SHARED_CREDENTIALS_FILE={home}/secrets AWS_CONFIG_FILE={home}/settings", "KEYOFOFFICE", "eu-north-1", "TOKENOFOFFICE");
    }

    [Theory]
    [InlineData("missing", "there is no profile 'missing'", "AWS_PROFILE")]
    [InlineData("role", "the profile 'role' takes a role or logs in through a browser, which is not supported", "credential_process")]
    [InlineData("browser", "the profile 'browser' takes a role or logs in through a browser, which is not supported", "credential_process")]
    [InlineData("fails", "the credential_process of the profile has not given credentials", "by hand")]
    [InlineData("says-no-json", "the credential_process of the profile has not given credentials", "by hand")]
    public void A_profile_that_gives_no_credentials_is_reported_by_its_name_with_what_to_do(string profile, string reason, string hint)
    {
        BackshiftException e = Assert.ThrowsAny<BackshiftException>(() => Stores.Open(Location($"AWS_PROFILE={profile}")));
        Assert.Equal(ExitCode.NotPermitted, e.Code);
        Assert.EndsWith(reason, e.Message, StringComparison.Ordinal);
        Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("not-shown", e.Message, StringComparison.Ordinal);
        Assert.Empty(Requests);
    }

    [Theory]
    [InlineData("[default\naws_secret_access_key = not-shown\n")]
    [InlineData("not-shown\n")]
    public void A_malformed_file_is_reported_without_what_is_in_it(string text)
    {
        Write(".aws/credentials", text);
        BackshiftException e = Assert.ThrowsAny<BackshiftException>(() => Stores.Open(Location("")));
        Assert.Equal(ExitCode.NotPermitted, e.Code);
        Assert.EndsWith("the file of profiles cannot be read, or is malformed", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-shown", e.Message + e.Hint, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        server.Dispose();
        Directory.Delete(home, recursive: true);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(home, name), text);

    private IEnumerable<StubRequest> Requests => server.Log.Skip(before);

    private BytePath Location(string variables) => BytePath.Of(
        $"exec:exec env -i PATH=/usr/bin:/bin HOME={home} AWS_EC2_METADATA_DISABLED=true {variables} {program} s3+http://127.0.0.1:{server.Port}/bucket/a");
}
