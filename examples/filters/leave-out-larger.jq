# Leave out files of more than $most bytes, with their contents:
#
#     bs-walk /home | bs-json | jq -nc --argjson most 1000000000 -f leave-out-larger.jq | bs-json -d | bs-chunk | bs-store /backups
#
# A hard link has the size of its file, so it is left out together with the file.
# The content of an entry, its forks, and the problems that mark it are left out too: otherwise they would apply to the entry before.
def is_of_entry: .kind | . == "entry" or . == "data" or . == "chunk" or . == "list" or . == "hole" or . == "fork";

foreach inputs as $record (true;
  if $record.kind == "entry" then ($record.size // 0) <= $most else . end;
  if . or (($record | is_of_entry or (.kind == "problem" and .marks)) | not) then $record else empty end)
