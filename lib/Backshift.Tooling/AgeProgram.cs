using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Unicode;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Sealing;

namespace Backshift.Tooling;

/// <summary>
/// The program age(1), which encrypts and decrypts keys for slots of its kind. Keys go through pipes alone. What it says about hardware keys comes through at
/// once, and it asks on the terminal itself; CliWrap would gather that until the end.
/// </summary>
public static class AgeProgram
{
    private const string Name = "age";
    private const string ErrorMark = "age: error: ";
    private const int MessageLimit = 500;

    // A person finds a hardware key and types its number.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);

    /// <summary>Encrypts the key for recipients.</summary>
    /// <param name="recipients">For whom, at least one.</param>
    /// <param name="content">What is encrypted; left to the caller.</param>
    /// <param name="say">Takes what age says meanwhile, by lines.</param>
    /// <returns>An armored age file.</returns>
    /// <exception cref="BackshiftException">There is no age(1), or it refuses a recipient.</exception>
    public static byte[] Encrypt(IReadOnlyList<string> recipients, byte[] content, Action<string> say)
    {
        List<string> arguments = ["--encrypt", "--armor"];
        foreach (string recipient in recipients)
        {
            arguments.AddRange(["--recipient", recipient]);
        }

        return Run(arguments, content, KeySlot.AgeLimit, say, out string error)
            ?? throw new BackshiftException(ExitCode.Usage, $"age: {error}");
    }

    /// <summary>Decrypts what was encrypted for an identity.</summary>
    /// <param name="identity">The file with it, as age(1) takes it.</param>
    /// <param name="file">The age file.</param>
    /// <param name="limit">How long its content may be.</param>
    /// <param name="say">Takes what age says meanwhile, by lines.</param>
    /// <param name="error">Why not.</param>
    /// <returns>The content, pinned in memory; null if it cannot be decrypted.</returns>
    /// <exception cref="BackshiftException">There is no age(1).</exception>
    internal static byte[]? TryDecrypt(BytePath identity, string file, int limit, Action<string> say, out string error)
    {
        if (!Utf8.IsValid(identity.Span))
        {
            throw new BackshiftException(ExitCode.Usage, $"{identity}: age cannot be given a name that is not UTF-8");
        }

        return Run(["--decrypt", "--identity", Encoding.UTF8.GetString(identity.Span)], Encoding.ASCII.GetBytes(file.TrimStart()), limit, say, out error);
    }

    private static byte[]? Run(List<string> arguments, byte[] input, int limit, Action<string> say, out string error)
    {
        ProcessStartInfo start = new(Find(), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string last = "";
        bool isLate = false;
        using Process process = Start(start);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { Length: > 0 } text)
            {
                if (text.StartsWith(ErrorMark, StringComparison.Ordinal))
                {
                    last = RecordText.Cut(text[ErrorMark.Length..], MessageLimit);
                }
                else if (!text.StartsWith("age: report unexpected", StringComparison.Ordinal))
                {
                    say(text);
                }
            }
        };
        process.BeginErrorReadLine();
        using Timer timer = new(_ =>
        {
            isLate = true;
            process.Kill(entireProcessTree: true);
        }, null, TimeLimit, Timeout.InfiniteTimeSpan);
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading everything, and says why.
        }

        byte[] output = GC.AllocateArray<byte>(limit + 1, pinned: true);
        int length = process.StandardOutput.BaseStream.ReadAtLeast(output, output.Length, throwOnEndOfStream: false);
        process.StandardOutput.Close();
        process.WaitForExit();
        error = isLate ? $"took longer than {TimeLimit.TotalMinutes} minutes"
            : length > limit ? $"has written more than {limit} bytes"
            : last.Length > 0 ? last : $"ended with status {process.ExitCode}";
        byte[]? content = process.ExitCode == 0 && !isLate && length <= limit ? GC.AllocateArray<byte>(length, pinned: true) : null;
        output.AsSpan(0, content?.Length ?? 0).CopyTo(content);
        output.AsSpan().Clear();
        return content;
    }

    private static string Find()
    {
        try
        {
            return CommandPath.Find(Name);
        }
        catch (BackshiftException e) when (e.Code == ExitCode.NoInput)
        {
            throw new BackshiftException(ExitCode.NotPermitted, "slots for age need the program age, and there is none", "install it: apt-get install age", e);
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new BackshiftException(ExitCode.NotPermitted, $"{start.FileName}: {Errno.Describe(e.NativeErrorCode)}", cause: e);
        }
    }
}
