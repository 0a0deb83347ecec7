using Backshift.Records;

namespace Backshift.Objects;

/// <summary>The 32 bytes that every object starts with; see backshift-repository(5), "Header".</summary>
/// <param name="Type">What the object is.</param>
/// <param name="Flags">Flags of the type.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsEncrypted">Whether it is sealed.</param>
public readonly record struct ObjectHeader(ObjectType Type, byte Flags, ObjectName Name, bool IsEncrypted = false)
{
    public const int Size = NameOffset + ObjectName.Size;

    private const int TypeOffset = 8;
    private const int SealingOffset = TypeOffset + 1;
    private const int VersionOffset = SealingOffset + 1;
    private const int FlagsOffset = VersionOffset + 1;
    private const int ReservedOffset = FlagsOffset + 1;
    private const int NameOffset = ReservedOffset + 4;
    private const byte Version = 1;
    private const byte Sealed = 1;

    /// <summary>The letters that every object begins with, by which a repository is known.</summary>
    public static ReadOnlySpan<byte> Magic => "BACKSHFT"u8;

    /// <summary>The byte at offset 8 of the header of such an object.</summary>
    public static byte LetterOf(ObjectType type) => (byte)(type == ObjectType.Expired ? ObjectType.Saveset : type);

    public void CopyTo(Span<byte> target)
    {
        target[..Size].Clear();
        Magic.CopyTo(target);
        target[TypeOffset] = LetterOf(Type);
        target[SealingOffset] = IsEncrypted ? Sealed : (byte)0;
        target[VersionOffset] = Version;
        target[FlagsOffset] = Flags;
        Name.CopyTo(target[NameOffset..]);
    }

    /// <summary>The type that a header of ours names, as it was just written.</summary>
    public static ObjectType TypeOf(ReadOnlySpan<byte> header) => (ObjectType)header[TypeOffset];

    /// <summary>The flags in a header.</summary>
    public static byte FlagsOf(ReadOnlySpan<byte> header) => header[FlagsOffset];

    /// <summary>The name in a header.</summary>
    public static ObjectName NameOf(ReadOnlySpan<byte> header) => ObjectName.Read(header[NameOffset..]);

    /// <summary>Whether a header says that the object is encrypted.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> header) => header[SealingOffset] == Sealed;

    /// <summary>Makes a header say that the object is encrypted.</summary>
    public static void Seal(Span<byte> header) => header[SealingOffset] = Sealed;

    /// <summary>Makes the header of an encrypted object what it would be without encryption; any other stays as it is, and is told by what it says.</summary>
    public static void Unseal(Span<byte> header) => header[SealingOffset] = header[SealingOffset] switch
    {
        Sealed => 0,
        0 => Sealed,
        byte other => other,
    };

    /// <summary>Whether an object of Backshift has another type, version or sealing than this program expects: it is not damaged, and must be left
    /// alone.</summary>
    public static bool IsOfAnotherKind(ReadOnlySpan<byte> bytes, ObjectType type, bool isSealed = false) =>
        bytes.StartsWith(Magic)
        && (bytes[TypeOffset] != LetterOf(type) || bytes[VersionOffset] != Version || bytes[SealingOffset] != (isSealed ? Sealed : 0));

    /// <summary>Reads a header of the type that is expected.</summary>
    /// <param name="bytes">The object's first bytes.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for the message: "pack 3f9a".</param>
    /// <exception cref="BackshiftException">It is something else, or of a version or sealing that is not known here.</exception>
    public static ObjectHeader Read(ReadOnlySpan<byte> bytes, ObjectType type, string what) => Read(bytes, type, what, isSealed: false);

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, ObjectType, string)"/>
    /// <param name="bytes">The object's first bytes.</param>
    /// <param name="type">What it has to be.</param>
    /// <param name="what">The object in words, for the message: "pack 3f9a".</param>
    /// <param name="isSealed">Whether it has to be encrypted.</param>
    public static ObjectHeader Read(ReadOnlySpan<byte> bytes, ObjectType type, string what, bool isSealed)
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

        if (bytes[SealingOffset] != (isSealed ? Sealed : 0))
        {
            throw bytes[SealingOffset] switch
            {
                0 => new BackshiftException(ExitCode.DataError, $"{what}: is not encrypted, and everything in this repository is",
                    "it was not put there by Backshift: move it away"),
                Sealed => new BackshiftException(ExitCode.DataError, $"{what}: is encrypted, and nothing else in this repository is",
                    "it belongs to another repository"),
                _ => new BackshiftException(ExitCode.DataError, $"{what}: is encrypted in a way that this program does not know",
                    "a newer Backshift wrote it"),
            };
        }

        return new ObjectHeader(type, bytes[FlagsOffset], ObjectName.Read(bytes[NameOffset..]), isSealed);
    }
}
