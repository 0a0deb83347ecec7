using Backshift.Posix;
using Backshift.Remote.Serving;

namespace Backshift.Remote.Tests;

public sealed class DirectoryPlaceTests
{
    [Fact]
    public void A_file_is_no_place_for_a_repository()
    {
        string file = Path.GetTempFileName();
        try
        {
            DirectoryPlace place = new(BytePath.Of(file));
            Assert.False(place.IsVacant);
            Assert.False(place.HasRepository);
            Assert.True(new DirectoryPlace(BytePath.Of(file + ".missing")).IsVacant);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
