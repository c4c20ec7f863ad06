"""Predicted against measured on emulated sites: eight units of two kinds, two early-exit CNNs, two endpoints.

    python benchmarks/emulated.py OUT.csv [--seeds 5] [--images 25]

A row a figure: seed, what (latency, exit, piece, hop, throughput), where, before, predicted, measured (ms; images/s of throughput). Linux and root."""
import argparse
import os
import platform
import time
import numpy as np
import pandas as pd
from distcnn.emulate import EmulatedSite, most_images
from distcnn.onnx import from_onnx
from distcnn.problem import Problem, Task
from distcnn.site import small_network, some_images, with_shares
from distcnn.system import random_system
from distcnn.units import Radio, Unit

SIDES, WIDTH = (96, 128), 64 # pixels of each CNN's images, channels of their first layers


def setting(seed):
    "A problem whose layers are on at least four units, and its networks."
    fast, slow, radio = Unit('fast', 4000, 400.), Unit('slow', 4000, 200.), Radio('radio', 10000., 7.5)
    system = random_system(8, {fast: .5, slow: .5}, side=14., radio=radio, endpoints=2, seed=seed)
    pairs = set(zip(system.network.sender.tolist(), system.network.receiver.tolist()))
    if (8, 9) in pairs: system = system.without_link('e0', 'e1')
    models = {u: small_network(seed + 100*u, side, WIDTH) for u, side in enumerate(SIDES)}
    cnns = [from_onnx(m, ['conv1', 'conv3'], exits={'early': .4}, output='decision', name=f'net{u}') for u, m in models.items()]
    return Problem(system, [Task(c, source=u) for u, c in enumerate(cnns)], max_layers=1), models


def by_exit(problem, assignment, u):
    "{layer: s} until a decision at each exit of a task."
    s, t, where = problem.system, problem.tasks[u], assignment[u]
    source, sink = s.n_units + t.source, s.n_units + t.sink
    way = lambda a, b, kb: 0. if a == b else kb*s.delay[a, b] + s.message[a, b]
    at, out = way(source, where[0], t.cnn.input), {}
    for j, i in enumerate(where):
        at += t.cnn.layers[j].seconds_on(s.units[i])
        if t.cnn.exit[j] > 0: out[j] = at + way(i, sink, t.cnn.layers[-1].output)
        if j + 1 < len(where): at += way(i, where[j+1], t.cnn.layers[j].output)
    return out


def run(seed, images):
    "Rows of one seed."
    problem, models = setting(seed)
    stream = [(u, x) for xs in zip(*(some_images(images, (1, 3, side, side), seed) for side in SIDES)) for u, x in enumerate(xs)]
    with EmulatedSite(problem, models) as site:
        first = list(site.stream(stream, window=1))
        plain = with_shares(site.problem, site.counts)
        site.use(site.calibrated())
        site.clear()
        answers = list(site.stream(stream, window=1))
        measured, where = site.measured, site.placement.assignment
        now, before = with_shares(site.problem, site.counts), plain.breakdown(where).total
        row = lambda what, where, was, predicted, got: dict(seed=seed, what=what, where=where, before=was, predicted=predicted, measured=got)
        for u, total in enumerate(now.breakdown(where).total):
            took = lambda j=None, u=u: [a.seconds for a in answers if a.task == u and j in (None, a.layer)]
            yield row('latency', f'net{u}', 1e3*before[u], 1e3*total, 1e3*np.mean(took()))
            was = by_exit(plain, where, u)
            for j, s in by_exit(now, where, u).items(): yield row('exit', f'net{u} layer {j}', 1e3*was[j], 1e3*s, 1e3*np.median(took(j)))
        for r in measured.units.itertuples(): yield row('piece', f'{r.name} {r.layers}', np.nan, r.predicted_ms, r.measured_ms)
        for r in measured.hops.to_dict('records'): yield row('hop', f"{r['from']} {r['to']} {r['kb']:g} KB", np.nan, r['predicted_ms'], r['measured_ms'])
        began = time.monotonic()
        fast = list(site.stream(stream*2, window=24))
        rate = len(fast)/2/(time.monotonic() - began)
        yield row('throughput', ' '.join(np.atleast_1d(most_images(now, where)[1])), most_images(plain, where)[0], most_images(now, where)[0], rate)
        yield row('radio formula', '', plain.throughput(where), now.throughput(where), rate)
        right = lambda some: sum(np.array_equal(a.output, site.wholes[u].answer(x)[1]) for (u, x), a in zip(some, answers))
        assert right(stream) == len(stream) == len(first)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('out'); parser.add_argument('--seeds', type=int, default=5); parser.add_argument('--images', type=int, default=25)
    a = parser.parse_args()
    model = next((l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.processor())
    rows = []
    for seed in range(1, a.seeds + 1):
        rows += run(seed, a.images)
        pd.DataFrame(rows).round(3).to_csv(a.out, index=False)
        print(seed, flush=True)
    print(f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")
