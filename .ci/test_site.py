"Each kind of defect that site.py and rerun.py look for, made in a small tree of notebooks of its own, and found."
import importlib.util, json, sys, tempfile, types
from pathlib import Path


def tool(name): # a script beside this one, as a module
    spec = importlib.util.spec_from_file_location(f'the_{name}', Path(__file__).with_name(f'{name}.py'))
    made = importlib.util.module_from_spec(spec); spec.loader.exec_module(made)
    return made


site, rerun = tool('site'), tool('rerun')

OPEN, NEXT = ['# Page\n\n> What it is about.', 'After this page you can count.', '## A part'], 'Next: [the other](b.ipynb#a-part).'
SVG = '<svg><g class="mark-symbol role-mark layer_0">{}</g></svg>'


def out(**data): return dict(output_type='execute_result', data={k.replace('_', '/', 1): v for k, v in data.items()})
def svg(inner): return dict(output_type='execute_result', data={'image/svg+xml': SVG.format(inner), 'text/plain': 'Chart'})
def code(source, *outputs): return dict(cell_type='code', source=source, outputs=list(outputs), metadata={}, execution_count=None)
def write(path, cells): path.parent.mkdir(exist_ok=True); path.write_text(json.dumps(dict(cells=[dict(cell_type='markdown', source=c, metadata={}) if isinstance(c, str) else c for c in cells], metadata={}, nbformat=4, nbformat_minor=4)))


def page(*inner, begin=OPEN, end=NEXT, listed='[a.ipynb, b.ipynb]', extra=None): # a tree with this inside its first page
    folder = Path(tempfile.mkdtemp(dir=tmp))
    write(folder/'a.ipynb', [*begin, *inner, end])
    write(folder/'b.ipynb', [*OPEN, NEXT.replace('b.', 'a.')])
    if extra: write(folder/extra, [*OPEN, NEXT])
    (folder/'_quarto.yml').write_text(f'website:\n  sidebar:\n    contents: {listed}\n')
    return folder


def everything(folder): return [w for f in (site.outputs(folder), site.links(folder, folder), site.sidebar(folder), site.frame(folder)) for w in f]


def named(what, folder): # it alone is named
    found = everything(folder)
    assert len(found) == 1 and what in found[0], (what, found)


def module(source): # as the package would hold it
    path = Path(tempfile.mkdtemp(dir=tmp))/'m.py'
    path.write_text(source)
    made = types.ModuleType('m'); made.__file__ = str(path)
    sys.modules['m'] = made; exec(source, made.__dict__)
    return [('m', made)]


with tempfile.TemporaryDirectory() as tmp:
    good = page(code('1 + 1', out(text_plain='2')), code('#| hide\n1'), code('x = 1'), code('def f(): pass\n\nf()'), code('test_eq(1, 1)'), code('chart', svg('<path/>')), 'See [here](#a-part), `[x](y.md)`.')
    assert everything(good) == [], everything(good)

    named('an error among its outputs', page(code('1/0', dict(output_type='error'))))
    for source in ('1 + 1', 'print(2)', 'for i in range(3): print(i)', 'frame.head()'): named('no output', page(code(source)))
    named('a chart without marks', page(code('chart', svg(''))))
    named('link to c.ipynb, which does not exist', page('[there](c.ipynb)'))
    named('link to b.ipynb#no-part: there is no such heading', page('[there](b.ipynb#no-part)'))
    named('c.ipynb does not exist', page(listed='[a.ipynb, b.ipynb, {section: More, contents: [c.ipynb]}]'))
    named('no entry for c.ipynb', page(extra='c.ipynb'))
    named('nbdev leaves out the rest', page(begin=['\n\n'.join(OPEN[:2]), OPEN[2]]))
    named('the opening neither', page(begin=[OPEN[0], 'Counting.', OPEN[2]]))
    named('the end does not say where to go next', page(end='The end.'))

    docs = lambda name, shown: page(code(f'show_doc({name})', out(text_markdown=shown)))
    said = lambda source, folder: list(site.documented(module(source), folder))
    fun, data = "__all__ = ['f']\ndef f(): 'Doc.'", "from dataclasses import dataclass\n__all__ = ['D']\n@dataclass\nclass D:\n    x:int # An x\n    y:int = 1"
    assert said(fun, docs('f', '### f')) == []
    assert said(fun, page()) == ['m.f: no page shows its documentation']
    assert said("__all__ = ['N']\nN = 1", page('`N` is one.')) == [] and said("__all__ = ['N']\nN = 1", page()) == ['m.N: a constant that no page shows']
    assert said(data, docs('D', '### D\n    x:int, # An x\n    y:int=1, # A y\n')) == []
    assert said(data, docs('D', '### D\n    x:int, # An x\n    y:int=1\n')) == ['m.D: fields that are not explained: y']
    patched = "patch = lambda f: f\n__all__ = []\nclass D: pass\n@patch\ndef much(self:D): 'Doc.'"
    assert said(patched, docs('D.much', '### D.much')) == [] and said(patched, page()) == ['m.D.much: no page shows its documentation']

    linked = docs('f', '```python\ndef f(\n    u, # A [`Unit`](https://x.y)\n)\n```\n*Of [`g`](https://x.y).*')
    site.mend_signatures(linked)
    assert 'A `Unit`\\n' in (linked/'a.ipynb').read_text() and 'Of [`g`](https://x.y)' in (linked/'a.ipynb').read_text()

    assert rerun.same('12.3456780 ms <svg clip1>', '12.3456781 ms <svg clip7>') and not rerun.same('12.3 ms', '12.4 ms') and not rerun.same('12 ms', '12 s')
    old = page(); write(old/'tutorials'/'t.ipynb', [*OPEN, code('1 + 1', out(text_plain='2')), code('1 + 2', out(text_plain='4')), code('1/0')])
    found = list(rerun.check(old))
    assert len(found) == 2 and "'1 + 2': its output is stale" in found[0] and 'fails when run again: ZeroDivisionError' in found[1], found
    kept = page(code('1 + 1', out(text_plain='2')), code('1 + 2', out(text_plain='4')), code('#| slow\n1 + 3', out(text_plain='5')))
    rerun.keep(kept/'a.ipynb')
    assert [rerun.text(o['data']['text/plain']) for c in json.loads((kept/'a.ipynb').read_text())['cells'] for o in c.get('outputs', [])] == ['2', '3', '5']
print('every kind of defect is found')
