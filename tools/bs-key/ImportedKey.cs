using System.Security.Cryptography;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Sealing;
using Backshift.Tooling;

namespace Backshift.Tools.Key;

/// <summary>A key that the user gives as text: typed from paper, or through a pipe from age(1).</summary>
internal static class ImportedKey
{
    private const int TextLimit = 4096;

    /// <summary>Reads it from standard input, or asks for it on the terminal if that is one.</summary>
    /// <exception cref="BackshiftException">It is none, or was copied wrong.</exception>
    internal static KnownKey Read(Tool tool)
    {
        byte[] text = Descriptors.IsTerminal(0)
            ? tool.Keys.Ask("Key: ")
                ?? throw new BackshiftException(ExitCode.NotPermitted, "there is no terminal to ask for the key", "give it on standard input")
            : ReadInput(tool.OpenInput("the key"));
        RootKey? key = KeyText.TryRead(text);
        CryptographicOperations.ZeroMemory(text);
        return new KnownKey(key ?? throw new BackshiftException(ExitCode.NotPermitted, "that is no key, or one that was copied wrong", "see bs-key export"));
    }

    private static byte[] ReadInput(Stream input)
    {
        byte[] bytes = GC.AllocateArray<byte>(TextLimit, pinned: true);
        _ = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        int end = bytes.AsSpan().IndexOf((byte)0);
        byte[] exact = GC.AllocateArray<byte>(end < 0 ? bytes.Length : end, pinned: true);
        bytes.AsSpan(0, exact.Length).CopyTo(exact);
        CryptographicOperations.ZeroMemory(bytes);
        return exact;
    }
}
