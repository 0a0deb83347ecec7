namespace Backshift.Posix;

public static unsafe partial class Sha256Pair
{
    /// <summary>Takes the hashes of many contents, two at a time: where one ends, the next one begins beside what is left of the other.</summary>
    /// <param name="bytes">Has all contents in it.</param>
    /// <param name="contents">Where each of them is.</param>
    /// <param name="hashes">Receives the hashes, one after the other; at least as long as all of them.</param>
    public static void HashAll(ReadOnlySpan<byte> bytes, ReadOnlySpan<Range> contents, Span<byte> hashes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hashes.Length, contents.Length * Sha256.HashSizeInBytes);
        Lane one = default, other = default;
        Sha256Context fresh = default;
        if (isAvailable)
        {
            _ = Libcrypto.Start(&fresh);
        }

        uint* states = stackalloc uint[Words * LaneRoom];
        Sha256Lane* lanes = stackalloc Sha256Lane[LaneRoom / 2];
        fixed (byte* start = bytes, to = hashes)
        {
            lanes[2] = lanes[3] = new Sha256Lane { Content = start };
            for (int i = 0; i < contents.Length; i++)
            {
                (int offset, int length) = contents[i].GetOffsetAndLength(bytes.Length);
                byte* hash = to + (i * Sha256.HashSizeInBytes);
                if (!isAvailable || length < LeastBlocks * Block)
                {
                    Sha256.HashData(bytes.Slice(offset, length), new Span<byte>(hash, Sha256.HashSizeInBytes));
                    continue;
                }

                ref Lane free = ref one.Hash is null ? ref one : ref other;
                free = new Lane { Context = fresh, Content = start + offset, Length = length, Hash = hash };
                if (one.Hash is null || other.Hash is null)
                {
                    continue;
                }

                TakeInBoth(ref one, ref other, states, lanes);
            }

            one.Finish();
            other.Finish();
        }
    }

    /// <summary>Takes in as many blocks of both contents as the shorter one has; of that one, the hash as well.</summary>
    /// <param name="one">In the first lane.</param>
    /// <param name="other">In the second lane.</param>
    /// <param name="states">Room for the states of all lanes.</param>
    /// <param name="lanes">All lanes, of which the others have no blocks.</param>
    private static void TakeInBoth(ref Lane one, ref Lane other, uint* states, Sha256Lane* lanes)
    {
        lanes[0] = one.Begin(states);
        lanes[1] = other.Begin(states + 1);
        int blocks = lanes[0].Blocks = lanes[1].Blocks = Math.Min(lanes[0].Blocks, lanes[1].Blocks);
        Libcrypto.AppendToLanes(states, lanes, 1);
        one.Take(states, blocks);
        other.Take(states + 1, blocks);
    }

    /// <summary>A content that is being hashed beside another one.</summary>
    private struct Lane
    {
        internal Sha256Context Context;

        /// <summary>What has not been taken in yet.</summary>
        internal byte* Content;
        internal int Length;

        /// <summary>Where the hash goes; null if there is no content.</summary>
        internal byte* Hash;

        /// <summary>Puts the state in its place among those of all lanes.</summary>
        /// <returns>All whole blocks that are left.</returns>
        internal readonly Sha256Lane Begin(uint* states)
        {
            for (int word = 0; word < Words; word++)
            {
                states[word * LaneRoom] = Context.Words[word];
            }

            return new Sha256Lane { Content = Content, Blocks = Length / Block };
        }

        /// <summary>Takes the state back; if no whole block is left, the hash as well.</summary>
        internal void Take(uint* states, int blocks)
        {
            for (int word = 0; word < Words; word++)
            {
                Context.Words[word] = states[word * LaneRoom];
            }

            Context.Bits += (ulong)blocks * Block * 8;
            Content += blocks * Block;
            Length -= blocks * Block;
            if (Length < Block)
            {
                Finish();
            }
        }

        /// <summary>Takes in what is left, alone.</summary>
        internal void Finish()
        {
            if (Hash is null)
            {
                return;
            }

            fixed (Sha256Context* context = &Context)
            {
                _ = Libcrypto.Append(context, Content, (nuint)Length);
                _ = Libcrypto.Finish(Hash, context);
            }

            Hash = null;
        }
    }
}
