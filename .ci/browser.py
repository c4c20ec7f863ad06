"""The explorer and a tutorial in a real browser: headless Chromium, through Voila and JupyterLab. Nothing may leave this machine.

    python .ci/browser.py [FOLDER] [--random SECONDS]      FOLDER: where screenshots go; so long inputs change at random (default: 30)
"""
import argparse, json, os, random, re, shutil, statistics, subprocess, sys, tempfile, time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from playwright.sync_api import TimeoutError, sync_playwright
from pages import violations

root = Path(__file__).resolve().parent.parent
FLAGS = '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split()
said, slow = '.distcnn-said', 45_000 # ms


@contextmanager
def served(command, url, **kwargs):
    "A server for as long as it is needed; gives what it has said so far."
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **kwargs)
        try:
            for _ in range(300):
                if server.poll() is not None: break
                try: urlopen(url, timeout=5).close(); break
                except HTTPError: break # it answers
                except OSError: time.sleep(.2)
            else: raise SystemExit(f'{command[0]} does not answer')
            yield lambda: os.pread(log.fileno(), 10**6, 0).decode()
            if server.poll() is not None: log.seek(0); raise SystemExit(log.read().decode()[-3000:])
        finally:
            server.terminate()
            try: server.wait(10)
            except subprocess.TimeoutExpired: server.kill()


@contextmanager
def page(browser):
    "A page of 1280 x 800 that can reach nobody but this machine; fails where it tried."
    tab, left = browser.new_page(viewport=dict(width=1280, height=800)), []

    def check(route):
        if re.match(r'(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|file:', route.request.url): route.continue_()
        else: left.append(route.request.url); route.abort()
    tab.route('**/*', check)
    yield tab
    assert not left, f'requests that would have left this machine: {left}'
    tab.close()


def changes(tab, selector, do):
    "Do something, and wait until the text changes; s that it took."
    before, began = tab.inner_text(selector), time.perf_counter()
    do()
    tab.wait_for_function('([s, t]) => { const e = document.querySelector(s); return e && e.innerText.trim() && e.innerText !== t }', arg=[selector, before], timeout=slow)
    return time.perf_counter() - began


def drawn(tab, latency):
    "Wait until the bars tell this latency, in charts of one number."
    tab.wait_for_function('t => [...document.querySelectorAll("figure[data-chart=split] svg text")].some(s => s.textContent === t)', arg=latency, timeout=slow)
    assert not differing(tab)


def differing(tab):
    "What of the screen belongs to different placements; nothing: all is one state."
    return tab.evaluate(r"""() => {
      const board = document.querySelector('.distcnn-board'), said = board.querySelector('.distcnn-said').innerText, number = board.dataset.placement, wrong = []
      const figures = [...board.querySelectorAll('figure:not([hidden])')]
      for (const f of figures) if (f.dataset.placement !== number) wrong.push(`${f.dataset.chart} shows ${f.dataset.placement}, the board ${number}`)
      const split = board.querySelector('figure[data-chart=split]')
      if (said && !said.includes(`placement ${number}`)) wrong.push(`the headline is not of placement ${number}: ${said}`)
      if (!said && !split.hidden) wrong.push('bars without a headline')
      if (said && !split.hidden) {
        const texts = [...split.querySelectorAll('svg text')].map(t => t.textContent), cnns = said.match(/bottleneck; (.*) on \d+ unit/)
        const several = said.includes('summed over')
        if (!several && !texts.includes(said.match(/^[\d,.]+ m?s/)[0])) wrong.push(`the bars do not tell ${said.split('\n')[0]}: ${texts}`)
        for (const c of (cnns ? cnns[1].split(' + ') : [])) if (!texts.some(t => t === c || t.startsWith(c + ' '))) wrong.push(`the bars lack ${c}: ${texts}`)
        const map = [...board.querySelectorAll('figure[data-chart=map] svg text')].map(t => t.textContent)
        for (const c of (cnns && map.includes('CNN') ? cnns[1].split(' + ') : [])) if (!map.some(t => t === c || t.startsWith(c + ' '))) wrong.push(`the map lacks ${c}`)
      }
      return wrong }""".replace('\\\\', '\\'))


def latency(tab): return re.match(r'[\d,.]+ m?s', tab.inner_text(said))[0]
def settled(tab): # nothing runs any more, and what is shown is what was asked last
    tab.wait_for_function('() => [...document.querySelectorAll(".distcnn-explorer button")].some(b => b.innerText === "Stop" && b.disabled)', timeout=slow)
    tab.wait_for_timeout(300)
def field(tab, label): return tab.locator('.distcnn-explorer .widget-inline-hbox', has=tab.locator('.widget-label', has_text=re.compile(f'^{re.escape(label)}$'))).first
def press(tab, text): tab.locator('.distcnn-explorer button', has_text=re.compile(f'^{text}$')).first.click()
def targets(tab): # [(name, what it runs, x, y)] of what the mouse meets on the map
    return tab.evaluate(r"""() => [...document.querySelectorAll('.vega-embed svg path[aria-label*="name: "]')].map(e => { const b = e.getBoundingClientRect(), l = e.getAttribute('aria-label');
        return [l.match(/name: ([^;]*)/)[1], (l.match(/runs: ([^;]*)/) || ['', ''])[1], b.x + b.width/2, b.y + b.height/2] })""")


def sizes(tab, shots):
    "The page at three sizes, in light and dark: nothing scrolls sideways, no third is empty, the map is seen."
    for wide, tall in ((1920, 1080), (1280, 800), (800, 600)):
        tab.set_viewport_size(dict(width=wide, height=tall))
        fits = '([w, h]) => { const b = document.querySelector("figure[data-chart=map] svg").getBoundingClientRect(); return b.right <= w && b.width > .3*w && Math.min(b.bottom, h) - b.top > .5*h }'
        tab.wait_for_function(fits, arg=[wide, tall], timeout=slow) # the map follows
        settled(tab)
        box = lambda s: tab.evaluate('s => { const b = document.querySelector(s).getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom] }', s)
        page = tab.evaluate('() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]')
        assert page[0] <= page[1] + 1, f'{wide} x {tall} scrolls sideways: {page}'
        if wide > 800:
            filled = box('.distcnn-aside figure svg')[2]
            assert filled > .66*wide, f'a third of {wide} x {tall} is empty: charts end at {filled}'
        assert not differing(tab), differing(tab)
        tab.screenshot(path=shots/f'explorer_{wide}.png')
    tab.emulate_media(color_scheme='dark')
    tab.set_viewport_size(dict(width=1280, height=800))
    tab.wait_for_timeout(1500)
    assert tab.evaluate('() => getComputedStyle(document.querySelector(".distcnn-explorer")).backgroundColor') == 'rgb(20, 23, 26)'
    tab.screenshot(path=shots/'dark.png')
    accessible(tab, 'the explorer in dark')
    tab.emulate_media(color_scheme='light')
    tab.wait_for_timeout(500)
    accessible(tab, 'the explorer')


def accessible(tab, what):
    "No serious violation of the rules of axe-core."
    found = violations(tab)
    assert not found, f'{what}:\n' + '\n'.join(found)


def explorer(tab, shots):
    tab.wait_for_selector(said, timeout=slow)
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("from image")', timeout=slow)
    drawn(tab, latency(tab))
    tab.screenshot(path=shots/'explorer.png')
    sizes(tab, shots)

    handle = field(tab, 'layers/unit').locator('.noUi-handle') # L, by keyboard
    handle.focus()
    first, times = latency(tab), []
    for key in ('ArrowRight', 'ArrowLeft')*3 + ('ArrowRight',):
        began = time.perf_counter()
        changes(tab, said, lambda: tab.keyboard.press(key))
        drawn(tab, latency(tab))
        times.append(time.perf_counter() - began)
    print(f'from key to picture: median {statistics.median(times):.2f} s, longest {max(times):.2f} s')
    second = latency(tab)
    assert second != first

    press(tab, 'fail') # a unit, by a click
    name, runs, x, y = max((t for t in targets(tab) if t[1] and 'source' not in t[1]), key=lambda t: len(t[1]))
    changes(tab, said, lambda: tab.mouse.click(x, y))
    drawn(tab, latency(tab))
    times = []
    for _ in range(4): # back and failed again
        x, y = next(t[2:] for t in targets(tab) if t[0] == name)
        began = time.perf_counter()
        changes(tab, said, lambda: tab.mouse.click(x, y))
        drawn(tab, latency(tab))
        times.append(time.perf_counter() - began)
    print(f'from click to picture: median {statistics.median(times):.2f} s, longest {max(times):.2f} s')
    assert {t[0]: t[1] for t in targets(tab)}[name] == '', f'{name} ran {runs}, failed, and still runs something'
    tab.screenshot(path=shots/'failed.png')
    keyboard(tab, name, shots)

    mix = field(tab, 'mix').locator('input') # nonsense
    mix.fill('orange')
    mix.press('Enter')
    tab.wait_for_function('document.querySelector(".distcnn-main .distcnn-error").innerText.includes("NAME:SHARE")', timeout=slow)
    tab.screenshot(path=shots/'nonsense.png')
    press(tab, 'Undo')
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("from image")', timeout=slow)

    press(tab, 'Code') # the code gives the same
    code = tab.locator('.distcnn-code textarea').input_value()
    tab.get_by_role('button', name='Copy').click()
    tab.wait_for_function('[...document.querySelectorAll(".distcnn-code button")].some(b => b.innerText === "Copied")', timeout=slow)
    said_by_code = subprocess.run([sys.executable, '-c', code + 'from distcnn.charts import seconds\nprint(seconds(placement.latency))'], capture_output=True, text=True, check=True).stdout.split('\n')[-2]
    assert said_by_code == latency(tab), (said_by_code, latency(tab))
    assert 'with_unit_failed' in code
    tab.screenshot(path=shots/'code.png')
    press(tab, 'Code')

    press(tab, 'Keep')
    tab.wait_for_selector('.distcnn-table td')
    with tab.expect_download() as saved: tab.get_by_text('distcnn.json').click()
    assert '"scenario"' in Path(saved.value.path()).read_text()

    changes(tab, said, lambda: (handle.focus(), tab.keyboard.press('ArrowLeft'))) # one layer a unit: a search that takes long
    for k, cnn in enumerate(('resnet152', 'resnet101', 'alexnet', 'alexnet_exit'), 1): field(tab, f'CNN {k}').locator('select').select_option(label=cnn) # stop
    field(tab, 'proven to').locator('select').select_option(label='exactly')
    stop = tab.locator('.distcnn-explorer button', has_text=re.compile('^Stop$'))
    tab.wait_for_function('[...document.querySelectorAll(".distcnn-explorer progress")].length', timeout=slow)
    tab.screenshot(path=shots/'searching.png')
    stop.click()
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("stopped")', timeout=20_000)
    settled(tab)
    assert not differing(tab), differing(tab)
    press(tab, 'Keep')
    tab.wait_for_function('document.querySelectorAll(".distcnn-table tr").length === 3', timeout=slow) # a head and two that are kept
    tab.screenshot(path=shots/'stopped.png')
    for k in (4, 3, 2): field(tab, f'CNN {k}').locator('select').select_option(label='(none)')
    field(tab, 'CNN 1').locator('select').select_option(label='cnn5')


def keyboard(tab, name, shots):
    "The map without a mouse: arrows go from unit to unit, Enter does what is chosen; the focus stays where it was."
    focused = lambda: tab.evaluate('() => (document.activeElement.getAttribute("aria-label") || "").match(/name: ([^;]*)/)?.[1]')
    tab.evaluate('n => [...document.querySelectorAll("figure[data-chart=map] path[role=button]")].find(p => p.getAttribute("aria-label").includes(`name: ${n};`)).focus()', name)
    seen = {focused()}
    for key in ('ArrowRight', 'ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowDown', 'ArrowLeft'):
        tab.keyboard.press(key)
        seen.add(focused())
    assert len(seen - {None}) > 3, f'the arrows reach only {seen}'
    tab.screenshot(path=shots/'focus.png')
    tab.evaluate('n => [...document.querySelectorAll("figure[data-chart=map] path[role=button]")].find(p => p.getAttribute("aria-label").includes(`name: ${n};`)).focus()', name)
    for _ in range(2): # back, and failed again
        changes(tab, said, lambda: tab.keyboard.press('Enter'))
        drawn(tab, latency(tab))
        assert focused() == name, f'the focus was on {name} and is on {focused()}'


def own_floor(tab, shots):
    "From an empty floor to a placement: add, drag, exchange, link, cut, ask, and save."
    units = lambda: sorted(t[0] for t in targets(tab))
    def until(n): tab.wait_for_function('n => new Set([...document.querySelectorAll("figure[data-chart=map] path[role=button]")].map(p => p.getAttribute("aria-label"))).size === n', arg=n, timeout=slow)
    press(tab, 'Empty floor')
    tab.wait_for_function('document.querySelector(".distcnn-main .distcnn-error").innerText.includes("there is no unit yet")', timeout=slow)
    until(1)
    tab.screenshot(path=shots/'empty.png')
    for k, (dx, dy) in enumerate(((60, 20), (-40, 30), (20, -50))): # three units, by clicks near the camera
        x, y = next(t[2:] for t in targets(tab) if t[0] == 'camera')
        tab.mouse.click(x + dx, y + dy)
        until(k + 2)
        settled(tab)
    field(tab, 'CNN 1').locator('select').select_option(label='cnn5')
    handle = field(tab, 'layers/unit').locator('.noUi-handle')
    handle.focus()
    tab.keyboard.press('ArrowRight')
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("from image")', timeout=slow)
    settled(tab)
    tab.screenshot(path=shots/'own.png')
    press(tab, 'move')
    tab.wait_for_timeout(300)
    fields = lambda: json.loads(tab.evaluate('() => decodeURIComponent(escape(atob([...document.querySelectorAll(".distcnn-panel a")].find(a => a.download === "floor.json").href.split(",")[1])))'))
    before = {u['name']: u['at'] for u in fields()['units']}
    x, y = next(t[2:] for t in targets(tab) if t[0] == 'u0')
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 20, y + 10, steps=4)
    tab.screenshot(path=shots/'dragging.png')
    tab.mouse.move(x + 30, y + 15, steps=2)
    tab.mouse.up()
    settled(tab)
    tab.wait_for_timeout(500)
    after = {u['name']: u['at'] for u in fields()['units']}
    assert after['u0'][0] > before['u0'][0] and after['u0'][1] < before['u0'][1], (before, after)
    assert {n: p for n, p in after.items() if n != 'u0'} == {n: p for n, p in before.items() if n != 'u0'}
    tab.evaluate('() => [...document.querySelectorAll("figure[data-chart=map] path[role=button]")].find(p => p.getAttribute("aria-label").includes("name: u1;")).focus()')
    tab.keyboard.press('Shift+ArrowLeft') # by half a metre
    settled(tab)
    tab.wait_for_timeout(500)
    pushed = {u['name']: u['at'] for u in fields()['units']}['u1']
    assert abs(pushed[0] - after['u1'][0] + .5) < 1e-6, (after, pushed)
    press(tab, 'remove')
    tab.wait_for_timeout(300)
    x, y = next(t[2:] for t in targets(tab) if t[0] == 'u2')
    tab.mouse.click(x, y)
    until(3)
    press(tab, 'Undo')
    until(4)
    settled(tab)
    press(tab, r'Which failure hurts\?')
    answer = '(t => t.includes("without u") || t.includes("None of them changes anything"))(document.querySelector(".distcnn-main").innerText)'
    tab.wait_for_function(answer, timeout=slow) # which of the two depends on where layers are
    settled(tab)
    tab.screenshot(path=shots/'failures.png')
    press(tab, 'Back to the map')
    until(4)
    accessible(tab, "a floor of one's own")
    press(tab, 'Random floor')
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("from image")', timeout=slow)
    settled(tab)


def at_random(tab, seconds, shots):
    "Inputs change at random, faster than answers come; whenever one looks, all charts show one placement."
    rng, end, looks = random.Random(7), time.monotonic() + seconds, 0
    def choose(label, options): field(tab, label).locator('select').select_option(label=rng.choice(options))
    def slide(label):
        field(tab, label).locator('.noUi-handle').focus()
        tab.keyboard.press(rng.choice(('ArrowRight', 'ArrowLeft')))
    ways = [lambda: choose('CNN 1', ['cnn5', 'alexnet', 'alexnet_exit', 'cnn6_exit']), lambda: choose('CNN 2', ['(none)', 'cnn5', 'alexnet']),
            lambda: slide('layers/unit'), lambda: slide('units'), lambda: slide('memory'), lambda: press(tab, 'Undo'),
            lambda: choose('radio', ['wifi4', 'halow'])]
    while time.monotonic() < end:
        rng.choice(ways)()
        for _ in range(rng.randint(1, 4)):
            looks += 1
            if wrong := differing(tab): tab.screenshot(path=shots/'differing.png'); raise AssertionError(wrong)
            tab.wait_for_timeout(rng.choice((5, 30, 120)))
    settled(tab)
    assert not differing(tab), differing(tab)
    print(f'inputs at random for {seconds} s: {looks} looks, never two states')


def notebook(tab, url, done, shots, name):
    "Open a notebook in JupyterLab, run all of it, and wait for what should be there."
    tab.goto(url)
    tab.wait_for_function('() => window.jupyterapp && document.querySelector(".jp-Notebook .jp-Cell")', timeout=slow)
    tab.wait_for_selector('.jp-Notebook .jp-CodeCell', timeout=slow)
    tab.wait_for_timeout(3000)
    run = '() => { const app = window.jupyterapp; app.shell.currentWidget.sessionContext.ready.then(() => app.commands.execute("notebook:run-all-cells")); return null }'
    for left in (1, 0): # what is asked before the kernel listens may be lost
        tab.evaluate(run)
        try: tab.wait_for_function(done, timeout=slow); break
        except TimeoutError:
            if not left: raise
    tab.evaluate('() => { const e = [...document.querySelectorAll(".distcnn-explorer, .vega-embed")]; if (e.length) e[0].scrollIntoView() }')
    tab.wait_for_timeout(1000)
    tab.screenshot(path=shots/f'lab_{name}.png')


def written(tab, folder, shots):
    "The page that distcnn_place writes shows its charts by itself."
    subprocess.run(['distcnn_place', '--cnn', 'cnn6_exit', '--cnns', '2', '--units', '20', '--side', '20', '--max_layers', '2', '--out', folder], check=True, capture_output=True)
    tab.goto(f'file://{folder}/distcnn_place.html')
    tab.wait_for_function('document.body.innerText.includes("from image to decision") || document.querySelector("canvas, svg")', timeout=slow)
    tab.wait_for_timeout(1000)
    assert tab.evaluate('() => { const c = document.querySelector("canvas"); return document.querySelectorAll("svg path").length > 20 || (c && c.width > 300 && c.height > 300) }'), 'distcnn_place.html shows no chart'
    tab.screenshot(path=shots/'distcnn_place.png')


def main(shots, seconds):
    chromium = next((p for p in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if p), None)
    if chromium is None: raise SystemExit('there is no chromium: apt-get install chromium')
    shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        with served(['distcnn_explore', '--no_browser', '--port', '8931'], 'http://127.0.0.1:8931/voila/nothing', cwd=folder) as told, page(browser) as tab:
            tab.goto('http://127.0.0.1:8931/', timeout=slow) # without the token there is no explorer
            assert '/login' in tab.url and not tab.locator('.distcnn-explorer').count()
            tab.goto(re.search(r'http://127\.0\.0\.1:8931/\?token=\w{48}', told())[0], timeout=slow)
            try:
                explorer(tab, shots)
                at_random(tab, seconds, shots)
                own_floor(tab, shots)
            except BaseException: tab.screenshot(path=shots/'problem.png', full_page=True); raise
        print('Voila: done')
        with page(browser) as tab: written(tab, folder, shots)
        print('distcnn_place.html: done')
        quiet = Path(folder)/'settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings' # JupyterLab asks nothing
        quiet.parent.mkdir(parents=True)
        quiet.write_text('{"fetchNews": "false", "checkForUpdates": false}')
        shutil.copytree(root, f'{folder}/copy', ignore=shutil.ignore_patterns('.git', '_proc', '*.egg-info'))
        lab = ['jupyter', 'lab', '--no-browser', '--port=8932', '--ServerApp.ip=127.0.0.1', '--IdentityProvider.token=t', '--LabApp.expose_app_in_browser=True', f'--ServerApp.root_dir={folder}/copy/nbs', '--allow-root']
        with served(lab, 'http://127.0.0.1:8932/lab?token=t', cwd=folder, env={**os.environ, 'JUPYTERLAB_SETTINGS_DIR': f'{folder}/settings'}), page(browser) as tab:
            try:
                notebook(tab, 'http://127.0.0.1:8932/lab/tree/tutorials/01_one_cnn.ipynb?token=t&reset', '() => document.querySelectorAll(".vega-embed svg, .vega-embed canvas").length >= 2', shots, 'tutorial')
                notebook(tab, 'http://127.0.0.1:8932/lab/tree/use/01_explorer.ipynb?token=t&reset', '() => document.querySelector(".distcnn-explorer figure svg")', shots, 'explorer')
                tab.wait_for_function(f'() => {{ const e = document.querySelector("{said}"); return e && e.innerText.includes("from image") }}', timeout=slow)
            except BaseException: tab.screenshot(path=shots/'problem.png'); raise
        print('JupyterLab: done')
        browser.close()


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('folder', nargs='?')
    parser.add_argument('--random', type=float, default=30)
    given = parser.parse_args()
    main(Path(given.folder or tempfile.mkdtemp()), given.random)
