"""An hour of images at 80% of the throughput on an emulated site; the memory of every process once a minute.

    python benchmarks/hour.py OUT.csv [--minutes 60] [--share .8] [--rate 500]

Eight units of two kinds, two early-exit CNNs, two endpoints, as in emulated.py, with radios of so many KB/s that they bound what is carried. A row a
process and minute: minute, process, rss_mb, answered, wrong, resent, duplicates (of the whole site, so far). Linux and root."""
import argparse
import os
import threading
import time
import numpy as np
import pandas as pd
import psutil
from dataclasses import replace
from emulated import SIDES, setting
from distcnn.emulate import EmulatedSite
from distcnn.site import some_images

SEED, POOL = 1, 40 # of the system; different images of each task


def slower(problem, rate):
    "The same with radios of so many KB/s."
    s, system = problem.system, problem.system
    for a, b in zip(s.network.sender.tolist(), s.network.receiver.tolist()):
        system = system.with_link(s.names[a], s.names[b], rate=rate, one_way=True)
    return replace(problem, system=system)


def processes(site):
    "{name: process} of the lead, the units and the relays of endpoints."
    return {'lead': psutil.Process()} | {n: psutil.Process(p.pid) for n, p in site.processes.items()}


class Watch:
    "Writes down what every process holds, once a minute."
    def __init__(self, site, path):
        self.site, self.path, self.rows, self.over = site, path, [], threading.Event()
        self.answered = self.wrong = 0
        self.began, self.thread = time.monotonic(), threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def look(self):
        at = round((time.monotonic() - self.began)/60, 2)
        told = dict(answered=self.answered, wrong=self.wrong, resent=self.site.resent, duplicates=self.site.duplicates)
        self.rows += [dict(minute=at, process=n, rss_mb=round(p.memory_info().rss/1e6, 3), **told) for n, p in processes(self.site).items()]
        pd.DataFrame(self.rows).to_csv(self.path, index=False)

    def run(self):
        while True:
            self.look()
            if self.over.wait(60): break


def as_fast_as_can_be(site, stream):
    "Images/s."
    began = time.monotonic()
    n = sum(1 for _ in site.stream(stream, window=24))
    return n/(time.monotonic() - began)


def main(a):
    problem, models = setting(SEED)
    problem = slower(problem, a.rate)
    pool = [(u, x) for xs in zip(*(some_images(POOL, (1, 3, side, side), SEED) for side in SIDES)) for u, x in enumerate(xs)]
    with EmulatedSite(problem, models, say=print) as site:
        expected = [site.wholes[u].answer(x) for u, x in pool]
        most = as_fast_as_can_be(site, pool)
        rate = a.share*most
        count = round(rate*60*a.minutes)
        print(f"{most:.2f} images/s at most; {count} images at {rate:.2f} images/s", flush=True)
        watch = Watch(site, a.out)
        for k, answer in enumerate(site.stream((pool[k % len(pool)] for k in range(count)), rate)):
            layer, output = expected[k % len(pool)]
            watch.answered += 1
            watch.wrong += not (answer.image == k and answer.layer == layer and np.array_equal(answer.output, output))
        watch.over.set(); watch.thread.join(); watch.look()
    print(told(pd.DataFrame(watch.rows), count))


def told(rows, count):
    "What came of it."
    last, warm = rows.minute.max(), min(10, rows.minute.max()/2)
    lines = [f"{rows.answered.max()} of {count} answered, {rows.wrong.max()} wrong, {rows.resent.max()} sent again"]
    for name, own in rows.groupby('process'):
        early, late = (own[own.minute.between(x, x + 5)].rss_mb.median() for x in (warm, last - 5))
        lines.append(f"{name}: {early:.1f} MB after {warm:.0f} minutes, {late:.1f} in the last five: {100*(late/early - 1):+.1f}%")
    return '\n'.join(lines)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('out'); parser.add_argument('--minutes', type=float, default=60); parser.add_argument('--share', type=float, default=.8)
    parser.add_argument('--rate', type=float, default=500.)
    main(parser.parse_args())
    print(f"load {os.getloadavg()[0]:.1f}")
