"""Two of ten emulated units lost at random moments: what is answered, and for how long nothing is.

    python benchmarks/kills.py OUT.csv [--runs 20] [--first 1] [--images 120]

A row a run: seed, first, second (how: kill, stop, link), images, answered, correct (equal to the whole network), twice, resent, replaced, gap_first,
gap_second (s without an answer after each), left (processes, namespaces, control groups). Linux and root."""
import argparse
import glob
import signal
import time
import networkx as nx
import numpy as np
import pandas as pd
from distcnn.emulate import EmulatedSite
from distcnn.onnx import from_onnx
from distcnn.problem import Problem, Task
from distcnn.site import small_network, some_images
from distcnn.system import random_system
from distcnn.units import Radio, Unit

HOW = 'kill', 'stop', 'link'


def setting(seed):
    "Ten units, more than are needed."
    model = small_network(seed)
    cnn = from_onnx(model, ['conv1', 'conv3'], exits={'early': .4}, output='decision')
    unit = Unit('board', 1.1*max(l.memory for l in cnn.layers), 400.)
    system = random_system(10, {unit: 1.}, side=12., radio=Radio('radio', 5000., 7.5), endpoints=1, seed=seed)
    return Problem(system, [Task(cnn)], max_layers=1), model


def suffice(site, down):
    "Does the endpoint still reach as many units as there are layers?"
    s = site.problem.system
    graph = nx.Graph((s.names[a], s.names[b]) for a, b in zip(*s.links.nonzero()))
    graph.remove_nodes_from(x for x in down if isinstance(x, str))
    graph.remove_edges_from(x for x in down if not isinstance(x, str))
    return len(nx.node_connected_component(graph, s.names[s.n_units])) > len(site.problem.tasks[0].cnn)


def lose(site, how, rng, down):
    "A unit that works, or its link to one it sends to; one without which the others suffice. `down` is what was lost before."
    s, where = site.problem.system, [int(i) for i in site.placement.assignment[0]]
    first = int(rng.integers(len(where)))
    for k in [*range(first, len(where)), *range(first)]:
        a, b = s.route(s.n_units + site.problem.tasks[0].source if k == 0 else where[k-1], where[k])[:2]
        lost = (s.names[a], s.names[b]) if how == 'link' else s.names[where[k]]
        if suffice(site, [*down, lost]): break
    down.append(lost)
    if how == 'link': return site.set_link(*lost, False)
    site.kill(lost, signal.SIGKILL if how == 'kill' else signal.SIGSTOP)


def gap(times, at):
    "The longest time without an answer after a moment: of what comes within 15 s, and until the first one."
    later = sorted(t for t in times if t > at)
    near = [at, *later[:1], *(t for t in later[1:] if t < at + 15)]
    return round(max((b - a for a, b in zip(near, near[1:])), default=0.), 2)


def left(site):
    "Namespaces, control groups and processes of a site that was closed."
    spaces = [p for s in site.space.values() for p in glob.glob(f'/run/netns/{s}') + glob.glob(f'/sys/fs/cgroup/{s}') + glob.glob(f'/sys/fs/cgroup/*/{s}')]
    return len(spaces) + sum(p.poll() is None for p in site.processes.values())


def run(seed, images):
    "A row."
    rng = np.random.default_rng(seed)
    problem, model = setting(seed)
    pictures = some_images(images, seed=seed)
    how = [HOW[seed % 3], HOW[int(rng.integers(3))]]
    at = [int(rng.integers(10, images//3)), int(rng.integers(images//2, 3*images//4))]
    lost, times, answers, down = [], [], [], []
    with EmulatedSite(problem, model, calibration=pictures[:40]) as site:
        def told(k):
            if k in at: lost.append(time.monotonic()); lose(site, how[at.index(k)], rng, down)
        site.told_of.append(told)
        for a in site.stream(pictures, rate=8.):
            times.append(time.monotonic()); answers.append(a)
        right = sum(np.array_equal(a.output, site.wholes[0].answer(x)[1]) for x, a in zip(pictures, answers))
        row = dict(resent=site.resent, replaced=site.replaced)
    return dict(seed=seed, first=how[0], second=how[1], images=images, answered=len(answers), correct=right,
                twice=len(answers) - len({a.image for a in answers}), **row, gap_first=gap(times, lost[0]), gap_second=gap(times, lost[1]),
                left=left(site))


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('out'); parser.add_argument('--runs', type=int, default=20); parser.add_argument('--first', type=int, default=1); parser.add_argument('--images', type=int, default=120)
    a = parser.parse_args()
    rows = []
    for seed in range(a.first, a.first + a.runs):
        rows.append(run(seed, a.images))
        pd.DataFrame(rows).to_csv(a.out, index=False)
        print(rows[-1], flush=True)
