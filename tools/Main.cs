namespace Backshift.Tools;

internal static class Image
{
    private static int Main() => 70;
}
