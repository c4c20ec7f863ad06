"""Tiny problems with every row of true costs, each way of placing held against all assignments; nbs/check/data/true_costs.csv.

    python benchmarks/true_costs.py [--seeds 2500] [--way 'column generation'] [--out FILE]

A row a way and kind of problem (what is minimised, which limits): how many problems, how many of them have no placement, in how many the
way found the least of all assignments to 1e-6 (or said with a reason that there is none), in how many reports of column generation the
bound was above it, and the largest difference. With --way that way alone is tried, and the rows of the others stay as they are. The enumeration has its own code for routes and flows (nbs/check/03_true_costs.ipynb)."""
import argparse
import os
import platform
import time
import warnings
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from distcnn.colgen import supports
from distcnn.enumeration import costly_problem, enumerated
from distcnn.errors import Infeasible
from distcnn.solve import place

WAYS = {'column generation': dict(method='colgen'), 'model, HIGHS': dict(method='model', solver='HIGHS'),
        'model, GLPK_MI': dict(method='model', solver='GLPK_MI'), 'model, SCIP': dict(method='model', solver='SCIP')}
COUNTS = ['problems', 'infeasible', 'agree', 'reports', 'bounds_above']
LIMITS = ('max_busy', 'rate', 'lifetime', 'max_latency', 'max_energy')


def kind(problem):
    "What is minimised, and which limits there are, in words."
    limits = [name for name in LIMITS if getattr(problem, name) is not None]
    more = ['no overlap']*(not problem.overlap) + ['shared channel']*problem.system.shared + ['shared layers']*bool(problem.shared)
    return problem.minimise, ' '.join(limits), ', '.join(more)


def tried(problem, truth, how):
    "(is it the least of all?, reports, bounds above the truth, difference, what is wrong)"
    reports = []
    try: p = place(problem, gap=0, callback=lambda r: reports.append(r['bound']), **how)
    except Infeasible as e: return np.isinf(truth) and bool(str(e)), len(reports), 0, 0., '' if np.isinf(truth) else f'infeasible: {e}'
    above = sum(bound > truth*(1 + 1e-6) + 1e-12 for bound in [*reports, p.bound])
    off = abs(p.objective - truth)/max(truth, 1e-12) if np.isfinite(truth) else np.inf
    broken = problem.violations(p.assignment)
    return off <= 1e-6 and not broken and p.status == 'optimal', len(reports), above, off, '; '.join(broken) or ('' if off <= 1e-6 else f'{p.objective} instead of {truth}')


def held_against(seeds, ways, write):
    "{(way, kind): counts}, and what was wrong; written after every hundred problems."
    counts, wrong = defaultdict(lambda: dict(problems=0, infeasible=0, agree=0, reports=0, bounds_above=0, largest_difference=0.)), []
    for seed in range(seeds):
        problem = costly_problem(seed)
        truth = enumerated(problem)[0]
        for name, how in ways.items():
            if how['method'] == 'colgen' and supports(problem): continue
            fine, reports, above, off, why = tried(problem, truth, how)
            c = counts[(name, *kind(problem))]
            c['problems'] += 1; c['infeasible'] += int(np.isinf(truth)); c['agree'] += int(fine); c['reports'] += reports
            c['bounds_above'] += above; c['largest_difference'] = max(c['largest_difference'], off)
            if not fine or above: wrong.append(f'seed {seed}, {name}: {why or "bound or status"}'); print(wrong[-1], flush=True)
        if (seed + 1) % 100 == 0 or seed + 1 == seeds: write(counts, seed + 1)
    return counts, wrong


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seeds', type=int, default=2500)
    parser.add_argument('--way', choices=list(WAYS))
    parser.add_argument('--out', default=Path(__file__).resolve().parent.parent/'nbs/check/data/true_costs.csv')
    a, began = parser.parse_args(), time.process_time()
    warnings.simplefilter('ignore')
    model = next((l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.processor())
    about = dict(machine=f'{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} cores',
                 versions=' '.join(f'{p}={version(p)}' for p in ('numpy', 'cvxpy', 'highspy', 'cvxopt', 'pyscipopt')))

    others = pd.read_csv(a.out, keep_default_na=False, dtype=str) if a.way else None

    def write(counts, seeds):
        table = pd.DataFrame([dict(zip(('way', 'minimise', 'limits', 'more'), k)) | c for k, c in counts.items()])
        table['largest_difference'] = table.largest_difference.map('{:.1e}'.format)
        command = f'python benchmarks/true_costs.py --seeds {seeds}' + (f" --way '{a.way}'" if a.way else '')
        if others is not None:
            table = pd.concat([table, others[others.way != a.way].drop(columns=['command', 'machine', 'versions'])])
            command = f'{others.command[0].split("; ")[0]}; {command}'
        table = table.sort_values(['way', 'minimise', 'limits', 'more'])
        first = dict(command=command, **about) # in the first row alone
        table.assign(**{k: [v] + ['']*(len(table) - 1) for k, v in first.items()}).to_csv(a.out, index=False)
        print(seeds, table.astype(dict.fromkeys(COUNTS, int)).groupby('way')[COUNTS].sum(), sep='\n', flush=True)

    counts, wrong = held_against(a.seeds, {a.way: WAYS[a.way]} if a.way else WAYS, write)
    print(f'{time.process_time() - began:.0f} s of CPU', *wrong[:20], sep='\n')
