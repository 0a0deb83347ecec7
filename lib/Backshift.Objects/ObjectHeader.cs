using Backshift.Records;

namespace Backshift.Objects;

/// <summary>The 32 bytes that every object starts with; see backshift-repository(5), "Header".</summary>
public readonly record struct ObjectHeader(ObjectType Type, byte Flags, ObjectName Name)
{
    public const int Size = NameOffset + ObjectName.Size;

    private const int TypeOffset = 8;
    private const int SealingOffset = TypeOffset + 1;
    private const int VersionOffset = SealingOffset + 1;
    private const int FlagsOffset = VersionOffset + 1;
    private const int ReservedOffset = FlagsOffset + 1;
    private const int NameOffset = ReservedOffset + 4;
    private const byte Version = 1;

    /// <summary>The letters that every object begins with, by which a repository is known.</summary>
    public static ReadOnlySpan<byte> Magic => "BACKSHFT"u8;

    /// <summary>The byte at offset 8 of the header of such an object.</summary>
    public static byte LetterOf(ObjectType type) => (byte)(type == ObjectType.Expired ? ObjectType.Saveset : type);

    public void CopyTo(Span<byte> target)
    {
        target[..Size].Clear();
        Magic.CopyTo(target);
        target[TypeOffset] = LetterOf(Type);
        target[VersionOffset] = Version;
        target[FlagsOffset] = Flags;
        Name.CopyTo(target[NameOffset..]);
    }

    /// <summary>Whether an object of Backshift has another type, version or sealing than this program expects: it is not damaged, and must be left
    /// alone.</summary>
    public static bool IsOfAnotherKind(ReadOnlySpan<byte> bytes, ObjectType type) =>
        bytes.StartsWith(Magic) && (bytes[TypeOffset] != LetterOf(type) || bytes[VersionOffset] != Version || bytes[SealingOffset] != 0);

    /// <summary>Reads a header of the type that is expected.</summary>
    /// <param name="bytes">The object's first bytes.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for the message: "pack 3f9a".</param>
    /// <exception cref="BackshiftException">It is something else, or of a version or sealing that is not known here.</exception>
    public static ObjectHeader Read(ReadOnlySpan<byte> bytes, ObjectType type, string what)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: does not start like a Backshift object");
        }

        if (bytes[TypeOffset] != LetterOf(type))
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: is of another type, 0x{bytes[TypeOffset]:x2}");
        }

        if (bytes[VersionOffset] == 0)
        {
            // Before 1.0 the two bytes stood the other way round.
            throw new BackshiftException(ExitCode.DataError, $"{what}: is of version 0, from before Backshift 1.0; this program knows version {Version}",
                "restore it with the program that wrote it, and save that again");
        }

        if (bytes[VersionOffset] != Version)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: is of version {bytes[VersionOffset]}; this program knows version {Version}",
                "a newer Backshift wrote it");
        }

        if (bytes[SealingOffset] != 0)
        {
            throw new BackshiftException(ExitCode.DataError, $"{what}: is encrypted, which this program does not support yet", "a newer Backshift wrote it");
        }

        return new ObjectHeader(type, bytes[FlagsOffset], ObjectName.Read(bytes[NameOffset..]));
    }
}
