using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Remote.Caching;
using Backshift.Remote.Messages;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Client;

/// <summary>Opens stores by what users call them: in a directory, or behind a server that is started for it.</summary>
public static class Stores
{
    private const string RateVariable = "BACKSHIFT_LIMIT_RATE";
    private const string CacheVariable = "BACKSHIFT_CACHE_SIZE";

    /// <summary>Whether a location is not a directory of this machine.</summary>
    public static bool IsRemote(BytePath location) => StoreLocation.IsRemote(location);

    /// <summary>Whether there is a repository, whole or not.</summary>
    public static bool Exists(BytePath location) => !IsRemote(location) ? DirectoryStore.Exists(location) : Look(location) == PlaceState.Repository;

    /// <inheritdoc cref="DirectoryStore.IsVacant"/>
    public static bool IsVacant(BytePath location) => !IsRemote(location) ? DirectoryStore.IsVacant(location) : Look(location) == PlaceState.Vacant;

    /// <inheritdoc cref="DirectoryStore.RefuseOccupied"/>
    public static void RefuseOccupied(BytePath location)
    {
        if (!IsRemote(location))
        {
            DirectoryStore.RefuseOccupied(location);
            return;
        }

        switch (Look(location))
        {
            case PlaceState.Repository:
                throw ExistsAlready(location);
            case PlaceState.Occupied:
                throw new BackshiftException(ExitCode.CannotCreate, $"{location}: is not empty", "name a directory that is empty or does not exist yet");
        }
    }

    /// <inheritdoc cref="DirectoryStore.ExistsAlready"/>
    public static BackshiftException ExistsAlready(BytePath location) => DirectoryStore.ExistsAlready(location);

    /// <summary>Opens the store of a repository.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="leavesCache">Whether what is published leaves the page cache at once, where that can be said.</param>
    /// <param name="mayKeep">Whether what is read by <see cref="IStoredObject.ReadKept"/> may be kept on this machine, and come from there: not for programs
    /// that look for damage, or whose copies are to take the place of what they read.</param>
    /// <param name="first">What this program reads first.</param>
    /// <exception cref="BackshiftException">There is none.</exception>
    /// <exception cref="StoreException">The system, or the server, refused.</exception>
    public static IObjectStore Open(BytePath location, bool leavesCache = false, bool mayKeep = false, FirstReads first = FirstReads.Other)
    {
        if (!IsRemote(location))
        {
            return DirectoryStore.Open(location, leavesCache);
        }

        long limit = mayKeep ? CacheLimit() : 0;
        ReadCache? cache = limit > 0 && CacheFolder.TryOpen(limit) is { } folder ? new ReadCache(folder, location, Program()) : null;
        Foresight? foresight = cache is null ? null : new Foresight(cache);
        try
        {
            Greeting greeting = new(StoreWish.Open) { Foresight = foresight, First = first, HasRuns = cache?.HasRuns() == true };
            Connection connection = new(Start(location), location, greeting);
            RemoteStore store = new(connection, cache, foresight);
            cache = null;
            return store;
        }
        finally
        {
            cache?.Dispose();
        }
    }

    // The name by which it was called, and where that is the image, the name of the program that follows it.
    private static BytePath Program()
    {
        List<byte[]> arguments = Machine.Arguments();
        BytePath first = arguments.Count > 0 ? new BytePath(arguments[0]) : default;
        return new BytePath(first.Name) == BytePath.Of("backshift") && arguments.Count > 1 ? new BytePath(arguments[1]) : new BytePath(first.Name);
    }

    /// <summary>Makes a store in a place that is missing or empty. It is one once its configuration is published.</summary>
    /// <inheritdoc cref="DirectoryStore.Make(BytePath, bool, Action{string}?)"/>
    public static IObjectStore Make(BytePath location, bool shared = false, Action<string>? note = null)
    {
        if (!IsRemote(location))
        {
            return DirectoryStore.Make(location, shared, note);
        }

        Connection connection = new(Start(location), location, new Greeting(StoreWish.Make) { IsShared = shared });
        foreach (string said in connection.Hello.Notes)
        {
            note?.Invoke(said);
        }

        return new RemoteStore(connection);
    }

    private static PlaceState Look(BytePath location)
    {
        using Connection connection = new(Start(location), location, new Greeting(StoreWish.Look));
        return connection.Hello.State ?? PlaceState.Occupied;
    }

    private static IServerLink Start(BytePath location)
    {
        StoreLocation found = StoreLocation.Parse(location);
        long? rate = Rate();
        ServerProcess started = ServerProcess.Start(found.Command, found.Arguments);
        return rate is { } most ? new LimitedLink(started, most) : started;
    }

    /// <summary>How much may be kept on this machine of what was read elsewhere, for all repositories together.</summary>
    private static long CacheLimit()
    {
        if (Machine.Variable(CacheVariable) is not { Length: > 0 } text)
        {
            return CacheFolder.UsualLimit;
        }

        return SizeWord.TryParse(Encoding.UTF8.GetString(text), out long most) ? most
            : throw new BackshiftException(ExitCode.Usage, $"{CacheVariable}: is not a size", "0 for no cache");
    }

    /// <summary>How many bytes a connection sends in a second at most, and receives; null for any number.</summary>
    private static long? Rate()
    {
        if (Machine.Variable(RateVariable) is not { Length: > 0 } text)
        {
            return null;
        }

        return SizeWord.TryParse(Encoding.UTF8.GetString(text), out long most) && most >= ObjectServer.LeastRate ? most
            : throw new BackshiftException(ExitCode.Usage, $"{RateVariable}: is not a size of {ObjectServer.LeastRate} bytes or more");
    }
}
