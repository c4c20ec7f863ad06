"""Imports of the package run one way, from shelf to shelf: ask < answer < see < study < exchange < run < use < check. Lazy ones count.

No module imports what another keeps private (`_name`), and there is no circle. A module is on the shelf of the notebook that exports it;
a hand-written `__init__` on that of the last of its parts. What is known and not mended yet is in KNOWN, which only gets shorter."""
import ast, json, re, sys
from pathlib import Path

SHELVES = ['ask', 'answer', 'see', 'study', 'exchange', 'run', 'use', 'check']
KNOWN: set = set()


def shelves(nbs):
    "{module, without the package's name: shelf}"
    at = {}
    for p in sorted(nbs.rglob('*.ipynb')):
        source = '\n'.join(''.join(c['source']) for c in json.loads(p.read_text())['cells'] if c['cell_type'] == 'code')
        if (m := re.search(r'^#\|\s*default_exp\s+(\S+)', source, re.M)) and p.parent.name in SHELVES: at[m[1]] = p.parent.name
    return at


def uses(path, name, lib, modules):
    "What a module imports of the package: (module, name or '', line)."
    tree, package = ast.parse(path.read_text()), name if path.name == '__init__.py' else name.rpartition('.')[0]
    aliases = {}
    for n in ast.walk(tree):
        if isinstance(n, ast.Import):
            for a in n.names:
                if a.name.split('.')[0] == lib and '.' in a.name: yield a.name.partition('.')[2], '', n.lineno
        elif isinstance(n, ast.ImportFrom):
            base = n.module or ''
            if n.level: base = '.'.join([lib, *package.split('.')][:len([lib, *filter(None, package.split('.'))]) + 1 - n.level] + ([base] if base else [])).rstrip('.')
            if base.split('.')[0] != lib: continue
            base = base.partition('.')[2]
            for a in n.names:
                inner = f'{base}.{a.name}'.strip('.')
                if inner in modules: aliases[a.asname or a.name] = inner; yield inner, '', n.lineno
                elif base: yield base, a.name, n.lineno
        elif isinstance(n, ast.Call) and getattr(n.func, 'attr', getattr(n.func, 'id', '')) == 'import_module' and n.args and isinstance(n.args[0], ast.Constant):
            if str(n.args[0].value).startswith(lib + '.'): yield n.args[0].value.partition('.')[2], '', n.lineno
    for n in ast.walk(tree):
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id in aliases: yield aliases[n.value.id], n.attr, n.lineno


def circles(edges):
    "Modules that reach themselves, each group once."
    def reach(a, seen):
        for b in edges.get(a, ()):
            if b not in seen: seen.add(b); reach(b, seen)
        return seen
    reached = {a: reach(a, set()) for a in edges}
    return sorted({tuple(sorted(b for b in reached[a] if a in reached.get(b, ()))) for a in edges if a in reached[a]})


def check(lib, nbs):
    "What is wrong with the imports of the package in folder `lib`."
    files = {'.'.join(p.relative_to(lib).with_suffix('').parts).removesuffix('.__init__'): p for p in sorted(lib.rglob('*.py')) if p.name != '_modidx.py' and p != lib/'__init__.py'}
    at, edges = shelves(nbs), {}
    for name, p in files.items():
        if p.name == '__init__.py': at.setdefault(name, max((at[m] for m in files if m.startswith(name + '.') and m in at), key=SHELVES.index, default='ask'))
    for name in [m for m in files if m not in at]: yield f'{name}: no notebook on a shelf exports it'
    for name, p in files.items():
        for module, what, line in uses(p, name, lib.name, files):
            where = f'{p.relative_to(lib.parent)}:{line}'
            if module == name: continue
            if what.startswith('_') and what[:2] != '__': yield f'{where}: takes {what}, which is private to {module}'
            edges.setdefault(name, set()).add(module)
            if name in at and module in at and SHELVES.index(at[module]) > SHELVES.index(at[name]): yield f'{where}: {name} ({at[name]}) imports {module} ({at[module]}), which stands on a later shelf'
    yield from (f"a circle: {', '.join(c)}" for c in circles(edges))


def main():
    root = Path(__file__).resolve().parent.parent
    wrong = sorted(set(check(root/'distcnn', root/'nbs')))
    plain = lambda w: re.sub(r':\d+:', ':', w, count=1)
    new, gone = [w for w in wrong if plain(w) not in KNOWN], KNOWN - {plain(w) for w in wrong}
    if gone: new += [f'KNOWN in .ci/imports.py holds what is mended: {w}' for w in sorted(gone)]
    if new: sys.exit('\n'.join(new) + f'\n{len(new)} imports to mend')
    print(f'imports run one way{f", but for {len(KNOWN)} that are known" if KNOWN else ""}')


if __name__ == '__main__': main()
