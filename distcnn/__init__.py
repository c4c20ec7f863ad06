"""Place the layers of CNNs on Internet-of-Things units so that decisions come soonest, with proof.

Units and CNNs are data, a `System` and its `Task`s make a `Problem`, `place` solves it.
The few names a newcomer needs are here, and are imported when first used; everything else is in its module.
"""
import os as _os
import sys as _sys

__version__ = "0.2.0"

if _os.path.basename((getattr(_sys, 'argv', None) or [''])[0]).startswith('distcnn_'): # a command: its matrices are small, and
    _os.environ.setdefault('OPENBLAS_NUM_THREADS', '1') # threads that wait for the next one take a tenth of a second

_HOME = dict(Unit='units', Radio='units', Layer='cnn', CNN='cnn', System='system', random_system='system', Task='problem', Problem='problem',
             place='solve', Placement='solve', PlacementError='errors', map_chart='charts', latency_chart='charts', save='charts',
             read_problem='files', save_problem='files', sweep='sweeps', place_again='whatif', Explorer='explorer', Site='site')
_MODULES = ('later', 'units', 'cnn', 'zoo', 'system', 'limits', 'problem', 'errors', 'setting', 'writing', 'command', 'testing', 'counting',
            'packing', 'model', 'apart', 'solve', 'live', 'layout', 'charts', 'figures', 'simulate', 'whatif',
            'sweeps', 'experiments', 'paper', 'onnx', 'deploy', 'files', 'keys', 'worker', 'site', 'emulate', 'monitor', 'run', 'reliability',
            'outside', 'scenario', 'draft', 'board', 'controls', 'explorer', 'asked', 'serve', 'cli', 'profile', 'studies')
__all__ = [*_HOME, *(m for m in _MODULES if m != 'onnx')] # a star import must not hide the real onnx package


_DRAWN = {'System', 'random_system', 'Problem', 'Placement', 'place', 'place_again', 'read_problem'} # and what makes them


def _in_notebook():
    import sys
    shell = getattr(sys.modules.get('IPython'), 'get_ipython', lambda: None)()
    return shell is not None and type(shell).__name__ != 'TerminalInteractiveShell'


def __getattr__(name):
    from importlib import import_module
    if name in _DRAWN and _in_notebook(): import_module(f'{__name__}.charts') # gives them their pictures
    if name in _MODULES: return import_module(f'{__name__}.{name}')
    if name in _HOME: return getattr(import_module(f'{__name__}.{_HOME[name]}'), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__(): return sorted({*globals(), *_HOME, *_MODULES})
