"""Large systems: 10,000 to 100,000 units, built, placed to a gap of 1%, and drawn, each in a process of its own.

    python benchmarks/big.py --seeds 1                      # all: nbs/check/data/big.csv
    python benchmarks/big.py --units 100000 --seeds 1       # of this size alone; printed

Seeds are 0 onwards; half OrangePi Zeros, half Raspberry Pis, in a square of 24 m for 50 units, or in a corridor 12 m wide, twice as dense.
Times are CPU seconds; compiled loops are loaded before the clock starts.
"""
import argparse
import csv
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

OUT = Path(__file__).resolve().parent.parent/'nbs/check/data/big.csv'
VERSIONS = {p: version(p) for p in ('numpy', 'scipy', 'numba', 'highspy')}
SIZES = 10_000, 40_000, 100_000
QUESTIONS = {'1 AlexNet, L=1': ('alexnet', 1, 1), '1 AlexNet, L=3': ('alexnet', 1, 3), '1 AlexNet, no L': ('alexnet', 1, None),
             '1 EX-AlexNet, L=1': ('alexnet_exit', 1, 1), '20 AlexNet, L=1': ('alexnet', 20, 1)}


def built(units, seed, corridor):
    "A system; a corridor is 12 m wide, twice as dense as the square."
    import numpy as np
    from distcnn.system import System, random_system
    from distcnn.units import ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS
    if not corridor: return random_system(units, {ORANGE_PI_ZERO: .5, RASPBERRY_PI_3B_PLUS: .5}, 24*(units/50)**.5, seed=seed)
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 1, (units, 2))*[24**2*units/50/24, 12]
    kinds = rng.integers(0, 2, units)
    return System.from_positions([(ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS)[k] for k in kinds], xy, [tuple(xy.mean(axis=0))])


def one(units, question, seed, corridor):
    "A row."
    import resource
    import time
    from distcnn import zoo
    from distcnn.charts import map_chart
    from distcnn.problem import Problem, Task
    from distcnn.solve import place
    from distcnn.system import random_system
    from distcnn.units import RASPBERRY_PI_3B_PLUS
    place(Problem(random_system(20, {RASPBERRY_PI_3B_PLUS: 1.}, 10, seed=0), [Task(zoo.alexnet())]*2)) # loads what is compiled
    cnn, count, L = QUESTIONS[question]
    clock, times = time.process_time, [time.process_time()]
    system = built(units, seed, corridor); times.append(clock())
    p = place(Problem(system, [Task(zoo.get(cnn))]*count, max_layers=L), gap=.01, time_limit=300); times.append(clock())
    assert not p.problem.violations(p.assignment) and '_delay' not in system.__dict__ or system.small
    p.table, p.bottleneck; times.append(clock())
    map_chart(p).to_dict(); times.append(clock())
    took = dict(zip(('build', 'place', 'tell', 'draw'), [round(b - a, 3) for a, b in zip(times, times[1:])]))
    return dict(instance=f"{question}, {'corridor' if corridor else 'square'}", units=units, seed=seed, **took, latency=p.latency,
                bound=p.bound, gap=p.gap, status=p.status, peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1e3),
                python=platform.python_version(), **VERSIONS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--units', type=int)
    parser.add_argument('--seeds', type=int, default=1)
    parser.add_argument('--one', help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one: return print(json.dumps(one(*json.loads(asked.one))))
    rows = []
    for units in SIZES if asked.units is None else [asked.units]:
        for question in QUESTIONS:
            for seed, corridor in [(s, False) for s in range(asked.seeds)] + [(0, True)]*(question == '20 AlexNet, L=1'):
                told = subprocess.run([sys.executable, __file__, '--one', json.dumps([units, question, seed, corridor])],
                                      capture_output=True, text=True)
                if told.returncode: print(units, question, seed, told.stderr[-600:]); continue
                rows.append(json.loads(told.stdout.splitlines()[-1]))
                print(json.dumps(rows[-1]), flush=True)
    if asked.units is None:
        with open(OUT, 'w', newline='') as f:
            out = csv.DictWriter(f, rows[0]); out.writeheader(); out.writerows(rows)


if __name__ == '__main__': main()
