"""Hard instances: long networks, many CNNs, ties and tight limits; how close, how fast, and is the time limit kept?

    python benchmarks/hard.py --seeds 2                     # every family: nbs/check/data/hard.csv
    python benchmarks/hard.py --family long --seeds 2       # families whose names begin so; printed alone
    python benchmarks/hard.py --family long --out FILE      # and into a file, in place of what stands there of the same instances

Each instance runs in a process of its own, so that its memory can be told; compiled loops are loaded before the clock starts.
Seeds are 9001 onwards; units are the usual mix in a square of 30 m for 50 units, unless the family says otherwise.
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

OUT = Path(__file__).resolve().parent.parent/'nbs/check/data/hard.csv'
VERSIONS = {p: version(p) for p in ('numpy', 'numba', 'highspy')}


def long_cnn(layers, rng, name='long'):
    "Outputs shrink, memory grows, work is what it is: a network as deep as today's."
    import numpy as np
    from distcnn.cnn import CNN, Layer
    t = np.linspace(0, 1, layers)
    kb, memory = 800*np.exp(-3*t)*rng.uniform(.5, 1.5, layers), 200*40**t*rng.uniform(.5, 1.5, layers)
    macs = rng.uniform(5, 120, layers)
    return CNN(name, [Layer(f'l{i}', w, m, k) for i, (m, w, k) in enumerate(zip(memory, macs, kb))], 600)


def drawn(units, cnns, seed, **options):
    "A problem in a random square, a source for each CNN; all units of a kind if `units` is a list."
    import numpy as np
    from distcnn.problem import Problem, Task
    from distcnn.system import random_system
    from distcnn.units import BEAGLEBONE_AI, ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS
    mix = {ORANGE_PI_ZERO: .45, BEAGLEBONE_AI: .45, RASPBERRY_PI_3B_PLUS: .1}
    system = random_system(units, mix, 30*np.sqrt(units/50), endpoints=len(cnns), seed=seed)
    return Problem(system, [Task(cnn, source=u) for u, cnn in enumerate(cnns)], **options)


def long(layers, units, L, count=1, **options):
    import numpy as np
    def make(seed):
        rng = np.random.default_rng(seed)
        return drawn(units, [long_cnn(layers, rng, f'long{u}') for u in range(count)], seed, max_layers=L, **options)
    return make


def known(names, units, L, **options):
    from distcnn import zoo
    return lambda seed: drawn(units, [zoo.get(name) for name in names], seed, max_layers=L, **options)


def uniform(count, units, L):
    "Every pair equally far."
    import numpy as np
    from distcnn.problem import Problem
    from distcnn.system import System
    def make(seed):
        p = known(['alexnet']*count, units, L)(seed)
        vertices = p.system.n_units + p.system.n_endpoints
        return Problem(System.from_delays(p.system.units, (1 - np.eye(vertices))/9025, count), p.tasks, L)
    return make


def alike(count, units, L):
    "One kind of unit, one source for all."
    import numpy as np
    from distcnn import zoo
    from distcnn.problem import Problem, Task
    from distcnn.system import random_system
    from distcnn.units import BEAGLEBONE_AI
    def make(seed):
        system = random_system(units, {BEAGLEBONE_AI: 1}, 30*np.sqrt(units/50), seed=seed)
        return Problem(system, [Task(zoo.get('alexnet')) for _ in range(count)], L)
    return make


def scarce(count, number, L, share):
    "Activations count, and units have a share of their memory."
    from dataclasses import replace
    def make(seed):
        p = known(['alexnet']*count, number, L)(seed)
        units = [replace(unit, memory=unit.memory*share) for unit in p.system.units]
        system = replace(p.system, units=units)
        return replace(p, system=system, count_activations=True)
    return make


def families():
    "name, gap asked, seconds, gap that must hold, seed -> problem."
    for L in (2, 3, 5, None): yield f'long 60 layers, N=50, L={L}', 1e-3, 10, 4e-3 if L == 2 else 2e-3, long(60, 50, L)
    yield 'long 150 layers, N=100, L=5', 1e-3, 30, 5e-3, long(150, 100, 5)
    yield 'long 3 of 40 layers, N=50, L=4', 1e-3, 20, 2e-3, long(40, 50, 4, 3)
    yield 'long 3 of 40 layers, N=50, max_busy=1', 1e-3, 20, 4e-3, long(40, 50, None, 3, max_busy=1.)
    yield 'long 40 layers, N=200, L=1', 1e-3, 20, 4e-3, long(40, 200, 1)
    for L in (1, 2, 3, 4, 5, None): yield f'four AlexNet, N=50, L={L}, to 1e-4', 1e-4, 20, 1e-4, known(['alexnet']*4, 50, L)
    yield 'mixed EX-AlexNet + 2 ResNet-101, N=50, L=1', 1e-4, 20, 1e-4, known(['alexnet_exit', 'resnet101', 'resnet101'], 50, 1)
    for count, units in ((12, 50), (16, 100), (20, 200)):
        for L in (1, 3, 4): yield f'many {count} AlexNet, N={units}, L={L}', 1e-3, 20, 4e-3, known(['alexnet']*count, units, L)
    yield 'many 16 AlexNet, N=200, L=1', 1e-3, 20, 4e-3, known(['alexnet']*16, 200, 1)
    yield 'many 20 AlexNet, N=100, L=3', 1e-3, 20, 4e-3, known(['alexnet']*20, 100, 3)
    yield 'ties 4 AlexNet, one delay, N=50, L=1', 1e-3, 10, 1e-3, uniform(4, 50, 1)
    yield 'ties 8 AlexNet, units alike, one source, N=100, L=2', 1e-3, 10, 1e-3, alike(8, 100, 2)
    yield 'tight 4 AlexNet, N=50, max_busy=1', 1e-3, 20, 4e-3, known(['alexnet']*4, 50, None, max_busy=1.)
    yield 'tight 4 AlexNet, N=50, activations, memory x .31, L=3', 1e-3, 20, 4e-3, scarce(4, 50, 3, .31)
    yield 'many 20 cnn5, N=50, L=3', 1e-3, 20, 4e-3, known(['cnn5']*20, 50, 3)


def one(family, seed, limit):
    "One line, from this process."
    import resource
    import time
    import numpy as np
    from distcnn.solve import PlacementError, place
    name, gap, seconds, most, make = next(row for row in families() if row[0] == family)
    place(known(['alexnet'], 40, 2)(1), method='colgen') # loads what is compiled
    p = make(seed)
    began, cpu, status, objective, bound = time.perf_counter(), time.process_time(), '', np.nan, np.nan
    try:
        answer = place(p, method='colgen', gap=gap, time_limit=limit or seconds)
        assert not p.violations(answer.assignment)
        objective, bound, status = p.objective(answer.assignment), answer.bound, answer.status
        assert bound <= objective*(1 + 1e-9)
    except PlacementError as error: status = type(error).__name__
    return dict(family=name, seed=seed, gap_asked=gap, limit=limit or seconds, seconds=round(time.perf_counter() - began, 3),
                cpu=round(time.process_time() - cpu, 3), status=status, latency=objective, bound=bound, gap=(objective - bound)/objective,
                must_hold=most, peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024),
                python=platform.python_version(), **VERSIONS)


def keep(lines, out):
    "Write them, in the order of the families, in place of those of the same instances."
    which = lambda line: (line['family'], int(line['seed']))
    before = list(csv.DictReader(out.open())) if out.exists() else []
    order = [name for name, *_ in families()]
    every = {which(line): line for line in before + lines if line['family'] in order}
    fresh = out.with_suffix('.new')
    with fresh.open('w', newline='') as file:
        writer = csv.DictWriter(file, lines[0].keys(), lineterminator='\n')
        writer.writeheader(); writer.writerows(every[key] for key in sorted(every, key=lambda key: (order.index(key[0]), key[1])))
    fresh.replace(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--family', default='', help='only families whose names begin so')
    parser.add_argument('--seeds', type=int, default=5, help='how many')
    parser.add_argument('--first', type=int, default=9001, help='the first seed')
    parser.add_argument('--limit', type=float, default=None, help='s, instead of each family\'s own')
    parser.add_argument('--out', type=Path, default=None, help='a CSV file')
    parser.add_argument('--one', type=int, default=None, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None: print(json.dumps(one(asked.family, asked.one, asked.limit))); return
    lines, out = [], asked.out or (None if asked.family else OUT)
    for name, _, seconds, most, _ in families():
        if not name.startswith(asked.family): continue
        for seed in range(asked.first, asked.first + asked.seeds):
            extra = [] if asked.limit is None else ['--limit', str(asked.limit)]
            try: run = subprocess.run([sys.executable, __file__, '--family', name, '--one', str(seed), *extra], stdout=subprocess.PIPE, text=True, timeout=200)
            except subprocess.TimeoutExpired: print(f'{name:58} {seed} KILLED after 200 s', flush=True); continue
            if run.returncode: print(name, seed, 'FAILED', flush=True); continue
            line = json.loads(run.stdout.splitlines()[-1])
            lines.append(line)
            print(f"{name:58} {seed} {line['status']:10} gap {line['gap']:.2%} of {most:.2%}  {line['seconds']:6.2f} s  cpu {line['cpu']:6.2f}  {line['latency']:.4f}  {line['peak_mb']} MB", flush=True)
        if out and lines: keep(lines, out)


if __name__ == '__main__': main()
