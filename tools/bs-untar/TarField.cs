namespace Backshift.Tools.Untar;

/// <summary>Where a field of a header block lies; see tar(5) of FreeBSD, which describes all the dialects.</summary>
internal readonly record struct TarField(int Offset, int Length)
{
    // Every dialect.
    internal static readonly TarField Name = new(0, 100);
    internal static readonly TarField Mode = Name.Next(8);
    internal static readonly TarField Uid = Mode.Next(8);
    internal static readonly TarField Gid = Uid.Next(8);
    internal static readonly TarField Size = Gid.Next(12);
    internal static readonly TarField Mtime = Size.Next(12);
    internal static readonly TarField Checksum = Mtime.Next(8);
    internal static readonly TarField Type = Checksum.Next(1);
    internal static readonly TarField Target = Type.Next(100);

    // ustar, pax and GNU.
    internal static readonly TarField Magic = Target.Next(6);
    internal static readonly TarField Version = Magic.Next(2);
    internal static readonly TarField User = Version.Next(32);
    internal static readonly TarField Group = User.Next(32);
    internal static readonly TarField Major = Group.Next(8);
    internal static readonly TarField Minor = Major.Next(8);

    // ustar and pax; star has a shorter one, which ends in NUL.
    internal static readonly TarField Prefix = Minor.Next(155);

    // GNU, in the place of the prefix.
    internal static readonly TarField Atime = Minor.Next(12);
    internal static readonly TarField Ctime = Atime.Next(12);
    internal static readonly TarField Offset0 = Ctime.Next(12);
    internal static readonly TarField LongNames = Offset0.Next(4);
    internal static readonly TarField Unused = LongNames.Next(1);
    internal static readonly TarField Sparse = Unused.Next(4 * SparseEntry);
    internal static readonly TarField IsExtended = Sparse.Next(1);
    internal static readonly TarField RealSize = IsExtended.Next(12);

    // A block that goes on with the sparse map of an old GNU header.
    internal static readonly TarField MoreSparse = new(0, 21 * SparseEntry);
    internal static readonly TarField MoreIsExtended = MoreSparse.Next(1);

    /// <summary>Offset and length of a run of data in a sparse map, twelve bytes each.</summary>
    internal const int SparseEntry = 24;

    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> block) => block.Slice(Offset, Length);

    private TarField Next(int length) => new(Offset + Length, length);
}
