using Backshift.Posix;

namespace Backshift.Paths;

/// <summary>The name under which an entry is kept, made of the name that was given.</summary>
/// <param name="Path">Without leading "/" or "./", empty components and trailing "/"; "." for the root of all.</param>
/// <param name="IsAbsolute">Whether the name that was given starts at the root, not at the working directory.</param>
public readonly record struct KeptPath(BytePath Path, bool IsAbsolute)
{
    /// <summary>Whether this is the directory from which all others start.</summary>
    public bool IsTop => Path.Span.SequenceEqual("."u8);

    /// <summary>The name by which the system finds it.</summary>
    public BytePath Source => !IsAbsolute ? Path : IsTop ? new BytePath("/"u8) : new BytePath([(byte)'/', .. Path.Span]);

    /// <returns>False if a component is "..".</returns>
    public static bool TryMake(ReadOnlySpan<byte> given, out KeptPath kept)
    {
        bool absolute = given.StartsWith("/"u8);
        if (!given.IsEmpty && IsPlain(given[(absolute ? 1 : 0)..]))
        {
            kept = new KeptPath(new BytePath(given[(absolute ? 1 : 0)..]), absolute);
            return true;
        }

        byte[] path = new byte[given.Length + 1];
        int length = 0;
        while (!given.IsEmpty)
        {
            int slash = given.IndexOf((byte)'/');
            ReadOnlySpan<byte> name = slash < 0 ? given : given[..slash];
            given = slash < 0 ? default : given[(slash + 1)..];
            if (name.SequenceEqual(".."u8))
            {
                kept = default;
                return false;
            }

            if (!name.IsEmpty && !name.SequenceEqual("."u8))
            {
                if (length > 0)
                {
                    path[length++] = (byte)'/';
                }

                name.CopyTo(path.AsSpan(length));
                length += name.Length;
            }
        }

        kept = new KeptPath(length == 0 ? new BytePath("."u8) : new BytePath(path.AsSpan(0, length)), absolute);
        return true;
    }

    /// <summary>Whether nothing has to be taken out; may be false too often (".x"), never true too often.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> path) =>
        !path.IsEmpty && path[0] is not ((byte)'.' or (byte)'/') && path[^1] != (byte)'/' && path.IndexOf("/."u8) < 0 && path.IndexOf("//"u8) < 0;
}
