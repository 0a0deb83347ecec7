using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Remote.Serving;

/// <summary>Where a server has its store.</summary>
public interface IPlace
{
    /// <summary>What it is called, to be shown to clients.</summary>
    BytePath Location { get; }

    /// <summary>Whether there is a repository, whole or not.</summary>
    bool HasRepository { get; }

    /// <summary>Whether a repository could be made there.</summary>
    /// <exception cref="StoreException">That cannot be determined.</exception>
    bool IsVacant { get; }

    /// <summary>Opens the store of a repository that is there.</summary>
    /// <exception cref="BackshiftException">There is none.</exception>
    IObjectStore Open();

    /// <summary>Makes a store for a repository.</summary>
    /// <param name="isShared">Whether the group of the place may read and write it.</param>
    /// <param name="note">Takes what the place lacks.</param>
    /// <exception cref="BackshiftException">There is something already.</exception>
    IObjectStore Make(bool isShared, Action<string> note);
}
