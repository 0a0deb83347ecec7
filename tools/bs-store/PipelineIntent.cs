using Backshift.Posix;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;

namespace Backshift.Tools.Store;

/// <summary>The intent that bs-save left to its pipeline, if there is one: it ends with bs-store, the last stage.</summary>
/// <param name="repository">Where.</param>
internal sealed class PipelineIntent(RepositoryDirectory repository) : IDisposable
{
    public void Dispose() => OwnIntent.EndInherited(repository, Machine.Variable(OwnIntent.Variable));
}
