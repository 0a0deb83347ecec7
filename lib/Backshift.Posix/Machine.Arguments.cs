using System.Runtime.InteropServices;

namespace Backshift.Posix;

public static unsafe partial class Machine
{
    private static readonly BytePath CommandLine = BytePath.Of("/proc/self/cmdline");

    /// <summary>
    /// The arguments of this process as bytes, the program's name first: text would lose names that are not UTF-8. Also where /proc is not mounted, in a chroot
    /// or a rescue shell; empty only where the C library does not say either.
    /// </summary>
    public static List<byte[]> Arguments()
    {
        List<byte[]> arguments = ReadArguments(CommandLine);
        return arguments.Count > 0 ? arguments : ArgumentsOnStack();
    }

    /// <summary>The file that runs: with all links resolved, or without /proc the name by which it was executed; empty if neither is known.</summary>
    public static BytePath Image()
    {
        const nuint AT_EXECFN = 31;
        if (FileNames.TryReadLink(null, "/proc/self/exe\0"u8, out _) is { } image)
        {
            return new BytePath(image);
        }

        byte* name = (byte*)Libc.AuxiliaryValue(AT_EXECFN);
        return name == null ? default : new BytePath(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    /// <summary>
    /// What execve(2) put onto the stack: the arguments one after the other, each with a NUL after it. The C library knows the first, and the runtime how many
    /// there are.
    /// </summary>
    internal static List<byte[]> ArgumentsOnStack()
    {
        List<byte[]> arguments = [];
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "program_invocation_name", out nint first))
        {
            return arguments;
        }

        byte* start = *(byte**)first;
        int count = Environment.GetCommandLineArgs().Length;
        for (int i = 0; i < count && start != null; i++)
        {
            ReadOnlySpan<byte> argument = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(start);
            arguments.Add(argument.ToArray());
            start += argument.Length + 1;
        }

        return arguments;
    }

    internal static List<byte[]> ReadArguments(BytePath path)
    {
        List<byte[]> arguments = [];
        using UnixFile? file = UnixFile.TryOpen(null, path, OpenFor.Reading, out _);
        if (file is null)
        {
            return arguments;
        }

        List<byte> all = [];
        byte[] buffer = new byte[64 << 10];
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            all.AddRange(buffer.AsSpan(0, count));
        }

        Span<byte> rest = CollectionsMarshal.AsSpan(all);
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)0);
            end = end < 0 ? rest.Length : end;
            arguments.Add(rest[..end].ToArray());
            rest = rest[Math.Min(end + 1, rest.Length)..];
        }

        return arguments;
    }
}
