using System.Text;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Tooling;

namespace Backshift.Tools.List;

/// <summary>Writes problems, a line each. The text is for people, so that names in it are always escaped; JSON has their bytes.</summary>
internal sealed class ProblemLines
{
    private readonly OutputBuffer output;
    private readonly ListOptions options;
    private readonly JsonLine? json;

    internal ProblemLines(OutputBuffer output, ListOptions options)
    {
        this.output = output;
        this.options = options;
        json = options.Json ? new JsonLine(output, options.Escape) : null;
    }

    internal void Write(ProblemRecord problem)
    {
        if (json is null)
        {
            output.Write(Encoding.UTF8.GetBytes($"{Escaping.Display(Encoding.UTF8.GetBytes(problem.Stage))}: {problem}"));
        }
        else
        {
            json.Start();
            if (!problem.Path.IsEmpty)
            {
                json.Bytes("path", "path_bytes", problem.Path.Span);
            }

            json.Text("stage", problem.Stage);
            json.Number("errno", problem.Errno == 0 ? null : (ulong)problem.Errno);
            json.Text("text", problem.Text);
            if (problem.Marks)
            {
                json.Writer.WriteBoolean("marks", true);
            }

            json.End();
        }

        output.Write(options.Null ? (byte)0 : (byte)'\n');
    }
}
