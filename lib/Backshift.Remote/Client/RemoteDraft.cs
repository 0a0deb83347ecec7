using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Messages;

namespace Backshift.Remote.Client;

/// <summary>
/// An object that is being written to a server. What is written is sent on its way while more comes, and kept in a scratch file of this machine, so that it can
/// be read back without being fetched.
/// </summary>
internal sealed class RemoteDraft : IObjectDraft
{
    private const int PieceSize = 256 << 10;

    private readonly Connection connection;
    private readonly long number;
    private readonly ScratchSpace copy;
    private readonly RequestsAhead ahead;
    private readonly ReadUnits units;
    private readonly byte[] piece = new byte[PieceSize];
    private readonly List<PendingAnswer> sent = [];
    private int filled;
    private bool isOver;

    /// <param name="connection">To the server.</param>
    /// <param name="number">Its number.</param>
    /// <param name="started">The answer to the request that started it; disposed of with the draft.</param>
    /// <param name="copy">Takes a copy; disposed of with the draft.</param>
    /// <param name="ahead">Asks for what is needed next once it is published.</param>
    /// <param name="units">Keeps what is needed of what was published.</param>
    internal RemoteDraft(Connection connection, long number, PendingAnswer started, ScratchSpace copy, RequestsAhead ahead, ReadUnits units)
    {
        sent.Add(started);
        this.ahead = ahead;
        this.units = units;
        this.connection = connection;
        this.number = number;
        this.copy = copy;
    }

    public BytePath Shown => connection.Location.Join($"draft {number}");

    public long Length { get; private set; }

    public UnixTime Received => connection.Ask(new Request { Verb = Verb.Time }).Time ?? default;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            copy.Write(bytes);
        }
        catch (UnixException e)
        {
            throw ScratchFile.Failed(e);
        }

        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, piece.Length - filled);
            bytes[..count].CopyTo(piece.AsSpan(filled));
            filled += count;
            bytes = bytes[count..];
            if (filled == piece.Length)
            {
                SendPiece();
            }
        }
    }

    public int ReadAt(Span<byte> buffer, long offset)
    {
        try
        {
            return copy.ReadAt(buffer, offset);
        }
        catch (UnixException e)
        {
            throw ScratchFile.Failed(e);
        }
    }

    public bool TryPublish(ObjectPath path)
    {
        isOver = Finish(Verb.Publish, path).Said!.Value;
        if (isOver)
        {
            units.KeepPublished(path, this);
        }

        return isOver;
    }

    /// <summary>Publishes it, and has the server hold it.</summary>
    internal Answer Hold(ObjectPath path)
    {
        Answer answer = Finish(Verb.Hold, path);
        isOver = answer.Said!.Value;
        return answer;
    }

    /// <summary>Puts it in the place of an object.</summary>
    internal bool TryMend(ObjectPath path)
    {
        Answer answer = Finish(Verb.Mend, path);
        isOver = true;
        return answer.Said!.Value;
    }

    public void Dispose()
    {
        try
        {
            if (!isOver)
            {
                isOver = true;
                connection.Ask(new Request { Verb = Verb.Drop, Draft = number });
            }
        }
        catch (Exception e) when (e is BackshiftException or StoreGoneException)
        {
            // It is not published. A server that refuses to drop it does so when the connection ends.
        }

        sent.ForEach(static answer => answer.Dispose());
        sent.Clear();
        copy.Dispose();
    }

    // Whatever went wrong with a piece is thrown here: nothing is published of which a part is missing. So does the server see it.
    private Answer Finish(Verb verb, ObjectPath path)
    {
        SendPiece();

        // At once: what is asked of a draft is done in its order, so the pieces are there by then, or the draft has failed.
        using PendingAnswer end = connection.Send(new Request { Verb = verb, Draft = number, Path = path.Path });
        ahead.AfterPublish(path);
        foreach (PendingAnswer answer in sent)
        {
            answer.Wait();
            answer.Dispose();
        }

        sent.Clear();
        Answer result = end.Wait();
        return result.Said is not null ? result : throw RemoteObject.NoAnswer(connection.Location.Join(path.Path));
    }

    private void SendPiece()
    {
        if (filled > 0)
        {
            sent.Add(connection.Send(new Request { Verb = Verb.Write, Draft = number, Data = piece.AsMemory(0, filled) }));
            filled = 0;
        }
    }
}
