"""What is tested, in numbers: random problems, damaged inputs.

    python benchmarks/reliability.py properties --seeds 10000   # nbs/check/data/reliability_properties.csv, a row a check and block of 100 seeds
    python benchmarks/reliability.py fuzz --inputs 2000         # nbs/check/data/reliability_fuzz.csv, a row an entry

Started again, it goes on with the first block or entry that is not in the file. Seeds are fixed.
"""
import argparse
import csv
import os
import resource
import tempfile
import traceback
from collections import Counter
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

from distcnn.reliability import entries, every_way, examine, fuzz

OUT = Path(__file__).resolve().parent.parent/'nbs/check/data'
VERSIONS = ' '.join(f"{p}={version(p)}" for p in ('numpy', 'scipy', 'cvxpy', 'highspy', 'gurobipy', 'cvxopt', 'pyscipopt', 'onnx', 'pydantic', 'hypothesis'))


def append(path, columns, rows):
    "Rows to a file, and its head where it is new."
    new = not path.exists()
    with path.open('a', newline='') as f:
        if new: csv.writer(f).writerow(columns)
        csv.writer(f).writerows(rows)


def done(path, column):
    "What is in the column of a file."
    return {r[column] for r in csv.DictReader(path.open())} if path.exists() else set()


def block(first, n):
    "A row a check: how often, how often wrong, and the first thing wrong."
    times, bad, example = Counter(), Counter(), {}
    ways = every_way()
    for seed in range(first, first + n):
        try: rows = examine(seed, ways)
        except Exception as e: rows = [('error', f"{type(e).__name__}: {e} {traceback.format_exc().splitlines()[-3].strip()}")]
        for check, wrong in rows:
            times[check] += 1
            if wrong: bad[check] += 1; example.setdefault(check, f"seed {seed}: {wrong}")
    return [(first, n, k, times[k], bad[k], example.get(k, ''), VERSIONS) for k in times]


def properties(seeds, path=OUT/'reliability_properties.csv', size=100):
    have = done(path, 'seed')
    for first in range(0, seeds, size):
        if str(first) in have: continue
        append(path, ('seed', 'seeds', 'check', 'times', 'wrong', 'example', 'versions'), block(first, size))


def damaged(inputs, only, path=OUT/'reliability_fuzz.csv'):
    "A row an entry; no more than 8 GB, so that whoever allocates at random fails."
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30,)*2)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, (make, command) in entries(folder).items():
            if name in done(path, 'entry') or (only and only not in name): continue
            counts, defects = fuzz(name, make, command, inputs)
            for d in defects: print(d, flush=True)
            append(path, ('entry', 'inputs', 'accepted', 'refused', 'defect', 'example', 'versions'), [(name, inputs, counts['accepted'], counts['refused'], counts['defect'], defects[0] if defects else '', VERSIONS)])


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('what', choices=('properties', 'fuzz'))
    parser.add_argument('--seeds', type=int, default=10000)
    parser.add_argument('--inputs', type=int, default=2000)
    parser.add_argument('--only', help='one entry to fuzz')
    a = parser.parse_args()
    if a.what == 'properties': properties(a.seeds)
    else: damaged(a.inputs, a.only)
