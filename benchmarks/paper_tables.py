"""The sweeps behind nbs/paper/tables.ipynb: Tables 4 to 8 of the paper, as published and consistent.

    python benchmarks/paper_tables.py --work sweeps            # resumable; writes nbs/paper/data/tables.csv
    python benchmarks/paper_tables.py --mode published --shared  # rows with shared layers alone; the other rows stay as they are
"""
import argparse
import json
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from distcnn.experiments import run_experiments, summary
from distcnn.paper import rows, setting_of

ROOT = Path(__file__).resolve().parent.parent
SYSTEMS = {'published': {1: 200, 2: 100, 3: 30, 4: 30}, 'consistent': {1: 500, 2: 200, 3: 50, 4: 50}} # by number of CNNs


def aggregate(table, key, mode):
    "One line a limit L: means and standard deviations, as the paper prints them."
    out = summary(table).reset_index()
    draws = table.drop_duplicates('experiment').draws
    return out.assign(**key, mode=mode, redrawn=int((draws - 1).sum()), runtime_s=table.drop_duplicates(['experiment', 'L']).groupby('L', sort=False).runtime.sum().to_numpy())


def joined(kept, new):
    "The rows that were there, with the new ones in their places."
    if kept is None: return new
    row = ['table', 'tech', 'split', 'cnn', 'shared_first_two', 'mode', 'L']
    both = pd.concat([kept, new.astype(dict(L=str))])
    return both.drop_duplicates(row, keep='last').set_index(row).reindex(kept.set_index(row).index).reset_index()[kept.columns]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--work', default='sweeps', help='folder for the records')
    parser.add_argument('--jobs', type=int, default=None, help='processes')
    parser.add_argument('--mode', choices=list(SYSTEMS), default=None, help='only one of the two')
    parser.add_argument('--shared', action='store_true', help='only the rows with shared layers')
    parser.add_argument('--share', type=float, default=1., help='share of the systems to run, for a trial')
    parser.add_argument('--out', default=ROOT/'nbs/paper/data', help='folder for the CSV')
    a = parser.parse_args()
    parts, path = [], Path(a.out)/'tables.csv'
    kept = pd.read_csv(path, dtype=dict(L=str)) if a.shared and path.exists() else None
    for mode in [a.mode] if a.mode else SYSTEMS:
        for key in [k for k in rows() if k['shared_first_two'] or not a.shared]:
            every = setting_of(mode=mode, **key).max_layers
            for limits in [[L] for L in every] if key['split'] == '90-10' else [every]: # see setting_of
                setting = setting_of(mode=mode, **key, L=limits[0] if len(limits) == 1 else None)
                n = max(2, round(a.share*SYSTEMS[mode][len(setting.cnns)]))
                folder = Path(a.work)/mode/'_'.join(str(v).replace(' ', '') for v in [*key.values(), 'L', *limits])
                print(mode, *key.values(), 'L', *limits, n, flush=True)
                parts.append(aggregate(run_experiments(setting, n, folder, a.jobs), key, mode))
            path.parent.mkdir(parents=True, exist_ok=True)
            joined(kept, pd.concat(parts)).to_csv(path, index=False, float_format='%.6g')
    used = {p: version(p) for p in ('distcnn', 'numpy', 'scipy', 'highspy', 'cvxpy')}
    (Path(a.out)/'tables.json').write_text(json.dumps(dict(command='python benchmarks/paper_tables.py', seed=0, gap='1e-4 for one and two CNNs, 1e-3 for three and four', systems=SYSTEMS, versions=used), indent=1) + '\n')


if __name__ == '__main__': main()
