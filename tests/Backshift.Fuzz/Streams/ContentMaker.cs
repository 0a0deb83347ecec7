using Backshift.Fuzz.Values;

namespace Backshift.Fuzz.Streams;

/// <summary>Makes the records of a file's content.</summary>
/// <param name="chance">Source of chance.</param>
/// <param name="intent">How it is meant.</param>
/// <param name="book">Gets all chunks.</param>
/// <param name="held">Digests that the repository holds already.</param>
internal sealed class ContentMaker(Random chance, Intent intent, ChunkBook book, List<byte[]> held)
{
    private readonly List<byte[]> own = [];

    /// <summary>Digests of chunks whose bytes came.</summary>
    internal IReadOnlyList<byte[]> Own => own;

    /// <summary>Records, and the length of the content in them.</summary>
    internal (List<Value> Records, Int128 Size) Make()
    {
        List<Value> records = [];
        Int128 size = 0;
        int count = chance.Next(40) switch { 0 => chance.Next(250, 700), < 10 => 0, < 30 => 1, _ => chance.Next(2, 12) };
        for (int i = 0; i < count; i++)
        {
            Value record = count > 50 ? Small() : One();
            if (!intent.Has(Malice.Chunk) && size + record["size"]!.Number > long.MaxValue)
            {
                // Longer than a file can be.
                continue;
            }

            size += record["size"]!.Number;
            records.Add(record);
        }

        return (records, size);
    }

    private Value Small() => chance.Next(9) == 0 ? Hole(chance.Next(1, 9000)) : Chunk(Bytes(chance.Next(1, 40)));

    private Value One()
    {
        switch (chance.Next(14))
        {
            case 0: return Hole(!intent.IsOdd ? chance.Next(1, 1 << 20) : HoleSize());
            case 1 when held.Count > 0: return Reference(held[chance.Next(held.Count)]);
            case 2 when own.Count > 0: return Chunk(book.Find(own[chance.Next(own.Count)])!);
            case 3 when own.Count > 0: return Reference(own[chance.Next(own.Count)]);
            case 4 when intent.IsOdd && chance.Next(4) == 0: return Reference(Bytes(ChunkBook.DigestSize));
            case 5 when intent.IsOdd && chance.Next(4) == 0 && own.Count + held.Count > 0: return WrongSize();
            case 6 when intent.Has(Malice.Chunk): return Broken();
            case 7 when own.Count > 0: return Chunk(Alike(book.Find(own[chance.Next(own.Count)])!));
            default: return Chunk(Bytes(chance.Next(20) == 0 ? chance.Next(1, 300_000) : chance.Next(1, 9000)));
        }
    }

    private Int128 HoleSize() =>
        chance.Next(8) switch { 0 => (Int128)1 << 61, 1 => ((Int128)1 << 62) - 1, 2 => (Int128)1 << 40, _ => chance.Next(1, int.MaxValue) };

    private Value Chunk(byte[] bytes)
    {
        byte[] digest = book.Add(bytes);
        own.Add(digest);
        Value record = Value.Map(Value.Of("kind"), Value.Of("chunk"), Value.Of("size"), Value.Of((Int128)bytes.Length));
        if (chance.Next(3) == 0)
        {
            record.With("digest", Value.Of(digest));
        }

        return record.With("bytes", chance.Next(10) == 0 && intent.IsOdd ? Value.OfText(bytes) : Value.Of(bytes));
    }

    private Value Reference(byte[] digest) => Reference(digest, book.Find(digest)?.Length ?? chance.Next(1, 9000));

    private static Value Reference(byte[] digest, Int128 size) =>
        Value.Map(Value.Of("kind"), Value.Of("chunk"), Value.Of("size"), Value.Of(size), Value.Of("digest"), Value.Of(digest));

    private Value WrongSize()
    {
        byte[] digest = own.Count > 0 && (held.Count == 0 || chance.Next(2) == 0) ? own[chance.Next(own.Count)] : held[chance.Next(held.Count)];
        return Reference(digest, Math.Max(1, book.Find(digest)!.Length + chance.Next(-3, 4)));
    }

    private Value Broken()
    {
        Value record = Chunk(Bytes(chance.Next(1, 100)));
        switch (chance.Next(6))
        {
            case 0: return record.Without("size").With("size", Value.Of((Int128)chance.Next(0, 200)));
            case 1: return record.Without("digest").With("digest", Value.Of(Bytes(ChunkBook.DigestSize)));
            case 2: return record.Without("bytes").With("size2", Value.Nil);
            case 3: return Hole(0);
            case 4: return Value.Map(Value.Of("kind"), Value.Of("data"), Value.Of("bytes"), Value.Of(Bytes(10)), Value.Of("size"), Value.Of((Int128)10));
            default: return Hole((Int128)1 << 63);
        }
    }

    private static Value Hole(Int128 size) => Value.Map(Value.Of("kind"), Value.Of("hole"), Value.Of("size"), Value.Of(size));

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        if (chance.Next(3) == 0)
        {
            chance.NextBytes(bytes);
        }
        else
        {
            // Something that can be compressed.
            byte[] word = new byte[chance.Next(1, 40)];
            chance.NextBytes(word);
            for (int i = 0; i < length; i++)
            {
                bytes[i] = word[(i + (i >> 9)) % word.Length];
            }
        }

        return bytes;
    }

    /// <summary>The same with a few bytes changed: what a delta is made for.</summary>
    private byte[] Alike(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        for (int i = chance.Next(1, 5); i > 0; i--)
        {
            changed[chance.Next(changed.Length)] ^= (byte)chance.Next(1, 256);
        }

        return changed;
    }
}
