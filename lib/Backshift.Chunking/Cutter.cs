using System.Numerics;

namespace Backshift.Chunking;

/// <summary>
/// Cuts content into chunks where the content says so, and alike on every processor. A position that <see cref="RollingSum"/> makes a candidate is a cut
/// if SipHash of the 64 bytes that end there is small enough, so that without the key a cut can be neither foreseen nor placed.
/// Keeps a memory of the last window it hashed: the cuts do not depend on it, but one instance serves one thread at a time.
/// </summary>
public sealed class Cutter
{
    private const int HashedWindow = 64;

    // A block is scanned before its candidates are looked at. Larger ones scan more in vain after a cut, smaller ones prime their window more often.
    private const int BlockWords = 16;
    private const int BlockLength = BlockWords * CandidateScan.WordBits;

    private readonly CutterKey _key;
    private readonly CutterPath _path;
    private readonly ulong _thresholdBeforeMiddle;
    private readonly ulong _thresholdFromMiddle;
    private readonly byte[] _hashedWindow = new byte[HashedWindow];
    private ulong _hash;

    /// <summary>A cutter for chunks of <paramref name="average"/> bytes; see <see cref="CutterSizes"/> for what that may be.</summary>
    /// <exception cref="PlatformNotSupportedException">This processor cannot take <paramref name="path"/>.</exception>
    public Cutter(CutterKey key, int average, CutterPath path = CutterPath.Auto)
    {
        _key = key;
        _path = CandidateScan.Resolve(path);
        Sizes = new CutterSizes(average);
        _thresholdBeforeMiddle = Threshold(4 * Sizes.Average);
        _thresholdFromMiddle = Threshold(Sizes.Average / 4);
        _hash = SipHash.Hash(key.WindowKey0, key.WindowKey1, _hashedWindow);
    }

    /// <summary>The bounds that this cutter keeps to.</summary>
    public CutterSizes Sizes { get; }

    /// <summary>Whether this processor, and this build, can take <paramref name="path"/>.</summary>
    public static bool IsSupported(CutterPath path) => CandidateScan.IsSupported(path);

    /// <inheritdoc cref="NextCut(ReadOnlySpan{byte}, bool, ref int)"/>
    public int NextCut(ReadOnlySpan<byte> data, bool endOfFile)
    {
        int scanned = 0;
        return NextCut(data, endOfFile, ref scanned);
    }

    /// <summary>
    /// The length of the chunk that begins with <paramref name="data"/>, or 0 if that takes more data to tell. It never does once there are
    /// <see cref="CutterSizes.Maximum"/> bytes; nor at the end of the file, where 0 means that there is no data at all.
    /// </summary>
    /// <param name="data">The content from the start of a chunk on. Nothing of it is kept.</param>
    /// <param name="endOfFile">Whether the file ends with <paramref name="data"/>.</param>
    /// <param name="scanned">
    /// How many bytes of this chunk earlier calls have scanned in vain, so that they are not scanned again: 0 for a new chunk, then left alone by the
    /// caller, who comes back with the same bytes and more after them. It is 0 again when a chunk was found.
    /// </param>
    public int NextCut(ReadOnlySpan<byte> data, bool endOfFile, ref int scanned)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scanned);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scanned, data.Length);

        // At the end of the file and at the maximum the chunk ends, whatever is there: those lengths need no test.
        int longest = Math.Min(endOfFile ? data.Length - 1 : data.Length, Sizes.Maximum - 1);
        int length = FindCut(data, Math.Max(Sizes.Minimum, scanned + 1), longest);
        if (length == 0 && (endOfFile || data.Length >= Sizes.Maximum))
        {
            length = Math.Min(data.Length, Sizes.Maximum);
        }

        scanned = length == 0 ? data.Length : 0;
        return length;
    }

    /// <summary>The shortest length from <paramref name="shortest"/> to <paramref name="longest"/> after which there is a cut, or 0.</summary>
    private int FindCut(ReadOnlySpan<byte> data, int shortest, int longest)
    {
        Span<ulong> block = stackalloc ulong[BlockWords];
        while (shortest <= longest)
        {
            int count = Math.Min(BlockLength, longest - shortest + 1);
            Span<ulong> words = block[..((count + CandidateScan.WordBits - 1) / CandidateScan.WordBits)];

            // Whole words only, and never past the data: what is missing from the last word is tested again in front of the first.
            int surplus = words.Length * CandidateScan.WordBits - count;
            int first = shortest - 1 - surplus;
            CandidateScan.Find(_path, _key.Sum, data, first, words);
            words[0] &= ulong.MaxValue << surplus;
            for (int w = 0; w < words.Length; w++)
            {
                for (ulong left = words[w]; left != 0; left &= left - 1)
                {
                    int length = first + w * CandidateScan.WordBits + BitOperations.TrailingZeroCount(left) + 1;
                    if (IsCut(data.Slice(length - HashedWindow, HashedWindow), length))
                    {
                        return length;
                    }
                }
            }

            shortest += count;
        }

        return 0;
    }

    private bool IsCut(ReadOnlySpan<byte> window, int length)
    {
        // Periodic data brings the same window again and again, each time a candidate. The hash is kept and not the verdict, which the length decides too.
        if (!window.SequenceEqual(_hashedWindow))
        {
            window.CopyTo(_hashedWindow);
            _hash = SipHash.Hash(_key.WindowKey0, _key.WindowKey1, window);
        }

        return _hash <= (length < Sizes.Middle ? _thresholdBeforeMiddle : _thresholdFromMiddle);
    }

    /// <summary>A hash up to this is a cut, so that there is one in <paramref name="distance"/> bytes, as one byte in 2¹⁰ is a candidate.</summary>
    private static ulong Threshold(int distance) =>
        (ulong)UInt128.Min((UInt128.One << 74) / (uint)distance, ulong.MaxValue);
}
