"""The explorer and a tutorial in a real browser: headless Chromium, through Voila and JupyterLab. Nothing may leave this machine.

    python .ci/browser.py [FOLDER]      FOLDER: where screenshots go
"""
import os, re, shutil, statistics, subprocess, sys, tempfile, time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from playwright.sync_api import sync_playwright

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
    "Wait until the map's title tells this latency."
    tab.wait_for_function('t => [...document.querySelectorAll(".vega-embed svg")].some(s => s.textContent.includes(t + " from image"))', arg=latency, timeout=slow)


def latency(tab): return re.match(r'[\d,.]+ m?s', tab.inner_text(said))[0]
def field(tab, label): return tab.locator('.distcnn-explorer .widget-inline-hbox', has=tab.locator('.widget-label', has_text=re.compile(f'^{re.escape(label)}$'))).first
def press(tab, text): tab.locator('.distcnn-explorer button', has_text=re.compile(f'^{text}$')).first.click()
def targets(tab): # [(name, what it runs, x, y)] of what the mouse meets on the map
    return tab.evaluate(r"""() => [...document.querySelectorAll('.vega-embed svg path[aria-label*="name: "]')].map(e => { const b = e.getBoundingClientRect(), l = e.getAttribute('aria-label');
        return [l.match(/name: ([^;]*)/)[1], (l.match(/runs: ([^;]*)/) || ['', ''])[1], b.x + b.width/2, b.y + b.height/2] })""")


def explorer(tab, shots):
    tab.wait_for_selector(said, timeout=slow)
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("from image")', timeout=slow)
    drawn(tab, latency(tab))
    tab.screenshot(path=shots/'explorer.png')

    handle = field(tab, 'layers/unit').locator('.noUi-handle') # L, by keyboard
    handle.focus()
    first, times = latency(tab), []
    for key in ('ArrowRight', 'ArrowLeft')*4 + ('ArrowRight',):
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
    for _ in range(6): # back and failed again
        x, y = next(t[2:] for t in targets(tab) if t[0] == name)
        began = time.perf_counter()
        changes(tab, said, lambda: tab.mouse.click(x, y))
        drawn(tab, latency(tab))
        times.append(time.perf_counter() - began)
    print(f'from click to picture: median {statistics.median(times):.2f} s, longest {max(times):.2f} s')
    assert {t[0]: t[1] for t in targets(tab)}[name] == '', f'{name} ran {runs}, failed, and still runs something'
    tab.wait_for_function('n => ![...document.querySelectorAll(".vega-embed svg text")].some(t => t.textContent === n)', arg=name, timeout=slow) # nor among those that work
    tab.screenshot(path=shots/'failed.png')

    mix = field(tab, 'mix').locator('input') # nonsense
    mix.fill('orange')
    changes(tab, '.distcnn-error', lambda: mix.press('Enter')) if tab.inner_text('.distcnn-error') else mix.press('Enter')
    tab.wait_for_function('document.querySelector(".distcnn-error").innerText.includes("NAME:SHARE")', timeout=slow)
    tab.screenshot(path=shots/'nonsense.png')
    press(tab, 'Undo')
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("from image")', timeout=slow)

    press(tab, 'Code') # the code gives the same
    code = tab.locator('.distcnn-explorer textarea').input_value()
    said_by_code = subprocess.run([sys.executable, '-c', code + 'from distcnn.charts import seconds\nprint(seconds(placement.latency))'], capture_output=True, text=True, check=True).stdout.split('\n')[-2]
    assert said_by_code == latency(tab), (said_by_code, latency(tab))
    assert 'with_unit_failed' in code
    tab.screenshot(path=shots/'code.png')
    press(tab, 'Code')

    press(tab, 'Keep')
    tab.wait_for_selector('.distcnn-table td')
    with tab.expect_download() as saved: tab.get_by_text('distcnn.json').click()
    assert '"scenario"' in Path(saved.value.path()).read_text()

    for k, cnn in enumerate(('resnet152', 'resnet101', 'alexnet', 'alexnet_exit'), 1): field(tab, f'CNN {k}').locator('select').select_option(label=cnn) # stop
    field(tab, 'proven to').locator('select').select_option(label='exactly')
    stop = tab.locator('.distcnn-explorer button', has_text=re.compile('^Stop$'))
    tab.wait_for_function('[...document.querySelectorAll(".distcnn-explorer .widget-html")].some(e => e.innerText.includes("searching for"))', timeout=slow)
    tab.screenshot(path=shots/'searching.png')
    stop.click()
    tab.wait_for_function(f'document.querySelector("{said}").innerText.includes("stopped")', timeout=20_000)
    drawn(tab, latency(tab))
    press(tab, 'Keep')
    tab.wait_for_function('document.querySelectorAll(".distcnn-table tr").length === 3', timeout=slow) # a head and two that are kept
    tab.screenshot(path=shots/'stopped.png')


def notebook(tab, url, done, shots, name):
    "Open a notebook in JupyterLab, run all of it, and wait for what should be there."
    tab.goto(url)
    tab.wait_for_function('() => window.jupyterapp && document.querySelector(".jp-Notebook .jp-Cell")', timeout=slow)
    tab.wait_for_selector('.jp-Notebook .jp-CodeCell', timeout=slow)
    tab.wait_for_timeout(3000)
    tab.evaluate('() => window.jupyterapp.commands.execute("notebook:run-all-cells")')
    tab.wait_for_function(done, timeout=slow)
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


def main(shots):
    chromium = next((p for p in map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome')) if p), None)
    if chromium is None: raise SystemExit('there is no chromium: apt-get install chromium')
    shots.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        with served(['distcnn_explore', '--no_browser', '--port', '8931'], 'http://127.0.0.1:8931/voila/nothing', cwd=folder) as told, page(browser) as tab:
            tab.goto('http://127.0.0.1:8931/', timeout=slow) # without the token there is no explorer
            assert '/login' in tab.url and not tab.locator('.distcnn-explorer').count()
            tab.goto(re.search(r'http://127\.0\.0\.1:8931/\?token=\w{48}', told())[0], timeout=slow)
            try: explorer(tab, shots)
            except BaseException: tab.screenshot(path=shots/'problem.png'); raise
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
                notebook(tab, 'http://127.0.0.1:8932/lab/tree/use/01_explorer.ipynb?token=t&reset', '() => document.querySelector(".distcnn-explorer .vega-embed svg")', shots, 'explorer')
                tab.wait_for_function(f'() => {{ const e = document.querySelector("{said}"); return e && e.innerText.includes("from image") }}', timeout=slow)
            except BaseException: tab.screenshot(path=shots/'problem.png'); raise
        print('JupyterLab: done')
        browser.close()


if __name__ == '__main__': main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()))
