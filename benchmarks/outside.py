"""Placements held against published optima and plans; a row an instance, of nbs/check/data/outside.csv.

    python benchmarks/outside.py --partitioning FOLDER --dnnpipe config.json [--limit 120] [--only NAME] [--out FILE]

FOLDER: bert24_inference.json, resnet50_inference.json, gnmt_inference.json of msr-fiddle/dnn-partitioning; config.json: of SNU-RTOS/DNNPipe.
PipeEdge's figures are in nbs/check/data/pipeedge.csv. Times in ms: `published` (and what it is), `contiguous` (dynamic program), `found`
(`place`, to a gap of 1e-6), `bound` (`place`'s; where that is not
reached, of chains of at most 40 layers, by `packing_bound`). The order of operators is that of 100 orders (the file's, and seeds 0 to 98)
whose contiguous parts are best."""
import argparse
import json
import os
import platform
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from distcnn.cnn import Layer
from distcnn.model import candidates
from distcnn.outside import contiguous, pipeline, read_partitioning
from distcnn.packing import packing_bound
from distcnn.solve import place
from distcnn.units import Unit

DATA = Path(__file__).resolve().parent.parent/'nbs/check/data'
MOST = 40 # layers of a chain whose bound is sharpened by packing, to 1e-4
PUBLISHED = dict(bert24=17.78990625, resnet50=33.774666015625, gnmt=32.910658203125)


def partitioning(folder, name):
    "The order whose contiguous parts are best."
    path = Path(folder)/f'{name}_inference.json'
    return min((read_partitioning(path, seed) for seed in (None, *range(99))), key=lambda p: contiguous(p)[0])


def vit(model):
    "PipeEdge's layers on four boards of each kind."
    kinds, rows = dict(minnowboard_e3845=2048, rcc_ve_c2000=8192), pd.read_csv(DATA/'pipeedge.csv').query('model == @model').to_dict('records')
    layers = [Layer(f"layer {r['layer']}", 0, r['memory_mib']*1024**2/1e3, 8*4*r['numbers_out']/1e3, seconds={k: r[f'{k}_s'] for k in kinds}) for r in rows]
    units = [Unit(k, mib*1024**2/1e3, 1) for k, mib in kinds.items() for _ in range(4)]
    return pipeline(model, layers, units, delay=1e3/(1000*1024**2/8))


def dnnpipe(path):
    "DNNPipe's units on its devices; nothing is sent."
    data = json.loads(Path(path).read_text())
    scale, memory = data['device_config']['C'], data['device_config']['M']
    times = [{f'device {d}': ms/1e3/c for d, c in enumerate(scale, 1)} for ms in data['model_config']['E']]
    layers = [Layer(f'unit {k}', 0, mb*1e3, 0, seconds=s) for k, (mb, s) in enumerate(zip(data['model_config']['R'], times), 1)]
    return pipeline('efficientnetv2b0', layers, [Unit(f'device {d}', mb*1e3, 1) for d, mb in enumerate(memory, 1)], delay=0)


def plan(problem, runs):
    "Its bottleneck; runs: (first layer, last layer, unit), from 1."
    where = np.concatenate([np.full(b - a + 1, i - 1) for a, b, i in runs])
    assert not problem.violations([where])
    return problem.objective([where])


def instances(a):
    "(source, name, problem, published s or NaN, what it is)"
    for name, ms in PUBLISHED.items() if a.partitioning else (): yield 'dnn-partitioning', name, partitioning(a.partitioning, name), ms/1e3, 'best contiguous'
    base = vit('vit-base-patch16-224')
    yield 'PipeEdge', 'vit-base', base, plan(base, [(6*k + 1, 6*k + 6, k + 1) for k in range(8)]), 'example schedule'
    yield 'PipeEdge', 'vit-large', vit('vit-large-patch16-224'), np.nan, ''
    if a.dnnpipe:
        p = dnnpipe(a.dnnpipe)
        yield 'DNNPipe', 'efficientnetv2b0', p, plan(p, [(1, 71, 1), (72, 112, 4), (113, 200, 2), (201, 273, 3)]), 'its plan'


def row(source, name, problem, published, what, limit):
    began, started = time.process_time(), time.perf_counter()
    (seconds, start), few = contiguous(problem), len(problem.pieces) <= MOST
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        p = place(problem, start=start, gap=1e-6, time_limit=limit)
        bound = packing_bound(problem, candidates(problem), p.bound, p.objective) if few and p.status != 'optimal' else p.bound
    status = 'optimal' if p.objective - bound <= 1.001e-4*p.objective else p.status
    print(name, p, bound, time.process_time() - began, flush=True)
    return dict(source=source, instance=name, layers=len(problem.tasks[0].cnn), units=problem.system.n_units, published=1e3*published,
                published_is=what, contiguous=1e3*seconds, found=1e3*p.objective, bound=1e3*bound, gap=1 - bound/p.objective, status=status, seconds=time.perf_counter() - started)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--partitioning'); parser.add_argument('--dnnpipe'); parser.add_argument('--only')
    parser.add_argument('--limit', type=float, default=120); parser.add_argument('--out', default=DATA/'outside.csv')
    a = parser.parse_args()
    model = next((l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.processor())
    rows = [row(*i, a.limit) for i in instances(a) if a.only in (None, i[1])]
    about = dict(command=f'python benchmarks/outside.py --partitioning FOLDER --dnnpipe config.json --limit {a.limit:g}',
                 machine=f'{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} cores',
                 versions=' '.join(f'{p}={version(p)}' for p in ('numpy', 'cvxpy', 'highspy')))
    pd.DataFrame(rows).round(6).assign(**about).to_csv(a.out, index=False)
    print(pd.DataFrame(rows).to_string())
