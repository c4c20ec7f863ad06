"""Run pages again, in a copy, and keep what comes out; or only say what differs from what stands there.

    python .ci/rerun.py nbs/see/01_charts.ipynb ...     outputs of these pages, made anew
    python .ci/rerun.py --check                     tutorials and how-tos: what fails, what is stale

Cells behind #| slow, gurobi, notest or eval: false are left as they are."""
import math, os, re, shutil, sys, tempfile, time
from pathlib import Path
from execnb.nbio import read_nb, write_nb
from execnb.shell import CaptureShell

MOST_SECONDS = 300 # for all tutorials and how-tos
LEFT = re.compile(r'^#\|\s*(eval: *false|slow|gurobi|notest)', re.M)
NUMBER = r'-?\d+(?:\.\d+)?(?:e[-+]?\d+)?'


def text(value): return value if isinstance(value, str) else ''.join(value or '')
def parts(outputs): return [{k: text(v) for k, v in {**o.get('data', {}), **({'text/plain': o['text']} if 'text' in o else {})}.items()} for o in outputs]


def same(a, b):
    "Equal, but for the last digits of numbers, addresses, and the numbers of clips."
    a, b = (re.sub(r'0x[0-9a-f]{6,}|(?<=clip)\d+|(?<=gradient_)\d+', '', text(x)).strip() for x in (a, b))
    near = lambda x, y: x == y or math.isclose(float(x), float(y), rel_tol=1e-6, abs_tol=1e-12)
    return a == b or (re.split(NUMBER, a) == re.split(NUMBER, b) and all(map(near, re.findall(NUMBER, a), re.findall(NUMBER, b))))


def alike(was, now): # two lists of outputs
    was, now = parts(was), parts(now)
    return [sorted(x) for x in was] == [sorted(x) for x in now] and all(same(x[k], y[k]) for x, y in zip(was, now) for k in x)


def run(path):
    "The notebook, run again, and what failed or differs."
    book, shell, here, wrong = read_nb(path), CaptureShell(path=path.parent), os.getcwd(), []
    os.chdir(path.parent)
    try:
        for c in book.cells:
            if c.cell_type != 'code' or LEFT.search(c.source): continue
            was, c.outputs = c.outputs, []
            shell.cell(c)
            if shell.exc: return book, [*wrong, f"{c.source[:80]!r}: fails when run again: {shell.exc!r}"]
            if alike(was, c.outputs): c.outputs = was
            else: wrong.append(f"{c.source[:80]!r}: its output is stale")
    finally: os.chdir(here)
    return book, wrong


def check(nbs):
    "What is stale among tutorials and how-tos."
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as tmp:
        copy = Path(shutil.copytree(nbs, Path(tmp)/'nbs', symlinks=True))
        for p in [p for d in ('tutorials', 'howto') for p in sorted((copy/d).glob('*.ipynb'))]:
            start = time.perf_counter()
            yield from (f'{p.relative_to(copy)}: {w}' for w in run(p)[1])
            print(f'{p.relative_to(copy)}: {time.perf_counter() - start:.1f} s', flush=True)
    if (took := time.perf_counter() - began) > MOST_SECONDS: yield f"running again takes {took:.0f} s, more than {MOST_SECONDS}"


def keep(path):
    "Write what comes out; nothing is written where a cell fails."
    book, wrong = run(path)
    if wrong and 'fails when run again' in wrong[-1]: sys.exit(f'{path}: {wrong[-1]}')
    if wrong: write_nb(book, path)
    print(f'{path}: {len(wrong)} cells changed')


if __name__ == '__main__':
    if '--check' in sys.argv:
        if wrong := list(check(Path(__file__).resolve().parent.parent/'nbs')): sys.exit('\n'.join(wrong))
    else:
        for p in sys.argv[1:]: keep(Path(p).resolve())
