using Backshift.Posix;

namespace Backshift.Records;

/// <summary>Reports the problems that a program meets: each becomes a record and a warning, and counts for the program's status.</summary>
public sealed class ProblemReporter
{
    private readonly string stage;
    private readonly Action<ProblemRecord> write;
    private readonly Action<string> warn;

    /// <param name="stage">The program's name.</param>
    /// <param name="write">Takes the record.</param>
    /// <param name="warn">Prints a line for the user.</param>
    public ProblemReporter(string stage, Action<ProblemRecord> write, Action<string> warn)
    {
        this.stage = stage;
        this.write = write;
        this.warn = warn;
    }

    /// <summary>How many problems there were.</summary>
    public long Count { get; private set; }

    /// <summary>The status of the program as far as problems determine it.</summary>
    public ExitCode Status => Count == 0 ? ExitCode.Done : ExitCode.Incomplete;

    /// <summary>Reports a problem.</summary>
    /// <param name="path">What it is about, as the user would name it.</param>
    /// <param name="text">What happened.</param>
    /// <param name="errno">The error number, or 0.</param>
    /// <param name="marks">Whether it concerns the last entry, which is kept.</param>
    public void Report(BytePath path, string text, int errno = 0, bool marks = false)
    {
        ProblemRecord problem = new(path, stage, errno, text, marks);
        warn(problem.ToString());
        Pass(problem);
    }

    /// <summary>Counts a problem that the caller passes on as it came.</summary>
    public void AddPassed() => Count++;

    /// <summary>Counts and writes a problem that an earlier program has reported.</summary>
    public void Pass(ProblemRecord problem)
    {
        write(problem);
        Count++;
    }
}
