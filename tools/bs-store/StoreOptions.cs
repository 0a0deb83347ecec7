using Backshift.Repository.Saving;

namespace Backshift.Tools.Store;

/// <summary>What bs-store was asked for.</summary>
/// <param name="Saveset">What the command line says of the saveset.</param>
/// <param name="Jobs">How many threads take digests and compress.</param>
/// <param name="PublishEvery">After how much time to publish what there is; zero for never.</param>
/// <param name="PublishBytes">After how much that is new; zero for never.</param>
/// <param name="Verbose">Whether to say what was done, elsewhere than on a terminal too.</param>
/// <param name="List">Whether to say of every entry what became of it.</param>
/// <param name="Guard">Whether a root that is missing or far smaller than in the last saveset is an error.</param>
internal sealed record StoreOptions(SavesetOptions Saveset, int Jobs, TimeSpan PublishEvery, long PublishBytes, bool Verbose, bool List, bool Guard);
