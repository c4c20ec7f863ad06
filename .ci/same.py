"""Are placements the same on every machine? 200 of them as lines of JSON, at two levels of numpy and with one and two threads.

    python .ci/same.py            # compares; fails where a line differs
    python .ci/same.py --lines    # prints the lines

numpy picks its code by processor: switching all of that off (NPY_DISABLE_CPU_FEATURES) stands in for another processor.
Nothing here has a time limit, as results with one depend on the time.
"""
import json
import os
import subprocess
import sys

import numpy as np
from numpy._core._multiarray_umath import __cpu_dispatch__

from distcnn import zoo
from distcnn.problem import Problem, Task
from distcnn.solve import PlacementError, place
from distcnn.system import System, random_system
from distcnn.testing import tiny_problem
from distcnn.units import BEAGLEBONE_AI, ORANGE_PI_ZERO, RASPBERRY_PI_3B_PLUS, STM32H7
from distcnn.whatif import place_again, with_unit_failed

MIX = {ORANGE_PI_ZERO: .45, BEAGLEBONE_AI: .45, RASPBERRY_PI_3B_PLUS: .1}
SMALL = {STM32H7: .5, RASPBERRY_PI_3B_PLUS: .5}
CNNS = (['alexnet'], ['cnn5'], ['alexnet_exit'], ['cnn6_exit', 'cnn5'], ['alexnet', 'cnn5'], ['alexnet', 'alexnet'],
        ['resnet18', 'cnn5'], ['cnn5', 'cnn5', 'cnn6_exit'], ['alexnet', 'alexnet_exit', 'cnn5'], ['cnn5']*4)


def chosen(number):
    "Problem of this number, and the gap to place it to."
    cnns, limit = CNNS[number % len(CNNS)], (1, 2, 3, 4, None)[number//len(CNNS) % 5]
    units, mix = 16 + 2*(number % 9), SMALL if all(c.startswith('cnn') for c in cnns) else MIX
    system = random_system(units, mix, 30*np.sqrt(units/50), endpoints=len(cnns), seed=number)
    if number % 7 == 3: system = uniform(system)
    tasks = [Task(zoo.get(c), source=u) for u, c in enumerate(cnns)]
    shared = [[(u, j) for u in range(len(cnns))] for j in range(2)] if len(set(cnns)) == 1 < len(cnns) and number % 3 == 0 else ()
    busy = .4 if number % 5 == 4 else None
    return Problem(system, tasks, limit, shared, max_busy=busy), 1e-3 if number % 2 else 1e-4


def uniform(system):
    "The same units, every pair equally far: ties everywhere."
    vertices = system.n_units + system.n_endpoints
    return System.from_delays(system.units, (1 - np.eye(vertices))/9025, system.n_endpoints)


def told(number, what, run):
    "One line; and the placement, None where there is none."
    try: placement = run()
    except PlacementError as error: return json.dumps(dict(number=number, what=what, error=str(error))), None
    units = [[int(i) for i in a] for a in placement.assignment]
    return json.dumps(dict(number=number, what=what, objective=placement.objective, bound=placement.bound, units=units)), placement


def lines():
    "200 placements of problems of the zoo and of tiny ones, each third placed again after its busiest unit failed; and what has none."
    count, number = 0, 0
    while count < 200:
        problem, gap = (tiny_problem(number), 1e-4) if number % 5 == 2 else chosen(number)
        line, before = told(number, 'place', lambda: place(problem, gap=gap))
        yield line
        if before is not None and number % 3 == 2:
            failed = with_unit_failed(problem, int(np.bincount(np.concatenate(before.assignment)).argmax()), relays=True)
            line, after = told(number, 'again', lambda: place_again(failed, before, gap=gap))
            yield line
            count += after is not None
        count, number = count + (before is not None), number + 1


def at(disabled, threads):
    "The lines of a process with some of numpy's code switched off and so many threads of BLAS."
    env = os.environ | dict(NPY_DISABLE_CPU_FEATURES=disabled, OPENBLAS_NUM_THREADS=threads, PYTHONWARNINGS='ignore')
    if not disabled: del env['NPY_DISABLE_CPU_FEATURES']
    run = subprocess.run([sys.executable, __file__, '--lines'], env=env, text=True, stdout=subprocess.PIPE)
    if run.returncode: sys.exit(f"failed with NPY_DISABLE_CPU_FEATURES={disabled!r} and {threads} threads")
    return run.stdout.splitlines()


def main():
    if '--lines' in sys.argv[1:]:
        for line in lines(): print(line, flush=True)
        return
    first, differing = at('', '1'), 0
    for disabled in ('', ' '.join(__cpu_dispatch__)):
        for threads in ('1', '2'):
            if (disabled, threads) == ('', '1'): continue
            other = at(disabled, threads)
            pairs = [(a, b) for a, b in zip(first, other, strict=True) if a != b]
            for a, b in pairs[:3]: print(f'  {a}\n  {b}')
            print(f"{len(pairs)} of {len(first)} placements differ with {disabled or 'nothing'} switched off and {threads} threads", flush=True)
            differing += len(pairs)
    sys.exit(min(differing, 1))


if __name__ == '__main__': main()
