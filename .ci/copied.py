"""Every visible cell of home, tutorials and how-tos runs when it is copied, in order, into a plain Python session.

    python .ci/copied.py [PAGE ...]     what fails, and nothing else; cells behind #| slow, gurobi, notest or eval: false are left out"""
import io, json, os, re, shutil, sys, tempfile, traceback
from contextlib import redirect_stdout
from multiprocessing import get_context
from pathlib import Path

HIDDEN = re.compile(r'^#\|\s*(hide\b|include: *false|eval: *false|slow|gurobi|notest)', re.M)


def text(value): return value if isinstance(value, str) else ''.join(value or '')


def run(page):
    "What a plain session says to the visible cells of a page, or nothing."
    os.chdir(page.parent)
    cells = [text(c['source']) for c in json.loads(page.read_text())['cells'] if c['cell_type'] == 'code']
    session = {'__name__': '__main__'}
    for source in [s for s in cells if not HIDDEN.search(s)]:
        try:
            with redirect_stdout(io.StringIO()): exec(compile(source, str(page), 'exec'), session)
        except BaseException: return f"{page.parent.name}/{page.name}: {source.strip().splitlines()[0][:80]!r}: {traceback.format_exc().strip().splitlines()[-1]}"


def check(nbs, only=()):
    "What fails, page by page, in a copy of the notebooks."
    with tempfile.TemporaryDirectory() as tmp:
        copy = Path(shutil.copytree(nbs, Path(tmp)/'nbs', symlinks=True))
        pages = [p for p in [copy/'index.ipynb', *sorted(copy.glob('tutorials/*.ipynb')), *sorted(copy.glob('howto/*.ipynb'))] if p.exists()]
        pages = [p for p in pages if not only or p.stem in only]
        with get_context('spawn').Pool(1, maxtasksperchild=1) as pool: yield from filter(None, pool.imap(run, pages, 1)) # a session of its own for each


if __name__ == '__main__':
    if wrong := list(check(Path(__file__).resolve().parent.parent/'nbs', sys.argv[1:])): sys.exit('\n'.join(wrong))
    print('every visible cell runs when it is copied')
