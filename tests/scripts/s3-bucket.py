#!/usr/bin/python3
"""Look into a bucket of $S3_ENDPOINT without our programs, with the credentials of the environment.

    s3-bucket.py list BUCKET PREFIX           a line for each object: storage class, kind, bytes, key; of a pack the kind is contents or nodes
    s3-bucket.py locks BUCKET PREFIX          a line for each: kind, mode of its lock, days until that ends, status of an attempt to delete it, or "- - -", key
    s3-bucket.py pools MARKER POOL…           the bytes that the bucket of this marker has in each pool of the cluster of $CEPH_CONF
    s3-bucket.py METHOD PATH [QUERY [NAME:VALUE…]]    one signed request, with standard input as its body; the status, headers and body of the answer
"""
import base64
import calendar
import hashlib
import hmac
import http.client
import os
import re
import sys
import time
import urllib.parse

FLAGS = 11  # in the header of a pack: 1 if it holds nodes


def request(method, path, query="", headers=(), body=b""):
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    path = urllib.parse.quote(path, safe="/~")
    sent = {name.lower(): value for name, value in headers}
    sent |= {"host": os.environ["S3_ENDPOINT"], "x-amz-date": now, "x-amz-content-sha256": hashlib.sha256(body).hexdigest()}
    if body:
        sent["content-md5"] = base64.b64encode(hashlib.md5(body).digest()).decode()
    names = ";".join(sorted(sent))
    fields = "&".join(sorted(one if "=" in one else one + "=" for one in query.split("&") if one))
    lines = [method, path, fields] + [f"{name}:{sent[name]}" for name in sorted(sent)] + ["", names, sent["x-amz-content-sha256"]]
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    for part in scope.split("/") + [f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{digest}"]:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    sent["authorization"] = f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    connection = http.client.HTTPConnection(os.environ["S3_ENDPOINT"], timeout=120)
    connection.request(method, path + ("?" + query if query else ""), body, sent)
    answer = connection.getresponse()
    return answer.status, answer.getheaders(), answer.read()


def objects(bucket, prefix):
    status, _, body = request("GET", f"/{bucket}", "list-type=2&prefix=" + urllib.parse.quote(prefix, safe=""))
    text = body.decode()
    if status != 200 or "<IsTruncated>false" not in text:
        sys.exit(f"status {status}: {text[:2000]}")
    for entry in re.findall("<Contents>(.*?)</Contents>", text):
        key, size, storage = (re.search(f"<{name}>(.*?)</{name}>", entry)[1] for name in ("Key", "Size", "StorageClass"))
        kind = key[len(prefix):].split("/")[0]
        if kind == "packs":
            kind = ["contents", "nodes"][request("GET", f"/{bucket}/{key}", headers=[("Range", f"bytes={FLAGS}-{FLAGS}")])[2][0]]
        yield storage, kind, size, key


def show_locks(bucket, prefix):
    for _, kind, _, key in objects(bucket, prefix):
        headers = {name.lower(): value for name, value in request("HEAD", f"/{bucket}/{key}")[1]}
        tried = ["-", "-", "-"]
        if until := headers.get("x-amz-object-lock-retain-until-date"):
            days = (calendar.timegm(time.strptime(until[:19], "%Y-%m-%dT%H:%M:%S")) - time.time()) / 86400
            status, _, _ = request("DELETE", f"/{bucket}/{key}", "versionId=" + urllib.parse.quote(headers["x-amz-version-id"], safe=""))
            tried = [headers["x-amz-object-lock-mode"], f"{days:.1f}", status]
        print(kind, *tried, key)


def measure_pools(marker, pools):
    import rados
    with rados.Rados(conffile=os.environ["CEPH_CONF"]) as cluster:
        for pool in pools:
            with cluster.open_ioctx(pool) as one:
                print(pool, sum(one.stat(found.key)[0] for found in one.list_objects() if found.key.startswith(marker + "_")))


if sys.argv[1] == "list":
    for one in objects(*sys.argv[2:]):
        print(*one)
elif sys.argv[1] == "locks":
    show_locks(*sys.argv[2:])
elif sys.argv[1] == "pools":
    measure_pools(sys.argv[2], sys.argv[3:])
else:
    answered, named, content = request(*sys.argv[1:4], headers=[one.split(":", 1) for one in sys.argv[4:]], body=sys.stdin.buffer.read())
    print(answered, *(f"{name.lower()}: {value}" for name, value in named), content.decode(), sep="\n")
