"""How long a neighbour waits for its link while strangers crowd at the port of a unit with strings of random bytes.

    python benchmarks/strangers.py [--strangers 50] [--links 6]"""
import argparse
import json
import os
import socket
import tempfile
import threading
import time
from pathlib import Path
from distcnn.keys import make_keys, unit_files
from distcnn.site import spawn_unit
from distcnn.worker import Node

PORT = 20100 # and some behind it, on loopback: where connections that go out take none


def link(folder, limit=60.):
    "Seconds until a new neighbour reaches `u0`; None where it does not."
    began = time.monotonic()
    node = Node(json.loads((folder/'unit.json').read_text()), folder)
    try:
        while node.ask('u0', 'ping', {}, timeout=1) is None:
            if time.monotonic() - began > limit: return None
            time.sleep(.02)
        return round(time.monotonic() - began, 2)
    finally: node.close()


def crowd(over, sent):
    "Strings, as long as it is not over."
    while not over.is_set():
        try:
            with socket.create_connection(('127.0.0.1', PORT), timeout=3) as s: s.sendall(os.urandom(1 + os.urandom(1)[0]))
            sent.append(1)
        except OSError: pass


def main(strangers, links):
    names, over, sent = ['u0', *(f'v{k}' for k in range(links))], threading.Event(), []
    with tempfile.TemporaryDirectory() as aside:
        keys = Path(aside)/'keys'
        make_keys(keys, {n: ['127.0.0.1'] for n in names}, days=2)
        unit_files(keys, {n: f'127.0.0.1:{PORT + k}' for k, n in enumerate(names)}, [('u0', n) for n in names[1:]], quiet=True)
        unit = spawn_unit(keys/'u0', linger=600.)
        try:
            time.sleep(2)
            threads = [threading.Thread(target=crowd, args=(over, sent)) for _ in range(strangers)]
            for t in threads: t.start()
            print('links, s:', [link(keys/n) for n in names[1:-1]])
            over.set()
            for t in threads: t.join()
            time.sleep(1)
            print(f"strings: {len(sent)}; a link after them, s: {link(keys/names[-1])}")
        finally:
            unit.terminate()
            unit.wait(20)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--strangers', type=int, default=50); parser.add_argument('--links', type=int, default=6)
    a = parser.parse_args()
    main(a.strangers, a.links)
