namespace Backshift.Testing.Model;

/// <summary>A simulated process ends where it stands, as by SIGKILL. It is of no type that the code under test catches.</summary>
internal sealed class SimulatedCrashException : Exception
{
    public SimulatedCrashException()
        : base("the simulated process has crashed")
    {
    }
}
