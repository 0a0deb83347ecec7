using System.Runtime.InteropServices;
using System.Text;

namespace Backshift.Posix;

public static unsafe partial class Machine
{
    /// <summary>A variable of the environment as bytes, getenv(3); null where it is not set. The base library's strings lose what is not UTF-8.</summary>
    public static byte[]? Variable(string name)
    {
        fixed (byte* terminated = Encoding.UTF8.GetBytes(name + "\0"))
        {
            byte* value = Libc.GetVariable(terminated);
            return value == null ? null : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(value).ToArray();
        }
    }
}
