using System.Buffers;
using System.Security.Cryptography;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Geralt;
using MessagePack;

namespace Backshift.Sealing;

/// <summary>The root key, encrypted with a passphrase or by age(1); see backshift-repository(5), "Slots".</summary>
public sealed partial class KeySlot
{
    /// <summary>How many slots a repository may have: each takes time and memory to try.</summary>
    public const int Most = 64;

    private const string KindName = "argon2id";
    private const int SaltSize = 16;
    private const int CheckSize = 32;
    private const int WrapSize = 32;
    private const int TextLimit = 255;

    // In KiB.
    private const int LeastMemory = 8 << 10;
    private const int MostMemory = 1 << 20;
    private const int MostPasses = 64;
    private const int UsualMemory = 64 << 10;
    private const int UsualPasses = 4;

    private byte[] salt = [], check = [], nonce = [], wrapped = [], proof = [];
    private int memory, passes;

    private KeySlot(ObjectName name) => Name = name;

    public ObjectName Name { get; }

    /// <summary>What the user calls it; empty for nothing.</summary>
    public string Note { get; private set; } = "";

    public UnixTime Made { get; private set; }

    /// <summary>Encrypts the root key with a passphrase.</summary>
    /// <param name="root">The root key.</param>
    /// <param name="passphrase">The passphrase: any bytes, at least one.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    /// <param name="note">What the user calls it.</param>
    /// <param name="clock">Tells the time.</param>
    public static KeySlot Make(RootKey root, ReadOnlySpan<byte> passphrase, byte[] configuration, string note, TimeProvider clock)
    {
        Crypto.Require();
        KeySlot slot = new(ObjectName.Random())
        {
            salt = new byte[SaltSize], check = new byte[CheckSize], nonce = new byte[SegmentNonce.Size],
            wrapped = new byte[RootKey.Size + SealedLayout.TagSize], memory = UsualMemory, passes = UsualPasses, Note = note, Made = UnixTime.Now(clock),
        };
        using (RepositoryKeys keys = RepositoryKeys.Derive(root, configuration))
        {
            slot.proof = keys.Proof;
        }

        RandomBytes.Fill(slot.salt);
        RandomBytes.Fill(slot.nonce);
        byte[] derived = slot.Stretch(passphrase);
        derived.AsSpan(WrapSize).CopyTo(slot.check);
        using AesGcm cipher = new(derived.AsSpan(0, WrapSize), SealedLayout.TagSize);
        cipher.Encrypt(slot.nonce, root.Span, slot.wrapped.AsSpan(0, RootKey.Size), slot.wrapped.AsSpan(RootKey.Size), configuration);
        CryptographicOperations.ZeroMemory(derived);
        return slot;
    }

    /// <summary>Decrypts the root key.</summary>
    /// <param name="passphrase">A passphrase.</param>
    /// <param name="configuration">The SHA-256 at the end of the configuration.</param>
    /// <returns>Null if it was encrypted with another passphrase, or with none.</returns>
    /// <exception cref="BackshiftException">The passphrase is right, but the slot belongs to another configuration.</exception>
    public RootKey? TryOpen(ReadOnlySpan<byte> passphrase, byte[] configuration)
    {
        if (IsAge)
        {
            return null;
        }

        byte[] derived = Stretch(passphrase);
        Span<byte> key = stackalloc byte[RootKey.Size];
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(derived.AsSpan(WrapSize), check))
            {
                return null;
            }

            using AesGcm cipher = new(derived.AsSpan(0, WrapSize), SealedLayout.TagSize);
            cipher.Decrypt(nonce, wrapped.AsSpan(0, RootKey.Size), wrapped.AsSpan(RootKey.Size), key, configuration);
            return RootKey.Of(key);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new BackshiftException(ExitCode.DataError, $"key slot {Name}: was not made for this configuration, or was changed",
                "the configuration or the slot was exchanged: put back the file backshift from a copy of the repository");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Whether these keys come from the root key that is in the slot.</summary>
    internal bool Proves(RepositoryKeys keys) => CryptographicOperations.FixedTimeEquals(proof, keys.Proof);

    /// <summary>Reads all slots of kinds that are known here.</summary>
    /// <param name="store">The repository.</param>
    /// <param name="unreadable">Takes each that cannot be read.</param>
    /// <returns>As many as a repository may have, at most.</returns>
    public static List<KeySlot> ReadAll(IObjectStore store, Action<BackshiftException> unreadable)
    {
        List<KeySlot> slots = [];
        foreach (ObjectPath path in store.List(ObjectType.KeySlot).Take(Most))
        {
            try
            {
                if (SmallObject.TryRead(store, path, $"key slot {path.Name}", out ObjectHeader header) is { } body && Parse(body, header.Name) is { } slot)
                {
                    slots.Add(slot);
                }
            }
            catch (BackshiftException e)
            {
                unreadable(e);
            }
        }

        return slots;
    }

    /// <summary>Publishes it.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public void Publish(IObjectStore store)
    {
        if (!store.TryPublish(ObjectPath.KeySlot(Name), Encode()))
        {
            throw StoreException.NameTwice($"key slot {Name}");
        }
    }

    /// <summary>Reads the body of a slot.</summary>
    /// <returns>Null for one of a kind that is not known here.</returns>
    /// <exception cref="BackshiftException">It is damaged, or asks for more than a slot may.</exception>
    internal static KeySlot? Parse(byte[] body, ObjectName name)
    {
        KeySlot slot = new(name);
        string? kind = null;
        try
        {
            MessagePackReader reader = new(body.AsMemory(0, EncodedMap.Measure(body)));
            MapReader map = new(ref reader);
            while (map.TryNext(ref reader))
            {
                if (map.Is("kind"u8)) { kind = RecordText.ReadString(ref reader, TextLimit, "kind"); }
                else if (map.Is("salt"u8)) { slot.salt = RecordText.ReadBytes(ref reader, SaltSize, "salt"); }
                else if (map.Is("memory"u8)) { slot.memory = (int)RecordText.ReadCount(ref reader, MostMemory, "memory"); }
                else if (map.Is("passes"u8)) { slot.passes = (int)RecordText.ReadCount(ref reader, MostPasses, "passes"); }
                else if (map.Is("check"u8)) { slot.check = RecordText.ReadBytes(ref reader, CheckSize, "check"); }
                else if (map.Is("nonce"u8)) { slot.nonce = RecordText.ReadBytes(ref reader, SegmentNonce.Size, "nonce"); }
                else if (map.Is("key"u8)) { slot.wrapped = RecordText.ReadBytes(ref reader, RootKey.Size + SealedLayout.TagSize, "key"); }
                else if (map.Is("proof"u8)) { slot.proof = RecordText.ReadBytes(ref reader, RepositoryKeys.ProofSize, "proof"); }
                else if (map.Is("file"u8)) { slot.AgeFile = RecordText.ReadString(ref reader, AgeLimit, "file"); }
                else if (map.Is("to"u8)) { slot.Recipients = RecordText.ReadString(ref reader, AgeLimit, "to"); }
                else if (map.Is("note"u8)) { slot.Note = RecordText.ReadString(ref reader, TextLimit, "note"); }
                else if (map.Is("made"u8)) { slot.Made = RecordTime.Read(ref reader, "made"); }
                else { reader.Skip(); }
            }
        }
        catch (Exception e) when (MalformedValue.IsDamage(e))
        {
            throw new BackshiftException(ExitCode.DataError, $"key slot {name}: a value is of the wrong type or out of its bounds", cause: e);
        }

        if (kind is not null and not KindName and not AgeKind)
        {
            return null;
        }

        if (kind != AgeKind)
        {
            slot.AgeFile = "";
        }

        return slot.proof.Length == RepositoryKeys.ProofSize && (kind == AgeKind ? IsArmored(slot.AgeFile) : kind is not null && slot.HasPassphraseParts) ? slot
            : throw new BackshiftException(ExitCode.DataError, $"key slot {name}: a value is missing or out of its bounds");
    }

    private bool HasPassphraseParts => salt.Length == SaltSize && check.Length == CheckSize && nonce.Length == SegmentNonce.Size
        && wrapped.Length == RootKey.Size + SealedLayout.TagSize && memory >= LeastMemory && passes >= 1;

    private byte[] Stretch(ReadOnlySpan<byte> passphrase)
    {
        byte[] derived = GC.AllocateArray<byte>(WrapSize + CheckSize, pinned: true);
        Argon2id.DeriveKey(derived, passphrase, salt, passes, memory << 10);
        return derived;
    }

    private byte[] Encode()
    {
        ArrayBufferWriter<byte> body = new();
        MessagePackWriter writer = new(body);
        MapWriter map = default;
        while (map.NextPass(ref writer))
        {
            map.Text(ref writer, "kind"u8, IsAge ? AgeKind : KindName);
            if (IsAge)
            {
                map.Text(ref writer, "file"u8, AgeFile);
                map.Text(ref writer, "to"u8, Recipients.Length == 0 ? null : Recipients);
            }
            else
            {
                map.Bytes(ref writer, "salt"u8, salt);
                map.Number(ref writer, "memory"u8, (long)memory);
                map.Number(ref writer, "passes"u8, (long)passes);
                map.Bytes(ref writer, "check"u8, check);
                map.Bytes(ref writer, "nonce"u8, nonce);
                map.Bytes(ref writer, "key"u8, wrapped);
            }

            map.Bytes(ref writer, "proof"u8, proof);
            map.Text(ref writer, "note"u8, Note.Length == 0 ? null : Note);
            map.Time(ref writer, "made"u8, Made);
        }

        writer.Flush();
        return SmallObject.Encode(new ObjectHeader(ObjectType.KeySlot, 0, Name), body.WrittenSpan);
    }
}
