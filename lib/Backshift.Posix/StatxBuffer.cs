using System.Runtime.InteropServices;

namespace Backshift.Posix;

/// <summary>struct statx of statx(2): the same on every architecture, unlike struct stat.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatxBuffer
{
    internal const uint BasicStats = 0x7ff;
    internal const uint BirthTime = 0x800;

    [FieldOffset(0)] internal uint Mask;
    [FieldOffset(8)] internal ulong Attributes;
    [FieldOffset(16)] internal uint Nlink;
    [FieldOffset(20)] internal uint Uid;
    [FieldOffset(24)] internal uint Gid;
    [FieldOffset(28)] internal ushort Mode;
    [FieldOffset(32)] internal ulong Ino;
    [FieldOffset(40)] internal ulong Size;
    [FieldOffset(48)] internal ulong Blocks;
    [FieldOffset(80)] internal long BirthSeconds;
    [FieldOffset(88)] internal uint BirthNanoseconds;
    [FieldOffset(96)] internal long ChangeSeconds;
    [FieldOffset(104)] internal uint ChangeNanoseconds;
    [FieldOffset(112)] internal long ModifySeconds;
    [FieldOffset(120)] internal uint ModifyNanoseconds;
    [FieldOffset(128)] internal uint RdevMajor;
    [FieldOffset(132)] internal uint RdevMinor;
    [FieldOffset(136)] internal uint DevMajor;
    [FieldOffset(140)] internal uint DevMinor;
}
