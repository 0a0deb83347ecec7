using System.Globalization;

namespace Backshift.Scale.Measuring;

/// <summary>What some work took.</summary>
/// <param name="Wall">The time that passed.</param>
/// <param name="Cpu">The time of processors, user and system, of all threads.</param>
internal readonly record struct Spent(TimeSpan Wall, TimeSpan Cpu)
{
    /// <summary>Does some work.</summary>
    internal static Spent On(Action work)
    {
        long start = TimeProvider.System.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        work();
        return new Spent(TimeProvider.System.GetElapsedTime(start), Environment.CpuUsage.TotalTime - before);
    }

    /// <summary>A time in seconds, milliseconds or microseconds.</summary>
    internal static string Show(TimeSpan time) => time.TotalSeconds switch
    {
        // What time(1) shows of less than a tick.
        0 => "under 10 ms",
        >= 10 => Text($"{time.TotalSeconds:f0} s"),
        >= 1 => Text($"{time.TotalSeconds:f1} s"),
        >= 0.01 => Text($"{time.TotalMilliseconds:f0} ms"),
        >= 0.001 => Text($"{time.TotalMilliseconds:f1} ms"),
        _ => Text($"{time.TotalMicroseconds:f1} µs"),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
