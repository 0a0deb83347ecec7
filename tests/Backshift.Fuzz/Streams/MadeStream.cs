using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>A stream that was made.</summary>
/// <param name="Mood">How well it is meant.</param>
/// <param name="Records">Its records.</param>
/// <param name="Bytes">The records as encoded, perhaps spoilt afterwards.</param>
internal sealed record MadeStream(Mood Mood, List<Value> Records, byte[] Bytes);
