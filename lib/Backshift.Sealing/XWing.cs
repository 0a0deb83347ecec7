using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Sealing;

/// <summary>
/// The key encapsulation X-Wing, ML-KEM-768 and X25519 together (draft-connolly-cfrg-xwing-kem), by libsodium: what it hides stays hidden unless both are
/// broken.
/// </summary>
internal static unsafe partial class XWing
{
    internal const int SeedSize = 32;
    internal const int PublicSize = 1216;
    internal const int SecretSize = 32;
    internal const int CiphertextSize = 1120;
    internal const int SharedSize = 32;
    internal const int RandomSize = 64;

    private const string Library = "libsodium";

    /// <summary>Makes the key pair of a seed.</summary>
    internal static void MakePair(ReadOnlySpan<byte> seed, Span<byte> publicKey, Span<byte> secretKey)
    {
        Start();
        fixed (byte* from = Checked(seed, SeedSize), open = Checked(publicKey, PublicSize), secret = Checked(secretKey, SecretSize))
        {
            Require(SeedPair(open, secret, from) == 0);
        }
    }

    /// <summary>Makes a shared secret, and what only the secret key finds it by.</summary>
    /// <exception cref="BackshiftException">The public key is none.</exception>
    internal static void Encapsulate(ReadOnlySpan<byte> publicKey, Span<byte> ciphertext, Span<byte> shared)
    {
        Span<byte> random = stackalloc byte[RandomSize];

        // From the kernel, which draws anew in a clone of a virtual machine.
        RandomBytes.Fill(random);
        Encapsulate(publicKey, random, ciphertext, shared);
        CryptographicOperations.ZeroMemory(random);
    }

    /// <inheritdoc cref="Encapsulate(ReadOnlySpan{byte}, Span{byte}, Span{byte})"/>
    /// <param name="publicKey">The public key.</param>
    /// <param name="random">64 random bytes.</param>
    /// <param name="ciphertext">Takes what the shared secret is found by.</param>
    /// <param name="shared">Takes the shared secret.</param>
    internal static void Encapsulate(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> random, Span<byte> ciphertext, Span<byte> shared)
    {
        Start();
        fixed (byte* open = Checked(publicKey, PublicSize), text = Checked(ciphertext, CiphertextSize), secret = Checked(shared, SharedSize),
            drawn = Checked(random, RandomSize))
        {
            if (EncapsulateWith(text, secret, open, drawn) != 0)
            {
                throw new BackshiftException(ExitCode.DataError, "the public key in the host key is none", "make another one: bs-key host");
            }
        }
    }

    /// <summary>Finds the shared secret; another one if the ciphertext was changed.</summary>
    /// <returns>False if it is no ciphertext.</returns>
    internal static bool TryDecapsulate(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> ciphertext, Span<byte> shared)
    {
        Start();
        fixed (byte* key = Checked(secretKey, SecretSize), text = Checked(ciphertext, CiphertextSize), secret = Checked(shared, SharedSize))
        {
            return Decapsulate(secret, text, key) == 0;
        }
    }

    private static void Start() => Require(Initialize() >= 0);

    private static void Require(bool isDone)
    {
        if (!isDone)
        {
            throw new CryptographicException("libsodium failed");
        }
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> bytes, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, size);
        return bytes;
    }

    private static Span<byte> Checked(Span<byte> bytes, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, size);
        return bytes;
    }

    [LibraryImport(Library, EntryPoint = "sodium_init")]
    private static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_seed_keypair")]
    private static partial int SeedPair(byte* publicKey, byte* secretKey, byte* seed);

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_enc_deterministic")]
    private static partial int EncapsulateWith(byte* ciphertext, byte* shared, byte* publicKey, byte* seed);

    [LibraryImport(Library, EntryPoint = "crypto_kem_xwing_dec")]
    private static partial int Decapsulate(byte* shared, byte* ciphertext, byte* secretKey);
}
