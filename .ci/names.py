"""Are names words, and lines short? One-letter names and long lines of the exported modules.

    python .ci/names.py           # a row a module; fails where column generation has too many one-letter names
    python .ci/names.py --lines   # fails where too many lines are too long, too
"""
import ast
import sys
from pathlib import Path

MOST_LETTERS, MOST_LONG, WIDTH = .15, .01, 120
CHECKED = 'colgen' # the package whose names are held to it


def bound(tree):
    "Every name that is bound: assigned, an argument, of a loop, of a comprehension; with its line."
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store): yield node.id
        elif isinstance(node, ast.arg): yield node.arg
        elif isinstance(node, ast.ExceptHandler) and node.name: yield node.name
        elif isinstance(node, ast.MatchAs) and node.name: yield node.name


def measured(path):
    "Names bound, those of one letter (`_` aside), lines, those that are too long."
    text = path.read_text()
    names = [name for name in bound(ast.parse(text)) if name not in ('_', 'self', 'cls')]
    lines = [line for line in text.splitlines() if line.strip()]
    return len(names), sum(len(name) == 1 for name in names), len(lines), sum(len(line) > WIDTH for line in lines)


def share(part, whole): return part/whole if whole else 0.


def main(top):
    modules = [p for p in sorted(top.rglob('*.py')) if p.name != '_modidx.py']
    rows = {p.relative_to(top).with_suffix('').as_posix(): measured(p) for p in modules}
    for module, (names, letters, lines, long) in rows.items():
        print(f'{module:24} one-letter names {share(letters, names):6.1%} of {names:4}   lines over {WIDTH} {share(long, lines):6.1%} of {lines:4}')
    ours = [sum(column) for column in zip(*(row for module, row in rows.items() if module.split('/')[0] == CHECKED))]
    every = [sum(column) for column in zip(*rows.values())]
    letters, long = share(ours[1], ours[0]), share(every[3], every[2])
    print(f'{CHECKED}: {letters:.1%} of names have one letter (at most {MOST_LETTERS:.0%}); all: {long:.2%} of lines are over {WIDTH} (at most {MOST_LONG:.0%})')
    wrong = [f'{CHECKED} has too many one-letter names'] * (letters > MOST_LETTERS)
    wrong += ['too many lines are too long'] * (long > MOST_LONG and '--lines' in sys.argv[1:])
    sys.exit('; '.join(wrong) or None)


if __name__ == '__main__': main(Path(__file__).resolve().parents[1]/'distcnn')
