namespace Backshift.Repository.Expiring;

/// <summary>The periods of the calendar of each of which one saveset may be kept.</summary>
public enum ExpiryPeriod
{
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}
