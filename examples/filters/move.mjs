#!/usr/bin/env node
// move.mjs FROM TO: save the contents of directory FROM as TO; links are adjusted.
//
//     bs-walk /mnt/snapshot | bs-json | move.mjs mnt/snapshot home | bs-json -d | bs-chunk | bs-store /backups
//
// A path is a string, or {"$bin": base64} where it is not UTF-8. Node keeps the order of keys, and bs-json writes as strings the numbers that
// it would round. Put this before bs-chunk, which opens a file by its "source": if there is none, the old path becomes the source.
import { once } from "node:events";
import { createInterface } from "node:readline";

const [from, to] = process.argv.slice(2).map((name) => Buffer.from(name));
if (to === undefined) {
  process.stderr.write("move.mjs: FROM and TO are missing\n");
  process.exit(64);
}

const slash = Buffer.from("/");
const bytes = (name) => (typeof name === "string" ? Buffer.from(name) : Buffer.from(name.$bin, "base64"));
const named = (raw) => (Buffer.from(raw.toString()).equals(raw) ? raw.toString() : { $bin: raw.toString("base64") });
const moved = (name) => {
  const path = bytes(name);
  const inside = path.equals(from) || path.subarray(0, from.length + 1).equals(Buffer.concat([from, slash]));
  return inside ? named(Buffer.concat([to, path.subarray(from.length)])) : name;
};

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const record = JSON.parse(line);
  if (record.kind === "entry") {
    if (record.type === "file" && !record.content) {
      record.source ??= record.path;
    }
    record.path = moved(record.path);
    if (record.type === "link") {
      record.target = moved(record.target);
    }
  }
  if (!process.stdout.write(JSON.stringify(record) + "\n")) {
    await once(process.stdout, "drain");
  }
}
