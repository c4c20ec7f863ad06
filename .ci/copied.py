"""Every visible cell of home, tutorials and how-tos runs when it is copied, in order, into a plain Python session.

    python .ci/copied.py [PAGE ...]     what fails, and nothing else; cells behind #| slow, gurobi, notest or eval: false are left out"""
import json, re, shutil, subprocess, sys, tempfile
from pathlib import Path

HIDDEN = re.compile(r'^#\|\s*(hide\b|(?:include|eval|echo): *false|slow|gurobi|notest)', re.M)
# Statement by statement, as a session takes what is pasted: what has a value is shown.
SESSION = '''import ast, json, sys, io
cells, out = json.load(sys.stdin), sys.stdout
for source in cells:
    sys.stdout = io.StringIO()
    try:
        for statement in ast.parse(source).body: exec(compile(ast.Interactive([statement]), 'cell', 'single'), globals())
    except BaseException as e: print(f"{source.strip().splitlines()[0][:80]!r}: {type(e).__name__}: {e}", file=out); break
'''


def text(value): return value if isinstance(value, str) else ''.join(value or '')


def run(page):
    "What a plain session says to the visible cells of a page, if anything."
    cells = [text(c['source']) for c in json.loads(page.read_text())['cells'] if c['cell_type'] == 'code']
    told = json.dumps([s for s in cells if not HIDDEN.search(s)])
    done = subprocess.run([sys.executable, '-c', SESSION], input=told, capture_output=True, text=True, cwd=page.parent)
    return done.stdout.strip() or (done.stderr.strip()[-300:] if done.returncode else '')


def check(nbs, only=()):
    "What fails, page by page, in a copy of the notebooks."
    with tempfile.TemporaryDirectory() as tmp:
        copy = Path(shutil.copytree(nbs, Path(tmp)/'nbs', symlinks=True))
        pages = [p for p in [copy/'index.ipynb', *sorted(copy.glob('tutorials/*.ipynb')), *sorted(copy.glob('howto/*.ipynb'))] if p.exists()]
        for p in [p for p in pages if not only or p.stem in only]:
            if said := run(p): yield f'{p.relative_to(copy)}: {said}'


if __name__ == '__main__':
    if wrong := list(check(Path(__file__).resolve().parent.parent/'nbs', sys.argv[1:])): sys.exit('\n'.join(wrong))
    print('every visible cell runs when it is copied')
