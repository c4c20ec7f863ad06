"""How fast, and how well proven: every method side by side, in one process, on the same instances.

    python benchmarks/benchmark.py                     # all rows, one file a group in nbs/check/data/
    python benchmarks/benchmark.py --group small       # one group of rows

Seeds are fixed, a warm-up is not counted, every latency is computed again by `problem.objective`.
Consistent profiles, Wi-Fi 4, constant density: a square of 30 m for 50 units, a source for each CNN.
"""
import argparse
import csv
import os
import platform
import resource
import time
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault('OMP_NUM_THREADS', '1')

import numpy as np

from distcnn import zoo
from distcnn.problem import Problem, Task
from distcnn.solve import PlacementError, place
from distcnn.system import random_system
from distcnn.units import BEAGLEBONE_AI, ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS, STM32H7, WIFI4, Radio

OUT = Path(__file__).resolve().parent.parent/'nbs/check/data'
MIX = {ORANGE_PI_ZERO: .45, BEAGLEBONE_AI: .45, RASPBERRY_PI_3B_PLUS: .1}
BASELINES, MODELS = ('greedy', 'single'), ('model HIGHS', 'model GLPK_MI')
VERSIONS = {p: version(p) for p in ('numpy', 'scipy', 'highspy', 'cvxpy', 'gurobipy')}


def instance(n, cnns, L, seed, side=None, radio=WIFI4, mix=MIX, shared=0):
    "A random problem; its delays and costs are computed, as no method is timed for them."
    system = random_system(n, mix, side or 30*np.sqrt(n/50), radio, len(cnns), seed)
    p = Problem(system, [Task(zoo.get(c), u) for u, c in enumerate(cnns)], L, shared=[[(u, j) for u in range(len(cnns))] for j in range(shared)])
    p.costs
    return p


def alexnets(count, n, L): return lambda seed: instance(n, ['alexnet']*count, L, seed)


def mixed(count, n): return lambda seed: instance(n, [('alexnet_exit', 'resnet101')[u % 2] for u in range(count)], 1, seed)


def two_small(share, L):
    mix = {STM32H7: share, RASPBERRY_PI_3B_PLUS: 1 - share}
    return lambda seed: instance(30, ['cnn5']*2, L, seed, 30, mix=mix, shared=2)


def rows():
    "group, name, seeds, gap, time limit (s), seed -> problem, methods beside column generation."
    for L in (1, 2, 3, 4, None): yield 'small', f'1 AlexNet, N=50, L={L}', 20, 1e-4, 60, alexnets(1, 50, L), BASELINES
    yield 'small', '3 AlexNet, N=50, L=1', 20, 1e-4, 60, alexnets(3, 50, 1), BASELINES
    near = Radio('near', 9025, 3)
    yield 'small', 'EX-AlexNet + 2 ResNet-101, N=50, 10 m, L=1', 20, 1e-4, 60, lambda s: instance(50, ['alexnet_exit', 'resnet101', 'resnet101'], 1, s, 10, near), BASELINES
    for share in (.1, .5, .9):
        for L in (1, 2, 3, 4, 5, None): yield 'small', f'two 5-layer, two layers shared, N=30, {share:.0%} STM32H7, L={L}', 10, 1e-4, 20, two_small(share, L), ()
    for L in (1, 2, 3, 4, None): yield 'four, 1e-3', f'4 AlexNet, N=50, L={L}, to 1e-3', 20, 1e-3, 30, alexnets(4, 50, L), BASELINES
    for L in (1, 2, 3, 4, None): yield 'four, 1e-4', f'4 AlexNet, N=50, L={L}, to 1e-4', 20, 1e-4, 20, alexnets(4, 50, L), ()
    yield 'against', '1 AlexNet, N=50, L=1', 3, 1e-4, 120, alexnets(1, 50, 1), MODELS
    yield 'against', '3 AlexNet, N=50, L=1', 3, 1e-4, 120, alexnets(3, 50, 1), MODELS[:1]
    yield 'against', '1 AlexNet, N=25, L=1', 3, 1e-4, 60, alexnets(1, 25, 1), (*MODELS, 'quadratic GUROBI')
    yield 'against', '1 AlexNet, N=15, L=1', 3, 1e-4, 60, alexnets(1, 15, 1), (*MODELS, 'model GUROBI', 'quadratic GUROBI')
    for n in (50, 100, 200, 400, 800, 1600, 3200): yield 'scaling', f'3 AlexNet, N={n}, L=1', 3, 1e-4, 20, alexnets(3, n, 1), ()
    yield 'large', '10 AlexNet, N=500, L=1', 3, 1e-4, 120, alexnets(10, 500, 1), BASELINES
    for gap in (1e-3, 1e-4): yield 'large', f'10 mixed, N=200, L=1, to {gap:g}', 3, gap, 90, mixed(10, 200), BASELINES
    yield 'large', '20 mixed, N=2000, L=1', 1, 1e-3, 200, mixed(20, 2000), ()
    yield 'huge', '50 mixed, N=10000, L=1', 1, 1e-2, 600, mixed(50, 10000), ()


def quadratic(p, limit, gap):
    "The reference's quadratic program, written anew from Eq. 3, for Gurobi: assignment and bound (s)."
    import gurobipy as gp
    m, c, on = gp.Model(env=gp.Env(params={'OutputFlag': 0})), p.costs, []
    m.Params.TimeLimit, m.Params.MIPGap, total, units = limit, gap, 0, p.system.units
    for fixed, carry, t in zip(c.fixed, c.carry, p.tasks):
        a = m.addMVar(fixed.shape, vtype='B')
        m.addConstr(a.sum(axis=0) == 1)
        total += sum(fixed[:, j] @ a[:, j] for j in range(len(t.cnn))) + sum(k*(a[:, j] @ c.delay @ a[:, j+1]) for j, k in enumerate(carry))
        on.append(a)
    m.addConstr(sum(a.sum(axis=1) for a in on) <= p.max_layers)
    m.addConstr(sum(a @ t.cnn.each('memory') for a, t in zip(on, p.tasks)) <= np.array([u.memory for u in units]))
    m.setObjective(total)
    m.optimize()
    return [a.X.argmax(axis=0) for a in on], m.ObjBound


def solve(p, method, gap, limit):
    "assignment, bound, status"
    kind, _, solver = method.partition(' ')
    if kind == 'quadratic': return *quadratic(p, limit, gap), ''
    r = place(p, solver=solver or None, method=kind, gap=gap, time_limit=limit)
    return r.assignment, r.bound, r.status


def run(group, name, seed, p, method, gap, limit):
    "One line of the file."
    began, a, bound, status = time.perf_counter(), None, np.nan, ''
    try: a, bound, status = solve(p, method, gap, limit)
    except PlacementError as e: status = type(e).__name__
    seconds = time.perf_counter() - began
    assert a is None or not p.violations(a)
    latency = np.nan if a is None else p.objective(a)
    return dict(group=group, instance=name, units=p.system.n_units, cnns=len(p.tasks), L=p.max_layers or 'none', seed=seed, method=method, gap_wanted=gap, seconds=round(seconds, 4),
                status=status, latency=latency, bound=bound, gap=(latency - bound)/latency, peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024),
                python=platform.python_version(), **VERSIONS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--group', default=None, help='only the rows of this group')
    parser.add_argument('--seeds', type=int, default=None, help='at most so many seeds a row')
    parser.add_argument('--out', default=OUT, help='folder for the files')
    asked = parser.parse_args()
    for method in ('colgen', *MODELS): place(instance(12, ['cnn5', 'cnn5'], 1, 0, 12), solver=method.partition(' ')[2] or None, method=method.partition(' ')[0]) # warm-up
    files = {}
    for group, name, seeds, gap, limit, make, others in rows():
        if asked.group not in (None, group): continue
        for seed in range(min(seeds, asked.seeds or seeds)):
            p = make(seed)
            for method in ('colgen', *others):
                line = run(group, name, seed, p, method, gap, limit)
                if group not in files:
                    Path(asked.out).mkdir(parents=True, exist_ok=True)
                    file = open(Path(asked.out)/f"benchmark_{group.replace(', ', '_')}.csv", 'w', newline='')
                    files[group] = file, csv.DictWriter(file, line.keys(), lineterminator='\n')
                    files[group][1].writeheader()
                files[group][1].writerow(line)
                files[group][0].flush()
        print(f'{time.strftime("%H:%M:%S")} {name}', flush=True)


if __name__ == '__main__': main()
