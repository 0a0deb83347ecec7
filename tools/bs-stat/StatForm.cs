namespace Backshift.Tools.Stat;

/// <summary>In which form sizes are written.</summary>
internal enum StatForm
{
    /// <summary>A table and a sentence for people.</summary>
    Table,

    /// <summary>A JSON object a line.</summary>
    Json,

    /// <summary>Metrics for Prometheus.</summary>
    Prometheus,
}
