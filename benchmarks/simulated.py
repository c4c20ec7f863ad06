"""What simulated placements carry, of what is predicted; a row a placement and world, of nbs/study/data/simulated.csv.

    python benchmarks/simulated.py [--placements 200] [--images 200] [--out FILE]

Random placements (seed: the number of the placement) of one or two CNNs on 12 boards, with a slow radio or a fast one, in both worlds of
radios, computing beside sending or not. `share`: images/s that go through when 12 rounds are always under way, over the predicted rate.
Where computing binds by a fifth at least, 400 images come at 95% and at 105% of the predicted rate: `waits_95` and `waits_105` are the
seconds that images of the last quarter wait longer than those of the second one, over the time between two images; `grows_105`: what the
second is where all that is too much queues."""
import argparse
import os
import platform
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from distcnn import zoo
from distcnn.problem import Problem, Task
from distcnn.simulate import simulate
from distcnn.system import random_system
from distcnn.units import BEAGLEBONE_AI, HALOW, ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS, WIFI4

MIX = {ORANGE_PI_ZERO: .45, BEAGLEBONE_AI: .45, RASPBERRY_PI_3B_PLUS: .1}


def random_placement(seed):
    rng = np.random.default_rng(seed)
    cnns = [zoo.get(c) for c in rng.choice(['cnn5', 'alexnet'], size=rng.integers(1, 3))]
    system = random_system(12, MIX, side=15, radio=(HALOW, WIFI4)[seed % 2], endpoints=2*len(cnns), seed=seed)
    return Problem(system, [Task(c, 2*u, 2*u + 1) for u, c in enumerate(cnns)], None), [rng.integers(0, 12, len(c)) for c in cnns]


def waits(problem, assignment, load, world, n=400):
    "How much longer late images wait, in periods of the predicted rate."
    rate = problem.throughput(assignment)
    late = simulate(problem, assignment, images=n, arrivals='periodic', rate=load*rate, timeline=0, radios=world).images.groupby('image').latency.max()
    return (late[n*3//4:].mean() - late[n//4:n//2].mean())*rate


def rows(seed, images):
    problem, a = random_placement(seed)
    for world, shared in (('vertex', False), ('channel', True)):
        for overlap in (True, False):
            p = replace(problem, system=replace(problem.system, radio=replace(problem.system.radio, shared=shared), shared=shared), overlap=overlap)
            use, most = p.use(a), p.throughput(a)
            busy, air = use.busy.max(), use.airtime.max()
            s = simulate(p, a, images=images, arrivals='saturated', inflight=12, timeline=0, radios=world)
            row = dict(seed=seed, radios=world, overlap=overlap, binds='computing' if busy >= air else 'radio', predicted=most,
                       share=images/s.images.done.max()/most)
            if world == 'vertex' and overlap and busy > 1.2*air:
                row |= dict(waits_95=waits(p, a, .95, world), waits_105=waits(p, a, 1.05, world), grows_105=200*(1 - 1/1.05))
            yield row


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--placements', type=int, default=200); parser.add_argument('--images', type=int, default=200)
    parser.add_argument('--out', default=Path(__file__).resolve().parent.parent/'nbs/study/data/simulated.csv')
    a, began = parser.parse_args(), time.process_time()
    model = next((l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.processor())
    table = pd.DataFrame([r for seed in range(a.placements) for r in rows(seed, a.images)])
    about = dict(command=f'python benchmarks/simulated.py --placements {a.placements} --images {a.images}',
                 machine=f'{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} cores',
                 versions=' '.join(f'{p}={version(p)}' for p in ('numpy', 'simpy', 'pandas')))
    Path(a.out).parent.mkdir(parents=True, exist_ok=True)
    table.round(6).assign(**about).to_csv(a.out, index=False)
    print(f'{time.process_time() - began:.0f} s of CPU')
    print(table.groupby(['radios', 'overlap', 'binds']).share.describe().round(3), table[['waits_95', 'waits_105', 'grows_105']].describe().round(3), sep='\n')
