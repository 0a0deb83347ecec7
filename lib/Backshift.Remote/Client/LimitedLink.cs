namespace Backshift.Remote.Client;

/// <summary>A link through which no more than so many bytes pass in a second, in each direction.</summary>
internal sealed class LimitedLink : IServerLink
{
    private readonly IServerLink link;

    /// <param name="link">The link; closed with this one.</param>
    /// <param name="rate">Bytes in a second.</param>
    internal LimitedLink(IServerLink link, long rate)
    {
        this.link = link;
        ToServer = new LimitedStream(link.ToServer, rate);
        FromServer = new LimitedStream(link.FromServer, rate);
    }

    public Stream ToServer { get; }

    public Stream FromServer { get; }

    public void CloseInput() => link.CloseInput();

    public void SurviveExecute() => link.SurviveExecute();

    public void Kill() => link.Kill();

    public string DescribeEnd() => link.DescribeEnd();

    public void Dispose() => link.Dispose();
}
