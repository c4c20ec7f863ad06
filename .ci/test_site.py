"Each kind of defect that site.py and rerun.py look for, made in a small tree of notebooks of its own, and found."
import importlib.util, json, sys, tempfile, types
from pathlib import Path


def tool(name): # a script beside this one, as a module
    spec = importlib.util.spec_from_file_location(f'the_{name}', Path(__file__).with_name(f'{name}.py'))
    made = importlib.util.module_from_spec(spec); spec.loader.exec_module(made)
    return made


sys.path.insert(0, str(Path(__file__).parent)) # site.py imports mend.py
site, rerun, mended, offline, imports, copied = map(tool, ('site', 'rerun', 'mend', 'offline', 'imports', 'copied'))

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


def copied_tree(folder): # as a tutorial of a site
    (folder/'tutorials').mkdir(); (folder/'a.ipynb').rename(folder/'tutorials'/'a.ipynb')
    return folder


def everything(folder): return [w for f in (site.outputs(folder), site.links(folder, folder), site.raw(folder, ['https://not.there']), site.sidebar(folder), site.frame(folder), site.lines(folder)) for w in f]


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

    named('a visible line of 130 characters', page(code('x = ' + '1'*126)))
    named('patches docments by itself', page(code('#| hide\nfastcore.docments.get_dataclass_source = f')))

    fails = page(code('#| hide\nimport math', ), code('y = math.pi'))
    assert [w.split(': ', 1)[1] for w in copied.check(copied_tree(fails))] == ["'y = math.pi': NameError: name 'math' is not defined"]
    assert list(copied.check(copied_tree(page(code('import math'), code('#| slow\n1/0'), code('y = math.pi'))))) == []

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

    where, mend = {'f': 'a.ipynb#f'}, lambda said: mended.said_well(said, {'f': 'a.ipynb#f'})
    assert mend('`f`, `f()` and [`f`](b) of `g`') == '[`f`](a.ipynb#f), [`f()`](a.ipynb#f) and [`f`](b) of `g`'
    assert mend('```python\n`f`\n```\n# `f`') == '```python\n`f`\n```\n# `f`'
    assert mend('---\n\n[source](https://x.y/z#L1){target="_blank"}\n\n### f') == '---\n\n### f'
    assert mend('~~~bash\na\n~~~\nb\n~~~\n12345\n~~~').split('\n')[4:] == ['~~~ {.text style="--columns:5"}', '12345', '~~~']
    assert mend(r'$$x \tag{4}$$') == '::: {.formula style="--columns:8"}\n$$x \\qquad \\text{(4)}$$\n:::'
    index = {'p.m': {'p.m.f': ('m.html#f', ''), 'p.m.of_it': ('m.html#of_it', ''), 'p.m.K._g': ('m.html#g', ''), 'p.m.K': ('m.html#k', '')}, 'p.n': {'p.n.K': ('n.html#k', ''), 'p.n.place': ('n.html#place', '')}}
    assert mended.findable(index, {'p.m': ['f', 'of_it', 'K'], 'p.n': ['K', 'place']}, {'place'}) == {'of_it': ('m.html', 'of_it'), 'place': ('n.html', 'place')}
    cells = mended.table('<table><thead><tr><th></th><th>so_many</th></tr></thead><tbody><tr><th>0</th><td>1.5</td></tr></tbody></table>')
    assert 'so_<wbr/>many' in cells and '<td class="number" data-label="so_many">1.5</td>' in cells and 'cards' not in cells, cells
    assert 'class="cards"' in mended.table('<table><thead><tr>' + '<th>a_longer_word</th>'*8 + '</tr></thead></table>')
    folded = mended.mend(dict(cells=[code('#| code-fold: show\nx')]), {})
    assert folded['cells'][0]['source'] == '#| code-fold: true\nx'

    for bad, why in (('[see [`f`](f.md)](g.md)', 'a link within a link'), ('https://not.there/f', 'which is not there yet'), ('*Call self as a function.*', 'without a docstring')): named_raw = list(site.raw(page(bad), ['https://not.there'])); assert len(named_raw) == 1 and why in named_raw[0], named_raw

    rendered = Path(tempfile.mkdtemp(dir=tmp))
    (rendered/'a.html').write_text('<script src="https://c.d/require.js/2.3.6/require.min.js" integrity="x"></script><script src="https://c.d/jquery.min.js"></script><script type="application/javascript">define(\'jquery\', [],function() {return window.jQuery;})</script><script src="b.js"></script><a href="https://x.y">x</a>')
    assert list(offline.check(rendered)) == [] and (rendered/'a.html').read_text() == '<script src="b.js"></script><a href="https://x.y">x</a>'
    for bad in ('<script src="https://x.y/z.js"></script>', '<link rel="stylesheet" href="https://x.y/z.css">', '<style>@import url("https://x.y/z.css")</style>', '<img src="//x.y/z.png">'):
        (rendered/'a.html').write_text(bad); assert len(list(offline.check(rendered))) == 1, bad
    (rendered/'a.html').unlink(); (rendered/'s.css').write_text('@font-face { src: url(https://x.y/z.woff) }'); assert len(list(offline.check(rendered))) == 1

    assert rerun.same('12.3456780 ms <svg clip1>', '12.3456781 ms <svg clip7>') and not rerun.same('12.3 ms', '12.4 ms') and not rerun.same('12 ms', '12 s')
    old = page(); write(old/'tutorials'/'t.ipynb', [*OPEN, code('1 + 1', out(text_plain='2')), code('1 + 2', out(text_plain='4')), code('1/0')])
    found = list(rerun.check(old))
    assert len(found) == 2 and "'1 + 2': its output is stale" in found[0] and 'fails when run again: ZeroDivisionError' in found[1], found
    kept = page(code('1 + 1', out(text_plain='2')), code('1 + 2', out(text_plain='4')), code('#| slow\n1 + 3', out(text_plain='5')))
    rerun.keep(kept/'a.ipynb')
    assert [rerun.text(o['data']['text/plain']) for c in json.loads((kept/'a.ipynb').read_text())['cells'] for o in c.get('outputs', [])] == ['2', '3', '5']

    def package(**modules): # a package, and the notebooks that export it
        root = Path(tempfile.mkdtemp(dir=tmp))
        for k, (name, source) in enumerate(modules.items()):
            shelf, name = name.split('_')
            (root/'lib').mkdir(exist_ok=True); (root/'lib'/f'{name}.py').write_text(source)
            (root/'nbs'/shelf).mkdir(parents=True, exist_ok=True); write(root/'nbs'/shelf/f'{k}.ipynb', [code(f'#| default_exp {name}')])
        return list(imports.check(root/'lib', root/'nbs'))
    assert package(ask_a='x = 1', answer_b='from lib.a import x') == []
    for bad, why in ((dict(ask_a='from lib.b import x', answer_b='x = 1'), 'stands on a later shelf'), (dict(ask_a='def f():\n    from lib import b', answer_b='x = 1'), 'stands on a later shelf'), (dict(ask_a='import lib.b', answer_b='x = 1'), 'stands on a later shelf'),
                     (dict(ask_a='_x = 1', ask_b='from lib.a import _x'), 'private'), (dict(ask_a='_x = 1', ask_b='from lib import a\na._x'), 'private'), (dict(ask_a='from lib.b import x', ask_b='def f(): from lib.a import y'), 'circle')):
        found = package(**bad); assert len(found) == 1 and why in found[0], (why, found)
print('every kind of defect is found')
