namespace Backshift.Fuzz.Streams;

/// <summary>How a stream is meant, and, if it is hostile, by which one or two means: with all of them at once every stream would be refused for the
/// first.</summary>
internal sealed class Intent
{
    private readonly Malice[] malice;

    internal Intent(Mood mood, Random chance)
    {
        Mood = mood;
        Malice[] all = Enum.GetValues<Malice>();
        malice = mood == Mood.Hostile ? [all[chance.Next(all.Length)], all[chance.Next(all.Length)]] : [];
    }

    internal Mood Mood { get; }

    /// <summary>Whether anything may come that our own programs do not write.</summary>
    internal bool IsOdd => Mood != Mood.Valid;

    internal bool Has(Malice means) => malice.Contains(means);
}
