using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

public sealed partial class KeySlot
{
    /// <summary>Limit of the age file of a slot, in bytes; also of its recipients.</summary>
    public const int AgeLimit = 32 << 10;

    private const string AgeKind = "age";

    // Between line feeds, so that sed(1) finds it in the object.
    private const string ArmorBegin = "\n-----BEGIN AGE ENCRYPTED FILE-----\n";
    private const string ArmorEnd = "\n-----END AGE ENCRYPTED FILE-----\n";

    /// <summary>Whether it is opened by age(1), not with a passphrase.</summary>
    public bool IsAge => AgeFile.Length > 0;

    /// <summary>The armored age file with the key, between two line feeds; empty in a slot of another kind.</summary>
    public string AgeFile { get; private set; } = "";

    /// <summary>For whom it is, as the user gave it: a recipient on each line.</summary>
    public string Recipients { get; private set; } = "";

    /// <summary>Makes a slot of the root key as age(1) has encrypted it.</summary>
    /// <param name="root">The root key.</param>
    /// <param name="armored">The armored age file of <see cref="ContentFor"/>.</param>
    /// <param name="recipients">For whom, a recipient on each line.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    /// <param name="note">What the user calls it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <exception cref="BackshiftException">That is no armored age file, or a value is too long.</exception>
    public static KeySlot MakeForAge(RootKey root, ReadOnlySpan<byte> armored, string recipients, byte[] configuration, string note, TimeProvider clock)
    {
        KeySlot slot = new(ObjectName.Random())
        {
            AgeFile = $"\n{Encoding.ASCII.GetString(armored).Trim()}\n", Recipients = recipients, Note = note, Made = UnixTime.Now(clock),
        };
        using RepositoryKeys keys = RepositoryKeys.Derive(root, configuration);
        slot.proof = keys.Proof;
        return Encoding.UTF8.GetByteCount(recipients) > AgeLimit
            ? throw new BackshiftException(ExitCode.Usage, $"the recipients have more than {AgeLimit} bytes")
            : IsArmored(slot.AgeFile) ? slot
            : throw new BackshiftException(ExitCode.NotPermitted, "age: has not written an armored age file that fits into a slot");
    }

    /// <summary>What the age file of a slot contains: what every program takes as a key.</summary>
    /// <param name="root">The root key.</param>
    public static byte[] ContentFor(RootKey root) => Encoding.ASCII.GetBytes(KeyText.Of(root) + "\n");

    /// <summary>Finds the root key in what was in the age file of the slot.</summary>
    /// <param name="content">That content.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    /// <exception cref="BackshiftException">It has no key, or one that is not the one of the slot.</exception>
    internal RootKey Read(ReadOnlySpan<byte> content, byte[] configuration)
    {
        RootKey key = KeyText.TryRead(content)
            ?? throw new BackshiftException(ExitCode.DataError, $"key slot {Name}: its age file has something else than a key",
                "it was not made by bs-key: remove it, and look who can write to the repository");
        using RepositoryKeys keys = RepositoryKeys.Derive(key, configuration);
        if (Proves(keys))
        {
            return key;
        }

        key.Dispose();
        throw new BackshiftException(ExitCode.DataError, $"key slot {Name}: its age file has the key of another repository",
            "it was not made by bs-key for this repository: remove it, and look who can write to the repository");
    }

    /// <summary>Whether a text is armor and nothing else: it is shown on terminals, and cut out by its lines.</summary>
    private static bool IsArmored(string text) => text.Length <= AgeLimit && text.StartsWith(ArmorBegin, StringComparison.Ordinal)
        && text.EndsWith(ArmorEnd, StringComparison.Ordinal) && text.Length > ArmorBegin.Length + ArmorEnd.Length
        && !text.AsSpan(ArmorBegin.Length..^ArmorEnd.Length)
            .ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\n");
}
