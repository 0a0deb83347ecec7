using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Backshift.Posix;
using Backshift.Records;

namespace Backshift.Tooling;

/// <summary>The path of the repository: an operand in some programs, otherwise -r, otherwise BACKSHIFT_REPOSITORY.</summary>
public sealed class RepositoryArgument
{
    public const string Variable = "BACKSHIFT_REPOSITORY";
    private const string Description = $"path of the repository (default: ${Variable})";

    private readonly Option<BytePath> option = PathArgument.Option("--repository", Description, "-r");
    private readonly Argument<BytePath>? operand;

    private RepositoryArgument(Argument<BytePath>? operand) => this.operand = operand;

    /// <summary>Adds the option, and with <paramref name="asOperand"/> the operand.</summary>
    public static RepositoryArgument AddTo(RootCommand root, bool asOperand = false)
    {
        RepositoryArgument repository = new(asOperand ? PathArgument.Operand("repository", Description, required: false) : null);
        root.Options.Add(repository.option);
        if (repository.operand is not null)
        {
            root.Arguments.Add(repository.operand);
        }

        return repository;
    }

    /// <summary>The repository that the command line or the environment names.</summary>
    /// <exception cref="BackshiftException">Neither does, or the command line names two.</exception>
    public BytePath Get(ParseResult options) => TryGet(options, out BytePath? path)
        ? path.Value
        : throw new BackshiftException(
            ExitCode.Usage, "no repository is named", $"give {(operand is null ? "" : "it as an operand, or with ")}-r, or set {Variable}");

    /// <summary>Whether the command line itself names one. What only the environment names may be about to be made by a later program of the pipe.</summary>
    public bool IsNamed(ParseResult options) => !options.GetValue(option).IsEmpty || (operand is not null && !options.GetValue(operand).IsEmpty);

    /// <summary>As <see cref="Get"/>, for programs that can do without one.</summary>
    /// <exception cref="BackshiftException">The command line names two.</exception>
    public bool TryGet(ParseResult options, [NotNullWhen(true)] out BytePath? path)
    {
        BytePath given = options.GetValue(option);
        BytePath named = operand is null ? default : options.GetValue(operand);
        if (!given.IsEmpty && !named.IsEmpty)
        {
            throw new BackshiftException(ExitCode.Usage, $"two repositories are named: {named} and, with -r, {given}");
        }

        BytePath found = !named.IsEmpty ? named : !given.IsEmpty ? given : Machine.Variable(Variable) is byte[] set ? new BytePath(set) : default;
        path = found.IsEmpty ? null : found;
        return !found.IsEmpty;
    }
}
