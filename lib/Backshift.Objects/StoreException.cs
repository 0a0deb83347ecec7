using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Objects;

/// <summary>A store that did not do what it was asked, though nothing is wrong with an object as far as is known. That an object is gone or a name is
/// taken is no exception.</summary>
public sealed class StoreException : BackshiftException
{
    /// <param name="trouble">Which kind of trouble it is.</param>
    /// <param name="code">The status that a program ends with that can do nothing about it.</param>
    /// <param name="message">What failed, with the name of the object: "/backups/index/3f9a: Input/output error (pread)".</param>
    /// <param name="reason">The same without a name: "Input/output error".</param>
    /// <param name="cause">What lies behind it.</param>
    /// <param name="hint">What to do about it.</param>
    public StoreException(StoreTrouble trouble, ExitCode code, string message, string reason, Exception? cause = null, string? hint = null)
        : base(code, message, hint, cause)
    {
        Trouble = trouble;
        Reason = reason;
    }

    /// <summary>Which kind of trouble it is.</summary>
    public StoreTrouble Trouble { get; }

    /// <summary>What failed, without a name: "Input/output error".</summary>
    public string Reason { get; }

    /// <summary>An object that ended before it should: it had the right length when it was opened.</summary>
    internal static StoreException CutShort(BytePath shown) => Of(new UnixException(Errno.EIO, "pread", shown.ToString()));

    /// <summary>A store that has the name already that was drawn at random for an object: it says what cannot be.</summary>
    /// <param name="what">The object, with its name.</param>
    public static StoreException NameTwice(string what)
    {
        const string Reason = "the store says that it has this name, which was drawn at random";
        return new(StoreTrouble.Broken, ExitCode.InputOutput, $"{what}: {Reason}", Reason);
    }

    /// <summary>What a system call that failed means for the caller of a store.</summary>
    internal static StoreException Of(UnixException e) => new(
        e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS ? StoreTrouble.Refused : StoreTrouble.Broken,
        SystemStatus.Of(e.Errno),
        e.Message,
        Errno.Describe(e.Errno),
        e);

    /// <summary>Whether a failed call is trouble of the store. What this process has run out of, descriptors or memory, is not: it says nothing about
    /// any object.</summary>
    internal static bool IsTrouble(UnixException e) => e.Errno is not (Errno.EMFILE or Errno.ENOMEM);
}
