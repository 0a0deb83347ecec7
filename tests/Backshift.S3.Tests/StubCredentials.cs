using System.Runtime.CompilerServices;

namespace Backshift.S3.Tests;

/// <summary>Credentials that are no secret, as the environment would have them.</summary>
internal static class StubCredentials
{
    internal const string Secret = "not-to-be-shown-in-any-message";

    [ModuleInitializer]
    internal static void Set()
    {
        // Tests that ask many things at once do so on threads of the pool, which are needed to take the answers.
        ThreadPool.SetMinThreads(64, 64);
        if (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is null)
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "KEYOFTHESTUB");
            Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);
        }
    }
}
