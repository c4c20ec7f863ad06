"""The site, checked without Quarto: outputs, links, sidebar, charts, openings and ends, documented names; says what is wrong where, or nothing.

test_site.py shows that each kind of defect is found; rerun.py tells which outputs are stale."""
import ast, importlib, json, os, re, sys, warnings, yaml
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
import mend as mended

QUIET = {'hide', 'export', 'exports', 'exporti', 'default_exp', 'exec_doc', 'slow', 'gurobi', 'notest', 'eval:'} # such cells need no output
SILENT = re.compile(r'test_\w+|show_doc|test|update|append|sort|save|write_\w+|mkdir|unlink|seed|check_model|cleanup|close|disable') # these calls give None

def text(value): return value if isinstance(value, str) else ''.join(value or '')
def notebooks(folder): return sorted(p for p in folder.rglob('*.ipynb') if not any(part[0] in '._' for part in p.relative_to(folder).parts))
def cells(path, kind=None): return [c for c in json.loads(path.read_text())['cells'] if kind in (None, c['cell_type'])]
def quiet(source): return bool(QUIET & set(re.findall(r'^#\|\s*(\S+)', source, re.M)))
def anchor(heading): return re.sub(r'^[^a-z]+', '', re.sub(r'[^\w\- .]', '', re.sub(r'\{.*\}|\[(.*?)\]\(.*?\)', r'\1', heading)).strip().lower().replace(' ', '-'))
def data(o): return {**o.get('data', {}), **({'text/plain': o['text']} if 'text' in o else {})}

def needs_output(source):
    "Does the cell print, or end in an expression that has a value?"
    body = ast.parse(source).body
    name = lambda call: getattr(call.func, 'attr', getattr(call.func, 'id', ''))
    calls = [n.value for b in body if not isinstance(b, (ast.FunctionDef, ast.ClassDef)) for n in ast.walk(b) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
    if any(name(c) in ('print', 'display') for c in calls): return True
    silent = {f.name for f in body if isinstance(f, ast.FunctionDef) and not any(isinstance(n, ast.Return) and n.value for n in ast.walk(f))}
    last = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    return last is not None and source.rstrip()[-1] != ';' and not (isinstance(last, ast.Call) and (name(last) in silent or SILENT.fullmatch(name(last))))

def empty_chart(svg): return not re.search(r'class="mark-(?!group)[\w -]*role-mark[^>]*>\s*<(?!/g)' if 'role-mark' in svg else r'<(path|circle|line|rect|polygon|text)\b', svg)

def outputs(nbs):
    "Errors, missing outputs, empty charts."
    for p in notebooks(nbs):
        for c in cells(p, 'code'):
            source, outs = text(c['source']), c['outputs']
            where = f"{p.relative_to(nbs)}: {next((x for x in source.splitlines() if x and x[:2] != '#|'), '')[:80]!r}"
            if any(o['output_type'] == 'error' for o in outs): yield f"{where}: an error among its outputs"
            if not outs and not quiet(source) and needs_output(source): yield f"{where}: no output"
            if any('<svg' in s and empty_chart(s) for o in outs for s in map(text, data(o).values())): yield f"{where}: a chart without marks"

@lru_cache(None)
def words(page): # of a page that nbdev made: its markdown, and the names it documents, without code
    said = [text(c['source']) for c in cells(page, 'markdown')] + [text(data(o).get('text/markdown')) for c in cells(page, 'code') for o in c['outputs']]
    return re.sub(r'^(```|~~~).*?^\1', '', '\n'.join(said), flags=re.S | re.M)

@lru_cache(None)
def anchors(page): return {anchor(h) for h in re.findall(r'^#+ +(.+)', words(page), re.M)}

def links(nbs, proc):
    "Relative links and their anchors, also those that `mend` adds for names in backticks."
    for p in notebooks(nbs):
        page = proc/p.relative_to(nbs)
        for link in dict.fromkeys(re.findall(r'\]\(([^)\s]+)\)', re.sub('`[^`\n]*`', '', words(page)))):
            path, _, at = link.partition('#')
            if re.match(r'\w+:', link): continue
            target = (page.parent/path).resolve() if path else page
            if not target.exists(): yield f"{p.relative_to(nbs)}: link to {link}, which does not exist"
            elif at and at not in anchors(target): yield f"{p.relative_to(nbs)}: link to {link}: there is no such heading"

def homes(proc): # {page on the site: notebook}
    at = lambda p: re.search(r'output-file: (\S+)', text(cells(p)[0]['source']))
    return {str(p.relative_to(proc).with_name(at(p)[1]) if at(p) else p.relative_to(proc).with_suffix('.html')): p.relative_to(proc) for p in notebooks(proc)}

def sidebar(nbs):
    "Entries that lead nowhere, and notebooks that no entry lists."
    def entries(x):
        if isinstance(x, list): return [e for y in x for e in entries(y)]
        if isinstance(x, dict): return [e for k in ('contents', 'href') for e in entries(x.get(k, []))]
        return [x]
    listed = entries(yaml.safe_load((nbs/'_quarto.yml').read_text())['website']['sidebar'])
    yield from (f"_quarto.yml: {e} does not exist" for e in listed if not (nbs/e).exists())
    yield from (f"_quarto.yml: no entry for {p.relative_to(nbs)}" for p in notebooks(nbs) if str(p.relative_to(nbs)) not in listed)

def frame(nbs):
    "How pages begin and end."
    for p in notebooks(nbs):
        said, name = [text(c['source']) for c in cells(p, 'markdown')], p.relative_to(nbs)
        if not re.fullmatch(r'# \S[^\n]*\n\n> \S[^\n]*', said[0].strip()): yield f"{name}: the first cell must hold the title and a > summary, nothing else: nbdev leaves out the rest"
        if p.stem != 'index' and not re.search(r'\byou(r|rs)?\b|\?', ' '.join(said[:3]), re.I): yield f"{name}: the opening neither says what you can do after it nor asks a question"
        if not re.search(r'(Next:|Where to go next).*\]\(\S+\)', said[-1], re.S): yield f"{name}: the end does not say where to go next"

def lines(nbs, most=110):
    "Visible lines that a reader has to scroll for, on the pages that people begin with; patches that a page need not hold."
    for p in notebooks(nbs):
        name = p.relative_to(nbs)
        for source in [text(c['source']) for c in cells(p, 'code')]:
            if 'get_dataclass_source' in source: yield f"{name}: patches docments by itself: site.py does it for all pages"
            if p.parent != nbs and p.parent.name not in ('tutorials', 'howto', 'paper') or re.search(r'^#\|\s*(hide\b|exporti?$)', source, re.M): continue
            yield from (f"{name}: a visible line of {len(line)} characters, more than {most}: {line.strip()[:60]!r}" for line in source.splitlines() if len(line) > most)

def documented(names, proc):
    "Names that the pages do not show; `names` are (module name, module)."
    pages = [c for p in notebooks(proc) for c in cells(p)]
    shown = {} # {name: what all pages say of it}
    for c in pages:
        if c['cell_type'] == 'code' and (m := re.search(r'^show_doc\((?:\w+\.)*?([A-Z]\w*\.\w+|\w+)[,)]', text(c['source']), re.M)):
            shown[m[1]] = shown.get(m[1], '') + text([text(data(o).get('text/markdown')) for o in c['outputs']])
    visible = '\n'.join(text(c['source']) for c in pages)
    for where, module in names:
        patched = [f'{ast.unparse(f.args.args[0].annotation)}.{f.name}' for f in ast.parse(Path(module.__file__).read_text()).body if isinstance(f, ast.FunctionDef) and f.name[0] != '_' and 'patch' in ' '.join(map(ast.unparse, f.decorator_list))]
        for name in [*module.__all__, *patched]:
            value = getattr(module, name, None)
            if name not in patched and not (isinstance(value, type) or hasattr(value, '__wrapped__') or type(value).__name__ == 'function'):
                if not re.search(rf'^[\w, ]*\b{name}\b[\w, ]* = |`{name}`', visible, re.M): yield f"{where}.{name}: a constant that no page shows"
            elif not shown.get(name): yield f"{where}.{name}: no page shows its documentation"
            elif is_dataclass(value) and (bare := [f.name for f in fields(value) if f.init and not re.search(rf'^    {f.name}:[^#\n]*# ', shown[name], re.M)]):
                yield f"{where}.{name}: fields that are not explained: {', '.join(bare)}"

def mend(proc, names=None):
    "Processed pages as the site wants them; `names` are {name: (page, anchor)} of what may be linked."
    home = homes(proc)
    there = {n: (proc/home[at], to) for n, (at, to) in (names or {}).items() if at in home and to in anchors(proc/home[at])}
    for p in notebooks(proc):
        lead = {n: os.path.relpath(page, p.parent) + '#' + to for n, (page, to) in there.items() if page != p}
        p.write_text(json.dumps(mended.mend(json.loads(p.read_text()), lead), indent=1, ensure_ascii=False) + '\n')
    anchors.cache_clear(); words.cache_clear()

def raw(proc, hosts):
    "What no reader is to see: links that stand as they are written, addresses that lead nowhere yet, words that a tool left."
    for p in notebooks(proc):
        said, name = words(p), p.relative_to(proc)
        for m in re.findall(r'\[[^]\n]*\[[^]\n]*\]\([^)\n]*\)[^]\n]*\]\([^)\n]*\)', re.sub(r'!\[[^]]*\]\([^)]*\)', '', said)): yield f"{name}: a link within a link: {m[:80]}"
        for host in hosts:
            if host in said: yield f"{name}: links to {host}, which is not there yet"
        for tool in ('Call self as a function', 'Initialize self.'):
            if tool in said: yield f"{name}: '{tool}': a class or function without a docstring of its own"

def explain_fields(modules):
    "The site shows what the fields of classes mean: fastcore looks for the source of a class where it was run, a notebook; it stands in the package."
    import fastcore.docments, inspect
    def named(cls): return [f.name for f in fields(cls)]
    def written(cls): # the source of a class, without the fields that it inherits
        found = next((c for m in modules if is_dataclass(c := getattr(m, cls.__name__, None)) and c.__module__ == m.__name__ and named(c) == named(cls)), cls)
        try: return inspect.getsource(found)
        except (OSError, TypeError): return ''
    def source(cls):
        head, colon, body = written(cls).partition(':\n')
        inherited = [f'{line}\n' for base in cls.__mro__[1:] if is_dataclass(base) for line in re.findall(r'^    \w+:.*#.*$', written(base), re.M)]
        return head + colon + ''.join(inherited) + body
    fastcore.docments.get_dataclass_source = source

def main():
    from nbdev.config import get_config
    from nbdev.serve import proc_nbs
    config = get_config()
    nbs, modules = config.nbs_path, sorted(p.stem for p in config.lib_path.glob('[a-z]*.py'))
    index = importlib.import_module(f'{config.lib_name}._modidx').d['syms']
    names = [(m.removeprefix(config.lib_name + '.'), importlib.import_module(m)) for m in index]
    explain_fields([importlib.import_module(m) for m in index])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter('always')
        proc = proc_nbs(nbs, n_workers=0, force=True)
    wrong = [f"nbdev: {' '.join(str(w.message).split())[:160]}" for w in said if 'imports and other code' in str(w.message)]
    exported = {m: importlib.import_module(m).__all__ for m in index}
    mend(proc, mended.findable(index, exported, set(importlib.import_module(config.lib_name).__all__) - set(modules)))
    hosts = [config.doc_host, config.git_url]
    for found in (outputs(nbs), links(nbs, proc), sidebar(nbs), frame(nbs), lines(nbs), raw(proc, hosts), documented(names, proc)): wrong += found
    if wrong: sys.exit('\n'.join(wrong) + f'\n{len(wrong)} things to mend')
    print(f'{len(notebooks(nbs))} pages, {sum(len(m.__all__) for _, m in names)} public names: nothing to mend')

if __name__ == '__main__': main()
