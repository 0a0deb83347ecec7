namespace Backshift.Fuzz.Streams;

/// <summary>Changes bytes without knowing what they are.</summary>
internal static class ByteSpoiler
{
    private static readonly byte[] Telling = [0, 1, 0x7f, 0x80, 0xff, 0xc0, 0xc1, 0xc6, 0xdb, 0xdd, 0xdf, 0x1b, 10];

    internal static byte[] Spoil(byte[] bytes, Random chance)
    {
        List<byte> changed = [.. bytes];
        for (int i = chance.Next(1, 6); i > 0 && changed.Count > 0; i--)
        {
            int at = chance.Next(changed.Count);
            switch (chance.Next(8))
            {
                case 0: changed[at] ^= (byte)(1 << chance.Next(8)); break;
                case 1: changed[at] = (byte)chance.Next(256); break;
                case 2: changed[at] = Telling[chance.Next(Telling.Length)]; break;
                case 3: changed.RemoveRange(at, Math.Min(chance.Next(1, 20), changed.Count - at)); break;
                case 4: changed.InsertRange(at, Enumerable.Range(0, chance.Next(1, 20)).Select(_ => (byte)chance.Next(256))); break;
                case 5: changed.InsertRange(at, changed.GetRange(at, Math.Min(chance.Next(1, 200), changed.Count - at))); break;
                case 6: changed.RemoveRange(at, changed.Count - at); break;
                default:
                    for (int j = at; j < Math.Min(at + chance.Next(1, 9), changed.Count); j++)
                    {
                        changed[j] = 0xff;
                    }

                    break;
            }
        }

        return [.. changed];
    }
}
