"""Limits on what is sent: three AlexNets on 50 units, L=2, at 80% of the highest rate, and of the longest lifetime at half that rate.

    python benchmarks/sustained.py --seeds 10          # nbs/check/data/sustained.csv

The highest rate is proven by `minimise='bottleneck'`; the longest lifetime is found by bisection, to 1%. Seeds are 9001 onwards. Units have
batteries of 36 kJ, the usual mix of kinds in a square of 30 m, W and J/KB in round figures.
"""
import argparse
import csv
import os
import time
import warnings
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

import numpy as np
from distcnn import zoo
from distcnn.problem import Problem, Task
from distcnn.solve import PlacementError, place
from distcnn.system import random_system
from distcnn.units import BEAGLEBONE_AI, ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS, WIFI4

OUT = Path(__file__).resolve().parent.parent/'nbs/check/data/sustained.csv'
WATTS = {ORANGE_PI_ZERO: (1.5, .6), BEAGLEBONE_AI: (4., 1.5), RASPBERRY_PI_3B_PLUS: (3.5, 1.2)} # computing, idle


def drawn(seed, count=3, units=50, L=2):
    "As in hard.py, with batteries."
    mix = {replace(unit, power=power, idle=idle, battery=36e3): share
           for (unit, (power, idle)), share in zip(WATTS.items(), (.45, .45, .1))}
    radio = replace(WIFI4, send=1e-4, receive=8e-5)
    system = random_system(units, mix, 30*np.sqrt(units/50), radio=radio, endpoints=count, seed=seed)
    return Problem(system, [Task(zoo.get('alexnet'), source=u) for u in range(count)], L)


def found(problem, limit, gap=1e-3):
    try: return place(problem, gap=gap, time_limit=limit)
    except PlacementError: return None


def longest(problem, limit=5.):
    "s that some placement lasts at the problem's rate, to 1%."
    low = found(problem, limit).lifetime(problem.rate)
    high = 2*low
    while found(replace(problem, lifetime=high), limit) is not None: low, high = high, 2*high
    while high > 1.01*low:
        middle = (low + high)/2
        answer = found(replace(problem, lifetime=middle), limit)
        if answer is None: high = middle
        else: low = max(middle, answer.lifetime(problem.rate))
    return low


def one(kind, share, seed, limit):
    problem = drawn(seed)
    highest = 1/place(replace(problem, minimise='bottleneck'), gap=1e-3, time_limit=120).objective
    if kind == 'rate': problem = replace(problem, rate=share*highest)
    else:
        problem = replace(problem, rate=.5*highest)
        problem = replace(problem, lifetime=share*longest(problem))
    began, cpu = time.perf_counter(), time.process_time()
    answer = found(problem, limit)
    line = dict(limit=kind, share=share, seed=seed, rate=round(problem.rate, 4), lifetime=problem.lifetime and round(problem.lifetime),
                seconds=round(time.perf_counter() - began, 3), cpu=round(time.process_time() - cpu, 3))
    if answer is None: return line | dict(status='none', latency='', bound='', gap='')
    assert not problem.violations(answer.assignment)
    return line | dict(status=answer.status, latency=answer.objective, bound=answer.bound, gap=round(answer.gap, 6))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seeds', type=int, default=10, help='how many')
    parser.add_argument('--limit', type=float, default=60., help='s')
    parser.add_argument('--out', default=OUT)
    asked, lines = parser.parse_args(), []
    warnings.simplefilter('ignore')
    found(replace(drawn(1), rate=.1), 60) # loads what is compiled
    for kind, share in (('rate', .8), ('rate', .95), ('lifetime', .8)):
        for seed in range(9001, 9001 + asked.seeds):
            lines.append(one(kind, share, seed, asked.limit) | {p: version(p) for p in ('numpy', 'numba', 'highspy')})
            print(*lines[-1].values(), flush=True)
            fresh = Path(asked.out).with_suffix('.new')
            with fresh.open('w', newline='') as file:
                writer = csv.DictWriter(file, lines[0].keys(), lineterminator='\n')
                writer.writeheader(); writer.writerows(lines)
            fresh.replace(asked.out)


if __name__ == '__main__': main()
