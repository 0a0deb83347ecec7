using System.Text;
using Backshift.Posix;
using Backshift.Repository.Expiring;
using Backshift.Tooling;

namespace Backshift.Tools.Expire;

/// <summary>Writes what becomes of savesets: a table, or JSON objects.</summary>
internal sealed class DecisionLines : IDisposable
{
    private readonly OutputBuffer output;
    private readonly ExpireOptions options;
    private readonly ZoneTime times;
    private readonly Table table;
    private readonly JsonLine json;

    internal DecisionLines(OutputBuffer output, ExpireOptions options)
    {
        this.output = output;
        this.options = options;
        times = new ZoneTime(options.Zone, full: false);
        string basis = options.Rules.ByStarted ? "STARTED" : "RECEIVED";
        table = new Table(output, "WHY", new("SAVESET"), new($"{basis} ({options.Zone.Id})"), new("WHAT"));
        json = new JsonLine(output, options.Escape);
    }

    internal void Write(ExpiryDecision decision)
    {
        if (options.Json)
        {
            json.Start();
            json.Text("name", decision.Saveset.Name);
            json.Text("action", decision.Action switch { ExpiryAction.Goes => "goes", ExpiryAction.DataGoes => "data goes", _ => "stays" });
            json.Text("why", decision.Why);
            json.Time("received", decision.Saveset.Received);
            json.Time("started", decision.Saveset.Started);
            json.End();
            output.Write((byte)'\n');
        }
        else if (options.DryRun)
        {
            string what = decision.Action switch { ExpiryAction.Goes => "goes", ExpiryAction.DataGoes => "data goes", _ => "stays" };
            table.Add(
                [Escaping.Display(Encoding.UTF8.GetBytes(decision.Saveset.Name)), times.Text(decision.Time), what],
                Encoding.UTF8.GetBytes(Escaping.Display(Encoding.UTF8.GetBytes(decision.Why))));
        }
    }

    /// <summary>Ends the table with a sentence; of JSON there is nothing to end.</summary>
    internal void Finish(string sentence)
    {
        if (!options.Json)
        {
            table.Finish();
            output.Write(Encoding.UTF8.GetBytes(sentence + "\n"));
        }
    }

    internal void Flush() => output.Flush();

    public void Dispose() => json.Dispose();
}
