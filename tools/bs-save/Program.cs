using System.CommandLine;
using System.Text;
using Backshift.Objects;
using Backshift.Posix;
using Backshift.Records;
using Backshift.Repository.Configuration;
using Backshift.Repository.Intents;
using Backshift.Sealing;
using Backshift.Tooling;

namespace Backshift.Tools.Save;

internal static class Program
{
    internal static Task<int> RunAsync(string[] args)
    {
        RootCommand root = new("save trees: the whole pipeline in one command");
        SaveArguments arguments = SaveArguments.AddTo(root);
        return Tool.RunAsync("bs-save", root, args, (options, tool, _) =>
        {
            SaveOptions save = arguments.Read(options, args);
            if (save.DryRun)
            {
                ShownCommand.Print(tool.OpenText(), SavePipeline.Command(save, ProgramPlaces.Own().Find, null), Descriptors.IsTerminal(1));
                return Task.FromResult(ExitCode.Done);
            }

            tool.Keys.SavesOnly = true;
            if (save.Init)
            {
                // Not by bs-init: the passphrase would be asked for again.
                RepositoryDirectory.CreateIfMissing(save.Repository, NewRepository.Usual(tool.Clock), note => tool.Warn(note),
                    () => tool.Keys.LockOf(save.Repository, save.Plain, tool.Clock));
            }

            // Whatever a stage needs is found out here, once.
            using RootKey? key = RepositorySlots.KeyOf(save.Repository, tool.Keys, out ChunkKeys? chunks, out IObjectStore? store);
            HandedKeys? handed = key is null ? null : new HandedKeys(SecretFile.Make(key.Span), SecretFile.Make(chunks!.Span));
            chunks?.Dispose();

            // bs-since refers to what may be condemned at this moment; bs-store can store it again as long as this says that they are at work.
            string? word = save.Init || save.Full ? null : OwnIntent.Leave(save.Repository, store, key is null ? tool.Keys : new KnownKey(key));
            if (word is null)
            {
                store?.Dispose();
            }

            string intent = word is null ? "" : $"export {OwnIntent.Variable}={word}\n";

            ReadOnlySpan<byte> command = SavePipeline.Command(save with { Init = false }, ProgramPlaces.Own().Find, handed);

            if (handed is { } keys)
            {
                Descriptors.SurviveExecute(keys.Root);
                Descriptors.SurviveExecute(keys.Chunks);
            }

            // In place of this process: its status is the shell's, which is the last program's. The shell would die of SIGUSR1, and so would a program of the
            // pipeline that is still starting; ignored, it stays so until the program answers it.
            Machine.Execute(BytePath.Of("/bin/sh"),
                ["sh"u8.ToArray(), "-c"u8.ToArray(), [.. "trap '' USR1\n"u8, .. Encoding.ASCII.GetBytes(intent), .. command]]);
            return Task.FromResult(ExitCode.Bug);
        });
    }
}
