"Each kind of defect that pages.py looks for, on a page of its own, and found; a page without any is left alone."
import json, sys, tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import mend, pages

GOOD = [('$$' + r' \qquad '.join(['x_{ij} + y_{ij} + z'*2]*4) + '$$'), ('a *word*, $x^2$ and `code_of_some_length`'), ('$$\\sum_i x_i \\quad\\text{(4)}$$'), ('~~~ {.text style="--columns:90"}\n' + 'x'*90 + '\n~~~')]
BAD = {
    'html <pre>': ('cut', '<pre>' + 'x'*300 + '</pre>'),
    'html table': ('cut', '<table class="dataframe"><tr>' + '<td class="number">1234567.89</td>'*30 + '</tr></table>'),
    'html number': ('a broken number', '<table style="width: 3em; table-layout: fixed"><tr><td style="overflow-wrap: anywhere">1234567.89</td></tr></table>'),
    'picture': ('wider than the page', '~~~ {=html}\n<p style="width: 3000px">x</p>\n~~~'),
    'html asks': ('asks for', '<img src="https://not.there/x.png">'),
    'html script': ('the console says', '<script>define("x")</script>'),
    'formula': ('markup as it was written', '$$x \\tag{4}$$'),
    'link': ('markup as it was written', '[[`a`](https://x.y)](z.md)'),
    'html drawing': ('a drawing without words', '<svg width="9" height="9"><path d="M0,0"/></svg>'),
    'wide formula': ('wider than the page', '$$' + '+'.join(['x_{ij}']*90) + '$$'),
}


def book(path, *cells): # what nbdev leaves of a notebook
    path.write_text(json.dumps(dict(cells=[dict(cell_type='raw', source='---\ntitle: T\ndescription: D\n---\n'), *cells])))


def said(source): return dict(cell_type='markdown', source=source)
def shown(inner): return dict(cell_type='code', source='x', outputs=[dict(output_type='execute_result', data={'text/html': inner})])


CHART = '<svg viewBox="0 0 9 9"><clipPath id="c"/><g clip-path="url(#c)" role="graphics-symbol" aria-roledescription="rule mark container"/><g aria-label="X-axis titled \'s\' for a linear scale"/><g aria-label="Symbol legend titled \'CNN\' for shape with 1 value: cnn5"/></svg>'
made = mend.mend(dict(cells=[dict(cell_type='markdown', source='### a'), dict(cell_type='code', source='x', outputs=[dict(data={'image/svg+xml': CHART})]), dict(cell_type='markdown', source='## b\n\n### c')]), {})['cells']
assert made[0]['source'] == '## a' and made[2]['source'] == '## b\n\n### c'
drawn = made[1]['outputs'][0]['data']['text/html']
assert 'aria-label="Chart of values against s; CNN: cnn5"' in drawn and 'url(#p1-c)' in drawn and 'id="p1-c"' in drawn and 'graphics-symbol' not in drawn, drawn
assert '<td></td>' in mend.table('<table><thead><tr><th></th><th>a</th></tr></thead></table>')

with tempfile.TemporaryDirectory() as tmp:
    proc = Path(tmp)
    (proc/'styles.css').write_text((Path(__file__).parent.parent/'nbs/styles.css').read_text())
    book(proc/'good.ipynb', *[said(mend.said_well(s, {})) for s in GOOD], dict(cell_type='code', source='#| code-fold: true\nx = "' + 'y'*200 + '"', outputs=[dict(output_type='stream', text='z'*300)]),
         shown(mend.table('<table class="dataframe"><thead><tr>' + '<th>some_name</th>'*9 + '</tr></thead><tbody><tr>' + '<td>1234.5</td>'*9 + '</tr></tbody></table>')))
    for k, (name, (why, inner)) in enumerate(BAD.items()): book(proc/f'bad{k}.ipynb', shown(inner) if name.startswith('html') else said(inner))
    found = list(pages.check(proc))
    assert not [w for w in found if w.startswith('good')], found
    for k, (name, (why, _)) in enumerate(BAD.items()): assert any(w.startswith(f'bad{k}') and why in w for w in found), (name, [w for w in found if w.startswith(f'bad{k}')])
print('every kind of defect is found on a page')
