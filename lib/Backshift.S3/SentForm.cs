using Backshift.Posix;

namespace Backshift.S3;

/// <summary>An object that is sent: its key, and how it is stored.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Shown">What it is called in messages.</param>
/// <param name="Writer">A mark that no other object has: by it a writer knows what it has sent itself.</param>
/// <param name="StorageClass">Its storage class; null for that of the bucket.</param>
/// <param name="LockFor">For how long it is locked; null for no lock.</param>
internal sealed record SentForm(string Key, BytePath Shown, string Writer, string? StorageClass, TimeSpan? LockFor);
