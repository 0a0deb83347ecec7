# A bucket is reached by TLS: a server whose certificate is not trusted, or is for another name, is asked for nothing; one that is trusted is.
# only: bin
. "${0%/*}/lib.sh"
need openssl
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2> /dev/null
cat > server.py << 'END'
"""A server of S3 by TLS that has no bucket: it writes down each request that it receives, and its port."""
import http.server, os, ssl


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        with open("asked", "a") as file:
            file.write(self.command + " " + self.path + "\n")
        body = b"<Error><Code>NoSuchBucket</Code></Error>"
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_PUT = answer

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *words):
        pass


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
server = Server(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
with open("port.new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()
END
"$PYTHON" server.py 2> server.said & server=$!
at_exit kill $server
for _ in $(seq 100); do [ ! -e port ] || break; sleep 0.1; done
port=$(cat port)
export AWS_ACCESS_KEY_ID=one AWS_SECRET_ACCESS_KEY=another
: > asked

# status_of LOCATION: of bs-ls.
status_of() {
  local status=0
  timeout -k 1 60 bs-ls -r "$1" > out 2> said || status=$?
  echo $status
}
status=$(status_of "s3://localhost:$port/bucket/x")
[ "$status" -eq 77 ] && grep -q "no certificate that this machine trusts" said || fail "not trusted: status $status: $(cat said)"
expect_empty asked
export SSL_CERT_FILE=$TMP/cert.pem
status=$(status_of "s3://127.0.0.1:$port/bucket/x")
[ "$status" -eq 77 ] && grep -q "no certificate that this machine trusts" said || fail "another name: status $status: $(cat said)"
expect_empty asked
status=$(status_of "s3://localhost:$port/bucket/x")
[ "$status" -eq 66 ] && grep -q 'there is no repository' said || fail "trusted: status $status: $(cat said)"
grep -q bucket asked || fail "it was not asked"
