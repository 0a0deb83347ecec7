namespace Backshift.Posix;

/// <summary>Bytes from the system's source of randomness. That of the base library goes through libssl, which a rescue system may lack.</summary>
public static unsafe class RandomBytes
{
    /// <summary>Fills <paramref name="target"/>.</summary>
    public static void Fill(Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            fixed (byte* to = target)
            {
                nint count = Libc.GetRandom(to, (nuint)target.Length, 0);
                if (count >= 0)
                {
                    target = target[(int)count..];
                }
                else if (Errno.Last != Errno.EINTR)
                {
                    Errno.Throw("getrandom", "random bytes");
                }
            }
        }
    }
}
