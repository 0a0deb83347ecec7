namespace Backshift.Tar;

/// <summary>Where a field of a header block lies; see tar(5) of FreeBSD, which tells of all the dialects.</summary>
public readonly record struct TarField(int Offset, int Length)
{
    // Every dialect.
    public static readonly TarField Name = new(0, 100);
    public static readonly TarField Mode = Name.Next(8);
    public static readonly TarField Uid = Mode.Next(8);
    public static readonly TarField Gid = Uid.Next(8);
    public static readonly TarField Size = Gid.Next(12);
    public static readonly TarField Mtime = Size.Next(12);
    public static readonly TarField Checksum = Mtime.Next(8);
    public static readonly TarField Type = Checksum.Next(1);
    public static readonly TarField Target = Type.Next(100);

    // ustar, pax and GNU.
    public static readonly TarField Magic = Target.Next(6);
    public static readonly TarField Version = Magic.Next(2);
    public static readonly TarField User = Version.Next(32);
    public static readonly TarField Group = User.Next(32);
    public static readonly TarField Major = Group.Next(8);
    public static readonly TarField Minor = Major.Next(8);

    // ustar and pax; star has a shorter one, which ends in NUL.
    public static readonly TarField Prefix = Minor.Next(155);

    // GNU, in the place of the prefix.
    public static readonly TarField Atime = Minor.Next(12);
    public static readonly TarField Ctime = Atime.Next(12);
    public static readonly TarField Offset0 = Ctime.Next(12);
    public static readonly TarField LongNames = Offset0.Next(4);
    public static readonly TarField Unused = LongNames.Next(1);
    public static readonly TarField Sparse = Unused.Next(4 * SparseEntry);
    public static readonly TarField IsExtended = Sparse.Next(1);
    public static readonly TarField RealSize = IsExtended.Next(12);

    // A block that goes on with the sparse map of an old GNU header.
    public static readonly TarField MoreSparse = new(0, 21 * SparseEntry);
    public static readonly TarField MoreIsExtended = MoreSparse.Next(1);

    /// <summary>Offset and length of a run of data in a sparse map, twelve bytes each.</summary>
    public const int SparseEntry = 24;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> block) => block.Slice(Offset, Length);

    private TarField Next(int length) => new(Offset + Length, length);
}
