namespace Backshift.Scale.Measuring;

/// <summary>Something that was measured.</summary>
/// <param name="What">In words.</param>
/// <param name="Value">The time that passed, or a number.</param>
/// <param name="Cpu">The time of processors, which other processes disturb less.</param>
/// <param name="Memory">The peak of the process, if it was another one than that which measured.</param>
internal sealed record Figure(string What, string Value, string Cpu = "", string Memory = "")
{
    /// <summary>What some work took.</summary>
    /// <param name="what">In words.</param>
    /// <param name="spent">What it took.</param>
    /// <param name="count">How many things were done.</param>
    internal static Figure Of(string what, Spent spent, long count = 1) => new(what, Spent.Show(spent.Wall),
        count == 1 ? Spent.Show(spent.Cpu) : $"{Spent.Show(spent.Cpu)}, {Spent.Show(spent.Cpu / count)} each");
}
