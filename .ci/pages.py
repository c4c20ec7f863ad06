"""Every page as a reader gets it, in headless Chromium at the widths of a laptop and of a phone, without Quarto and without a network.

    python .ci/pages.py [--keep FOLDER] [PAGE ...]     after site.py, which leaves the processed pages in _proc

Pandoc renders what nbdev made of the notebooks, in a frame as narrow as the one of Quarto's theme. Found and named are: what is wider than the page
or cut, numbers broken over lines, requests, errors on the console, markup that stands as it was written, drawings without words; on five pages
whatever axe-core finds that is serious. FOLDER: pages and screenshots stay there."""
import html, json, re, shutil, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import pypandoc, yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = {1280: 800, 390: 844}
FLAGS = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split()
MARKDOWN = 'markdown-blank_before_header-blank_before_blockquote+autolink_bare_uris'
FRAME = '''
*, ::before, ::after { box-sizing: border-box }
body { margin: 0; font: 17px/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: break-word }
main { width: 661px; max-width: calc(100% - 24px); margin: 0 auto }
code, pre { font-family: "DejaVu Sans Mono", monospace; font-size: .875em } pre code { font-size: inherit }
div.sourceCode { overflow-y: hidden; background: #f5f5f5; margin: 1em 0 } pre.sourceCode { overflow: visible; padding: .4em; margin: 0 }
pre { overflow: auto; margin: 0 0 1rem } pre.sourceCode > code { white-space: pre-wrap }
.cell-output-display { overflow-x: auto; margin-bottom: 1em }
table { font-size: .875em; width: 100%; border-collapse: collapse; border: 0 } th, td { padding: .25rem; border-bottom: 1px solid #dee2e6; text-align: left; vertical-align: top }
table.dataframe td, table.dataframe th { text-align: right } img { max-width: 100% } h3 { font-size: 1.45rem } blockquote { margin: 0; color: #666; border-left: 4px solid #ddd; padding-left: 1rem }
'''
AXED = ('index', 'tutorials/03_your_site', 'howto/your_topology', 'use/01_explorer', 'ask/03_system') # one of each sort
# What is on the page and should not be; [what, where] a line.
LOOK = '''() => {
  const wrong = [], page = document.documentElement
  const name = e => e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + String(e.className).split(' ')[0] : '') + ' ' + JSON.stringify(e.textContent.trim().replace(/\\\\s+/g, ' ').slice(0, 60))
  const seen = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 }
  if (page.scrollWidth > page.clientWidth + 1) wrong.push(['scrolls sideways', page.scrollWidth + ' of ' + page.clientWidth + ' px'])
  const main = document.querySelector('main'), told = [], right = main.getBoundingClientRect().right + 1
  for (const e of main.querySelectorAll('*')) {
    if (told.some(t => t.contains(e)) || !seen(e) || e.closest('svg') && e.tagName !== 'svg' || e.closest('math') && e.tagName !== 'math') continue
    const style = getComputedStyle(e)
    if (style.display === 'inline' && e.tagName !== 'svg' || style.position === 'absolute' || e.tagName === 'OPTION') continue
    const block = !['visible', 'clip'].includes(style.overflowX)
    if (block && e.tagName !== 'SELECT' && e.tagName !== 'INPUT' && e.tagName !== 'svg' && e.scrollWidth > e.clientWidth + 1) told.push(e) && wrong.push(['cut', name(e)])
    else if (!block && Math.max(...[e, ...(e.tagName === 'math' ? e.querySelectorAll('*') : [])].map(x => x.getBoundingClientRect().right)) > right) told.push(e) && wrong.push(['wider than the page', name(e)])
  }
  for (const e of main.querySelectorAll('td, th')) {
    const said = e.textContent.trim()
    if (!/^[-+−]?[\\\\d.,]+(e[-+]?\\\\d+)?%?$/.test(said) || !seen(e)) continue
    const range = document.createRange(); range.selectNodeContents(e)
    if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) wrong.push(['a broken number', name(e.closest('tr')) + ' ' + said])
  }
  for (const e of main.querySelectorAll('svg, [role=img], [role=graphics-symbol], img'))
    if (!e.closest('[aria-hidden=true]') && !(e.tagName === 'IMG' ? e.hasAttribute('alt') : e.getAttribute('aria-label') || e.querySelector('title'))) wrong.push(['a drawing without words', e.outerHTML.slice(0, 80)])
  const text = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
  while (text.nextNode()) {
    const t = text.currentNode
    if (t.parentElement.closest('code, pre, svg, math, annotation, script, style')) continue
    if (/\\\\]\\\\(\\\\S+\\\\)|\\\\$[^$ ][^$]*\\\\$|^:::|<\\\\/?(div|span|table|a) /.test(t.data)) wrong.push(['markup as it was written', JSON.stringify(t.data.trim().slice(0, 80))])
  }
  return wrong
}'''.replace('\\\\', '\\')


def text(value): return value if isinstance(value, str) else ''.join(value or '')
def fenced(said, kind=''): return f"~~~~~~ {{{kind}}}\n{said}\n~~~~~~" if kind else f"~~~~~~\n{said}\n~~~~~~"
def as_html(said): return f"~~~~~~ {{=html}}\n{said}\n~~~~~~"


def output(o):
    "One output of a cell as markdown, as Quarto chooses among its forms."
    data = {k: text(v) if not isinstance(v, dict) else v for k, v in o.get('data', {}).items()}
    if o['output_type'] in ('stream', 'error'): return f"::: {{.cell-output .cell-output-stdout}}\n{fenced(text(o.get('text') or o.get('traceback')))}\n:::"
    if 'text/markdown' in data: inner = data['text/markdown']
    elif 'text/html' in data: inner = as_html(data['text/html'])
    elif 'image/svg+xml' in data: inner = as_html(data['image/svg+xml'])
    elif 'image/png' in data: inner = as_html(f'<img src="data:image/png;base64,{data["image/png"]}">')
    else: inner = fenced(data.get('text/plain', ''))
    return f"::: {{.cell-output .cell-output-display}}\n{inner}\n:::"


def cell(c):
    "A cell as markdown."
    source = text(c['source'])
    if c['cell_type'] == 'markdown': return source
    if c['cell_type'] == 'raw': return ''
    said = dict(re.findall(r'^#\| *([\w-]+): *(.*)$', source, re.M))
    source = re.sub(r'^#\|.*\n?', '', source, flags=re.M).strip()
    if said.get('include') == 'false': return ''
    shown = '' if said.get('echo') == 'false' or not source else fenced(source, '.python .cell-code .code-with-copy')
    if shown and said.get('code-fold') == 'true': shown = f"{as_html('<details><summary>Exported source</summary>')}\n\n{shown}\n\n{as_html('</details>')}"
    outs = c['outputs'] if said.get('output') != 'false' else []
    if said.get('output') == 'asis': return '\n\n'.join([shown, *(text(o.get('data', {}).get('text/markdown') or o.get('text')) for o in outs)])
    return '\n\n'.join(['::: {.cell}', shown, *map(output, outs), ':::'])


def coloured(scss):
    "The colours of the site's theme, for the frame."
    of = dict(re.findall(r'^\$([\w-]+): *(#\w+)', scss, re.M))
    return f"body, h1, h2, h3 {{ color: {of['ink']} }} a {{ color: {of['link-color']} }} code {{ color: {of['code-color']}; background: {of['code-bg']} }} pre code {{ color: inherit; background: none }}" if of else ''


def render(page, css, to):
    "The page as HTML, which may lie anywhere beside the others."
    book = json.loads(page.read_text())
    front = yaml.safe_load(text(book['cells'][0]['source']).strip().strip('-')) if book['cells'][0]['cell_type'] == 'raw' else {}
    body = pypandoc.convert_text('\n\n'.join(map(cell, book['cells'])), 'html', format=MARKDOWN, extra_args=['--mathml', '--wrap=none', '--quiet'])
    body = body.replace('<pre class="python cell-code code-with-copy">', '<pre class="sourceCode python code-with-copy">')
    body = body.replace('<table border="1" class="dataframe">', '<table class="dataframe caption-top table table-sm table-striped small">')
    title, about = (html.escape(str(front.get(k, ''))) for k in ('title', 'description'))
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>{title}</title><style>{FRAME}</style><style>{css}</style></head><body><main><h1>{title}</h1><p>{about}</p>{body}</main></body></html>')
    return to


def violations(tab):
    "What axe-core finds that is serious or critical."
    found = Axe().run(tab, options=dict(resultTypes=['violations'])).response['violations']
    return [f"axe-core: {v['id']}: {v['help']}: {n['html'][:160]}" for v in found if v['impact'] in ('serious', 'critical') for n in v['nodes']]


def look(tab, page, name, shots=None):
    "What is wrong with one page, at every width."
    said, asked = [], []
    hear = lambda m: said.append(m.text) if m.type == 'error' else None
    fail = lambda e: said.append(str(e))
    def ask(route):
        if route.request.url.startswith(('file:', 'data:', 'blob:')): route.continue_()
        else: asked.append(route.request.url); route.abort()
    tab.on('console', hear); tab.on('pageerror', fail); tab.route('**/*', ask)
    tab.goto(page.as_uri())
    for width, height in WIDTHS.items():
        tab.set_viewport_size(dict(width=width, height=height))
        yield from (f'{name}, {width} px: {what}: {where}' for what, where in tab.evaluate(LOOK))
        if shots: tab.screenshot(path=str(shots/f"{name.replace('/', '-')}-{width}.png"), full_page=True)
    if name in AXED:
        for scheme in ('light', 'dark'):
            tab.emulate_media(color_scheme=scheme)
            yield from (f'{name}: {what}' for what in violations(tab))
        tab.emulate_media(color_scheme='light')
    tab.remove_listener('console', hear); tab.remove_listener('pageerror', fail); tab.unroute('**/*')
    yield from (f'{name}: asks for {url}' for url in dict.fromkeys(asked))
    yield from (f'{name}: the console says {m[:160]}' for m in dict.fromkeys(said) if not (asked and 'net::ERR_FAILED' in m))


def check(proc, only=(), keep=None):
    "What is wrong with the pages in a folder that nbdev processed."
    pages = sorted(p for p in proc.rglob('*.ipynb') if not any(part[0] in '._' for part in p.relative_to(proc).parts))
    pages = [p for p in pages if not only or str(p.relative_to(proc).with_suffix('')) in only]
    css, scss = ((proc/name).read_text() if (proc/name).exists() else '' for name in ('styles.css', 'theme.scss'))
    css = coloured(scss) + css
    with tempfile.TemporaryDirectory() as tmp:
        at = Path(keep or tmp)
        for p in [p for p in proc.rglob('*') if p.suffix in ('.png', '.svg', '.woff2') and '_docs' not in p.parts]:
            (to := at/p.relative_to(proc)).parent.mkdir(parents=True, exist_ok=True); shutil.copy(p, to)
        with ThreadPoolExecutor(2) as pool: made = list(pool.map(lambda p: render(p, css, at/p.relative_to(proc).with_suffix('.html')), pages))
        found = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))))
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=found, args=FLAGS)
            tab = browser.new_page()
            for page in made: yield from look(tab, page, str(page.relative_to(at).with_suffix('')), keep and at)
            browser.close()


if __name__ == '__main__':
    rest = sys.argv[1:]
    keep = Path(rest.pop(rest.index('--keep') + 1)).resolve() if '--keep' in rest else None
    proc = Path(__file__).resolve().parent.parent/'_proc'
    if not proc.exists(): sys.exit('run .ci/site.py first: it makes _proc')
    assert all((proc/f'{name}.ipynb').exists() for name in AXED), 'a page for axe-core is not there'
    wrong = list(check(proc, [r for r in rest if r != '--keep'], keep))
    if wrong: sys.exit('\n'.join(wrong) + f'\n{len(wrong)} things to mend')
    print('every page fits, asks for nothing and says nothing on the console')
