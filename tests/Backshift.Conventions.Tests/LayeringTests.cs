using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Backshift.Conventions.Tests;

/// <summary>docs/architecture.md, "Assemblies".</summary>
public sealed partial class LayeringTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Backshift.Chunking"] = [],
        ["Backshift.Objects"] = ["Backshift.Posix", "Backshift.Records"],
        ["Backshift.Paths"] = ["Backshift.Posix", "Backshift.Records"],
        ["Backshift.Posix"] = [],
        ["Backshift.Records"] = ["Backshift.Posix"],
        ["Backshift.Remote"] = ["Backshift.Objects", "Backshift.Posix", "Backshift.Records"],
        ["Backshift.Repository"] =
        [
            "Backshift.Chunking", "Backshift.Objects", "Backshift.Paths", "Backshift.Posix", "Backshift.Records", "Backshift.Remote", "Backshift.Sealing",
        ],
        ["Backshift.S3"] = ["Backshift.Objects", "Backshift.Posix", "Backshift.Records", "Backshift.Remote"],
        ["Backshift.Sealing"] = ["Backshift.Objects", "Backshift.Posix", "Backshift.Records"],
        ["Backshift.Tar"] = ["Backshift.Posix"],
        ["Backshift.Tooling"] = ["Backshift.Paths", "Backshift.Posix", "Backshift.Records", "Backshift.Remote", "Backshift.Sealing"],
    };

    public static TheoryData<string> Libraries => [.. SourceTree.Folders("lib")];

    public static TheoryData<string> Projects =>
        [.. SourceTree.Files("lib", ".csproj"), .. SourceTree.Files("tools", ".csproj"), .. SourceTree.Files("tests", ".csproj")];

    [Theory, MemberData(nameof(Libraries))]
    public void A_library_refers_only_to_those_below_it(string library)
    {
        Assert.True(MayUse.ContainsKey(library), $"{library} is new: say here and in docs/architecture.md what it may use");
        IEnumerable<string> references = XDocument.Load(SourceTree.At($"lib/{library}/{library}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        Assert.Empty(references.Except(MayUse[library]));
    }

    [Theory, MemberData(nameof(Libraries))]
    public void A_library_names_only_namespaces_below_it(string library)
    {
        string[] foreign = [.. MayUse.Keys.Except(MayUse[library]).Where(other => other != library), "Backshift.Tools"];
        foreach (string file in SourceTree.Files($"lib/{library}", ".cs"))
        {
            string code = WithoutComments(SourceTree.Read(file));
            Assert.True(!foreign.Any(other => Mentions(code, other)), $"{file} names {string.Join(" or ", foreign.Where(other => Mentions(code, other)))}");
        }
    }

    [Fact]
    public void No_program_uses_another()
    {
        Dictionary<string, string[]> namespaces = ProgramNames.InFolders.ToDictionary(program => program, program =>
            SourceTree.Files($"tools/{program}", ".cs").SelectMany(file => NamespaceLine().Matches(SourceTree.Read(file))).Select(m => m.Groups[1].Value)
                .Distinct().ToArray());
        foreach (string program in ProgramNames.InFolders)
        {
            Assert.All(namespaces[program], name => Assert.StartsWith("Backshift.Tools.", name, StringComparison.Ordinal));
            string[] foreign = [.. namespaces.Where(other => other.Key != program).SelectMany(other => other.Value)];
            Assert.Empty(namespaces[program].Intersect(foreign));
            foreach (string file in SourceTree.Files($"tools/{program}", ".cs"))
            {
                string code = WithoutComments(SourceTree.Read(file));
                Assert.True(!foreign.Any(other => Mentions(code, other)), $"{file} names {string.Join(" or ", foreign.Where(other => Mentions(code, other)))}");
            }
        }
    }

    [Fact]
    public void Only_tooling_and_the_options_of_programs_know_the_command_line_library()
    {
        IEnumerable<string> files = SourceTree.Files("lib", ".cs").Concat(SourceTree.Files("tools", ".cs"))
            .Where(file => Mentions(WithoutComments(SourceTree.Read(file)), "System.CommandLine"));
        Assert.Empty(files.Where(file => !MayParse().IsMatch(file)));
    }

    [Theory, MemberData(nameof(Projects))]
    public void A_project_is_in_the_solution(string project) =>
        Assert.Contains(project.Replace('/', '\\'), SourceTree.Read("Backshift.sln"), StringComparison.Ordinal);

    [Theory, MemberData(nameof(Projects))]
    public void A_project_leaves_versions_to_the_central_file_and_has_a_lock_file(string project)
    {
        Assert.Empty(XDocument.Load(SourceTree.At(project)).Descendants("PackageReference").Where(reference => reference.Attribute("Version") is not null));
        Assert.True(File.Exists(SourceTree.At(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"))), $"{project} has no lock file");
    }

    private static bool Mentions(string code, string name) => Regex.IsMatch(code, $@"(?<![\w.]){Regex.Escape(name)}\b(?!\.Tests)");

    private static string WithoutComments(string code) => Comment().Replace(code, "");

    [GeneratedRegex(@"^(?:tools/bs-[a-z0-9]+/(?:Program|\w*Options|\w*Arguments?)(?:\.\w+)?\.cs|lib/Backshift\.Tooling/.*)$")]
    private static partial Regex MayParse();

    [GeneratedRegex(@"^\s*namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
