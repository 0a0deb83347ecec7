using System.Text;

namespace Backshift.Fuzz.Running;

/// <summary>How a program ended, and what it wrote.</summary>
/// <param name="Program">Its name and arguments, for people.</param>
/// <param name="Status">Exit status; 128 and the signal's number where a signal ended it.</param>
/// <param name="Output">Standard output, up to a limit.</param>
/// <param name="Said">Standard error, up to a limit.</param>
/// <param name="IsCut">Whether it wrote more than the limit; it was ended then.</param>
/// <param name="IsHung">Whether it did not end in time; it was ended then.</param>
/// <param name="Kibibytes">The most memory that it had.</param>
/// <param name="Seconds">Processor time that it took.</param>
internal sealed record RunResult(string Program, int Status, byte[] Output, byte[] Said, bool IsCut, bool IsHung, long Kibibytes, double Seconds)
{
    /// <summary>Whether the status is that of work that was done, perhaps with problems.</summary>
    internal bool IsDone => Status is 0 or 3 && !IsCut && !IsHung;

    internal string SaidText => Encoding.UTF8.GetString(Said);
}
