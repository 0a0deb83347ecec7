namespace Backshift.Remote.Client;

/// <summary>The two streams to a server, and what keeps it running.</summary>
internal interface IServerLink : IDisposable
{
    /// <summary>Takes requests.</summary>
    Stream ToServer { get; }

    /// <summary>Gives answers.</summary>
    Stream FromServer { get; }

    /// <summary>Ends the requests, so that the server ends.</summary>
    void CloseInput();

    /// <summary>Keeps the streams open when another program takes the place of this one.</summary>
    void SurviveExecute();

    /// <summary>Ends the server, or what leads to it.</summary>
    void Kill();

    /// <summary>How the server has ended, as the end of a message: " (status 255)"; empty if that is not known.</summary>
    string DescribeEnd();
}
