using System.Text;
using Amazon.Runtime.CredentialManagement;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.S3;

/// <summary>
/// The profile of the files that programs for S3 share, by default ~/.aws/credentials and ~/.aws/config. The library takes credentials from it by itself, but
/// not the region, and where it cannot use it that ends as a bug, or as an answer of the server that never came.
/// </summary>
internal static class SharedProfile
{
    private const string DefaultName = "default";

    /// <summary>Reads the region of the profile; null if it has none, or there is no profile, and none is asked for.</summary>
    /// <param name="shown">What is to be opened, for messages.</param>
    /// <exception cref="StoreException">The profile has to give credentials, and cannot; or the files are malformed.</exception>
    internal static string? ReadRegion(BytePath shown)
    {
        string? named = Variable("AWS_PROFILE");
        string display = Escaping.DisplayText(named ?? DefaultName);

        // Those of the environment count first, whatever profile there is.
        bool isNeeded = Variable("AWS_ACCESS_KEY_ID") is null;
        CredentialProfile? profile;
        try
        {
            if (!new CredentialProfileStoreChain().TryGetProfile(named ?? DefaultName, out profile))
            {
                return isNeeded && named is not null
                    ? throw Unusable(shown, $"there is no profile '{display}'", "AWS_PROFILE names one of ~/.aws/credentials or ~/.aws/config")
                    : null;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The exception has the line in it, which may be a secret.
            throw Unusable(shown, "the file of profiles cannot be read, or is malformed",
                "~/.aws/credentials and ~/.aws/config, or AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE: lines of [name] and of key = value", e);
        }

        if (isNeeded && (profile.Options.RoleArn ?? profile.Options.SsoStartUrl ?? profile.Options.SsoSession) is not null)
        {
            throw Unusable(shown, $"the profile '{display}' takes a role or logs in through a browser, which is not supported",
                $"a profile with credential_process = aws configure export-credentials --profile {display}");
        }

        return profile.Region?.SystemName;
    }

    /// <summary>A variable of the environment; null if it is empty.</summary>
    internal static string? Variable(string name) => Machine.Variable(name) is { Length: > 0 } set ? Encoding.UTF8.GetString(set) : null;

    private static StoreException Unusable(BytePath shown, string reason, string hint, Exception? cause = null) =>
        new(StoreTrouble.Refused, ExitCode.NotPermitted, $"{shown}: {reason}", reason, cause, hint);
}
