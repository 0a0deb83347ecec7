namespace Backshift.Objects;

/// <summary>An object that is shown otherwise than it is stored.</summary>
public interface IStoredView
{
    /// <summary>The object as it is stored.</summary>
    IStoredObject Stored { get; }
}
