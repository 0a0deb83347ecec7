using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Backshift.S3.Tests;

/// <summary>A server of S3 on loopback that fails when it is asked to: no more of the interface than a store needs.</summary>
internal sealed partial class StubServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Lock gate = new();
    private readonly Dictionary<string, SortedDictionary<string, StubObject>> buckets = [];

    // What listings that lag show.
    private readonly Dictionary<string, SortedDictionary<string, StubObject>> seen = [];
    private readonly Dictionary<string, StubUpload> uploads = [];
    private readonly List<TcpClient> clients = [];
    private readonly List<StubRequest> log = [];
    private int uploadCount;
    private int underWay;
    private bool lags;

    internal StubServer()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    internal int Port { get; }

    /// <summary>What goes wrong with a request.</summary>
    internal Func<StubRequest, StubFault> Fault { get; set; } = static _ => StubFault.None;

    /// <summary>The code with which a request is refused (400); null for none.</summary>
    internal Func<StubRequest, string?> Refusal { get; set; } = static _ => null;

    /// <summary>Whether conditions are obeyed; a server that does not know them takes everything.</summary>
    internal bool ObeysConditions { get; set; } = true;

    /// <summary>Keys that listings leave out.</summary>
    internal Func<string, bool> Hides { get; set; } = static _ => false;

    /// <summary>
    /// Whether listings lag: they show what there was when this was set, or when they caught up last. What is new is left out, what was deleted is named.
    /// </summary>
    internal bool Lags
    {
        get
        {
            lock (gate)
            {
                return lags;
            }
        }

        set
        {
            lock (gate)
            {
                lags = value;
                CatchUp();
            }
        }
    }

    /// <summary>How many keys a page of a listing has.</summary>
    internal int PageSize { get; set; } = 1000;

    /// <summary>Whether a listing forgets to say how it goes on.</summary>
    internal bool LosesContinuation { get; set; }

    /// <summary>Whether ranges are ignored.</summary>
    internal bool IgnoresRanges { get; set; }

    /// <summary>How long each request takes.</summary>
    internal TimeSpan Delay { get; set; }

    /// <summary>The most requests that were under way at once.</summary>
    internal int MostUnderWay { get; private set; }

    /// <summary>All requests so far.</summary>
    internal IReadOnlyList<StubRequest> Log
    {
        get
        {
            lock (gate)
            {
                return [.. log];
            }
        }
    }

    /// <summary>Uploads in parts that are neither completed nor dropped.</summary>
    internal IReadOnlyCollection<string> Uploads
    {
        get
        {
            lock (gate)
            {
                return [.. uploads.Keys];
            }
        }
    }

    internal StubObject? Find(string bucket, string key)
    {
        lock (gate)
        {
            return buckets.TryGetValue(bucket, out SortedDictionary<string, StubObject>? objects) ? objects.GetValueOrDefault(key) : null;
        }
    }

    internal void Put(string bucket, string key, byte[] bytes)
    {
        lock (gate)
        {
            buckets[bucket][key] = new StubObject(bytes, DateTimeOffset.UtcNow, new Dictionary<string, string>());
        }
    }

    internal void Remove(string bucket, string? key = null)
    {
        lock (gate)
        {
            if (key is null)
            {
                buckets.Remove(bucket);
            }
            else
            {
                buckets[bucket].Remove(key);
            }
        }
    }

    /// <summary>Listings that lag show what there is now.</summary>
    internal void CatchUp()
    {
        lock (gate)
        {
            seen.Clear();
            foreach ((string bucket, SortedDictionary<string, StubObject> objects) in buckets)
            {
                seen[bucket] = new SortedDictionary<string, StubObject>(objects, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Begins an upload that its writer has left.</summary>
    internal void Abandon(string key, DateTimeOffset begun)
    {
        lock (gate)
        {
            uploads.Add($"left{++uploadCount}", new StubUpload(key, begun, new Dictionary<string, string>()));
        }
    }

    public void Dispose()
    {
        listener.Stop();
        lock (gate)
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = listener.AcceptTcpClient();
                lock (gate)
                {
                    clients.Add(client);
                }

                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The end.
        }
        catch (InvalidOperationException)
        {
            // The end, perhaps before the beginning.
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            client.NoDelay = true;
            using NetworkStream stream = client.GetStream();
            while (Read(stream) is { } request && Answer(stream, request))
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client, or the test, has ended.
        }
        finally
        {
            client.Dispose();
        }
    }

    private bool Answer(NetworkStream stream, StubRequest request)
    {
        StubFault fault;
        lock (gate)
        {
            log.Add(request);
            fault = Fault(request);
            MostUnderWay = Math.Max(MostUnderWay, ++underWay);
        }

        try
        {
            if (Delay > TimeSpan.Zero)
            {
                Thread.Sleep(Delay);
            }

            switch (fault)
            {
                case StubFault.SlowDown:
                    return Send(stream, request, StubAnswer.Error(503, "SlowDown"));
                case StubFault.Failing:
                    return Send(stream, request, StubAnswer.Error(500, "InternalError"));
                case StubFault.Denied:
                    return Send(stream, request, StubAnswer.Error(403, "AccessDenied"));
                case StubFault.Conflict:
                    return Send(stream, request, StubAnswer.Error(409, "ConditionalRequestConflict"));
                case StubFault.RequestLost:
                    return false;
                case StubFault.Silent:
                    return stream.ReadByte() >= 0;
            }

            StubAnswer answer;
            lock (gate)
            {
                answer = Do(request);
            }

            return fault != StubFault.AnswerLost && Send(stream, request, answer, fault == StubFault.BodyCut);
        }
        finally
        {
            lock (gate)
            {
                underWay--;
            }
        }
    }

    private static bool Send(NetworkStream stream, StubRequest request, StubAnswer answer, bool isCut = false)
    {
        StringBuilder head = new($"HTTP/1.1 {answer.Status} x\r\nDate: {DateTimeOffset.UtcNow:r}\r\n");
        foreach ((string name, string value) in answer.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {answer.Length ?? answer.Body.Length}\r\n\r\n");
        stream.Write(Encoding.ASCII.GetBytes(head.ToString()));
        if (request.Method == "HEAD")
        {
            return true;
        }

        stream.Write(isCut ? answer.Body.AsSpan(0, answer.Body.Length / 2) : answer.Body);
        return !isCut;
    }

    private static StubRequest? Read(NetworkStream stream)
    {
        List<string> lines = [];
        while (ReadLine(stream) is { Length: > 0 } line)
        {
            lines.Add(line);
        }

        if (lines.Count == 0)
        {
            return null;
        }

        Dictionary<string, string> headers = lines.Skip(1).Select(static line => line.Split(": ", 2))
            .ToDictionary(static pair => pair[0].ToLowerInvariant(), static pair => pair.Length > 1 ? pair[1] : "");
        if (headers.GetValueOrDefault("expect") == "100-continue")
        {
            stream.Write("HTTP/1.1 100 Continue\r\n\r\n"u8);
        }

        byte[] body = new byte[int.Parse(headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        stream.ReadExactly(body);
        string[] target = lines[0].Split(' ')[1].Split('?', 2);
        string[] path = Uri.UnescapeDataString(target[0]).TrimStart('/').Split('/', 2);
        Dictionary<string, string> query = target.Length < 2 || target[1].Length == 0 ? [] : target[1].Split('&').Select(static word => word.Split('=', 2))
            .ToDictionary(static pair => pair[0], static pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
        query.Remove("x-id");
        return new StubRequest(lines[0].Split(' ')[0], path[0], path.Length > 1 ? path[1] : "", query, headers, body);
    }

    private static string? ReadLine(NetworkStream stream)
    {
        StringBuilder line = new();
        while (stream.ReadByte() is var next && next >= 0)
        {
            if (next == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)next);
        }

        return null;
    }

    /// <summary>Whether the body is what its headers say: signed and with a digest, in one piece.</summary>
    private static bool IsWhole(StubRequest request) =>
        request.Header("x-amz-content-sha256") == Convert.ToHexStringLower(SHA256.HashData(request.Body))
        && request.Header("content-md5") == Convert.ToBase64String(MD5.HashData(request.Body));
}
