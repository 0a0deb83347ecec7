#!/usr/bin/python3
"""crossing.py DIRECTORY COMMAND…: runs the command, and counts the bytes of its standard input and output.

DIRECTORY gets PROCESS.sent and PROCESS.received, each with a number, and has PROCESS.open for as long as it is not final.
"""
import os
import subprocess
import sys
import threading

directory, command = sys.argv[1], sys.argv[2:]
mine = os.path.join(directory, str(os.getpid()))
open(mine + ".open", "w").close()
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
counts = {"sent": 0, "received": 0}


def relay(name, source, target):
    """All that comes goes on at once, and the end of it too."""
    try:
        while data := os.read(source, 1 << 16):
            counts[name] += len(data)
            while data:
                data = data[os.write(target, data):]
    except OSError:
        pass
    finally:
        os.close(target)


# The command may end before there is an end of its input.
threading.Thread(target=relay, args=("sent", 0, child.stdin.fileno()), daemon=True).start()
relay("received", child.stdout.fileno(), 1)
status = child.wait()
for name, count in counts.items():
    with open(f"{mine}.{name}", "w") as file:
        file.write(f"{count}\n")
os.remove(mine + ".open")
os._exit(128 - status if status < 0 else status)
