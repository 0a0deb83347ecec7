using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>Makes of a stream one whose content is still to be cut, as bs-untar writes it.</summary>
internal static class StreamUncutter
{
    internal static byte[] Uncut(MadeStream made, ChunkBook book, Random chance)
    {
        ValueWriter writer = new();
        foreach (Value record in made.Records)
        {
            bool isChunk = record["kind"] is { } kind && kind.Is("chunk");
            byte[]? bytes = isChunk ? record["bytes"]?.Content ?? (record["digest"] is { } digest ? book.Find(digest.Content) : null) : null;
            writer.Write(bytes is not null && chance.Next(20) > 0 ? Value.Map(Value.Of("kind"), Value.Of("data"), Value.Of("bytes"), Value.Of(bytes)) : record);
        }

        return writer.ToArray();
    }
}
