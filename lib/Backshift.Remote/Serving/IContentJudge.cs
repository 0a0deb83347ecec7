using Backshift.Objects;

namespace Backshift.Remote.Serving;

/// <summary>Looks into what a client is about to publish: a server knows names and bytes, and this knows what the bytes mean. May be asked by several threads
/// at once.</summary>
public interface IContentJudge : IDisposable
{
    /// <summary>What is wrong with an object: what it says of itself or of others is not so.</summary>
    /// <param name="path">The name that it is to get.</param>
    /// <param name="content">All of it; left to the caller.</param>
    /// <returns>Null if nothing is, or that cannot be told.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    string? FaultOf(ObjectPath path, IStoredObject content);
}
