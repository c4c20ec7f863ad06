"""Units at work: the default run, a unit killed, and an emulated site where this machine allows one.

    python .ci/run_site.py

Everything listens on loopback or in network namespaces made for it; nothing may be left behind."""
import glob, json, os, resource, signal, subprocess, sys, tempfile, time
from pathlib import Path

MOST_SECONDS = 240 # of processors, for all of it: other work on the machine is not counted
PATIENCE = 600 # s for one command, so that one that hangs ends


def command(*arguments, seconds=PATIENCE):
    "`distcnn_run` with these arguments, and what it printed."
    Path('distcnn_run').write_text('from distcnn.run import distcnn_run\ndistcnn_run()\n') # as the console script does
    began = time.perf_counter()
    done = subprocess.run([sys.executable, 'distcnn_run', *arguments], capture_output=True, text=True, timeout=seconds)
    print(f"distcnn_run {' '.join(arguments)}: {time.perf_counter() - began:.1f} s", flush=True)
    if done.returncode: sys.exit(f"it failed: {done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done.stdout


def stopped(*arguments, seconds=8):
    "The same, of a lead that stands still for so long while images are under way."
    Path('distcnn_run').write_text('from distcnn.run import distcnn_run\ndistcnn_run()\n')
    lead = subprocess.Popen([sys.executable, 'distcnn_run', *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    works, end = os.path.join(tempfile.gettempdir(), 'distcnn-run-*/answers'), time.monotonic() + 60
    while not any(map(os.path.getsize, glob.glob(works))):
        assert lead.poll() is None and time.monotonic() < end, lead.communicate()
        time.sleep(.2)
    lead.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    lead.send_signal(signal.SIGCONT)
    out, err = lead.communicate(timeout=PATIENCE)
    if lead.returncode: sys.exit(f"it failed: {out[-2000:]}\n{err[-2000:]}")
    return out


def fine(text, images, replaced=None):
    "Every image answered once, as the whole network does."
    lines = text.strip().splitlines()
    assert len(lines) == 1, lines
    d = json.loads(lines[0])
    assert (d['images'], d['answered'], d['correct']) == (images,)*3, d
    if replaced is not None: assert d['replaced'] >= replaced, d
    for row in (*d['units'], *d['hops']): assert row['predicted_ms'] >= 0 and row['measured_ms'] >= 0, row
    return d


def left():
    "What is running or lying about."
    ps = subprocess.run(['ps', '-eo', 'pid,args'], capture_output=True, text=True).stdout
    units = [l for l in ps.splitlines() if 'distcnn_unit' in l and tempfile.gettempdir() in l] # ours: others may run some
    spaces = glob.glob('/run/netns/dcn-*') + glob.glob('/sys/fs/cgroup/*/dcn-*') + glob.glob('/sys/fs/cgroup/dcn-*')
    return set(units) | set(spaces) | set(glob.glob(os.path.join(tempfile.gettempdir(), 'distcnn-run-*/running.json')))


def main():
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as aside:
        os.environ['TMPDIR'] = tempfile.tempdir = aside # everything that is started works in there
        before = left()
        os.chdir(aside)
        text = command()
        assert '100 of 100 images answered, 100 equal to the whole network' in text, text
        assert os.path.getsize('distcnn_run.html') > 10_000
        d = fine(command('--json', '--kill', 'u1@30'), 100, replaced=1)
        assert 'u1' not in [u['name'] for u in d['units']], d
        fine(stopped('--json', '--rate', '10'), 100)
        from distcnn.emulate import cannot_emulate
        if why := cannot_emulate(): print(f"no emulated site: {why}")
        else: fine(command('--emulate', '--count', '24', '--json', '--kill', '@8'), 24, replaced=1)
        os.chdir('/')
        end = time.monotonic() + 30
        while (more := left() - before) and time.monotonic() < end: time.sleep(.5)
        assert not more, more
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"units at work: {time.perf_counter() - began:.0f} s, {cpu.ru_utime + cpu.ru_stime:.0f} s of processors")
    assert cpu.ru_utime + cpu.ru_stime < MOST_SECONDS, cpu


if __name__ == '__main__': main()
