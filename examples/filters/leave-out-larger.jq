# Leave out files of more than $most bytes, with their contents:
#
#     bs-walk /home | bs-json | jq -nc --argjson most 1000000000 -f leave-out-larger.jq | bs-json -d | bs-chunk | bs-store /backups
#
# A link repeats the size of the file that it is another name of, so it goes when that goes.
def is_content: .kind == "data" or .kind == "chunk" or .kind == "hole";

foreach inputs as $record (true;
  if $record.kind == "entry" then ($record.size // 0) <= $most else . end;
  if . or (($record | is_content or .kind == "entry") | not) then $record else empty end)
