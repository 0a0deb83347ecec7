namespace Backshift.Repository.Expiring;

/// <summary>What becomes of a saveset.</summary>
public enum ExpiryAction
{
    /// <summary>Nothing.</summary>
    Stays,

    /// <summary>Its data is given up; it is still listed.</summary>
    DataGoes,

    /// <summary>It is expired.</summary>
    Goes,
}
