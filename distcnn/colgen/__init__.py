"""Column generation; `branch_and_price` gives the optimum and its proof.

What needs compiled loops is loaded when it is first used."""
from importlib import import_module
from distcnn.colgen.block import blocks, resources, supports
from distcnn.errors import Stop

_LATER = {'Pricer': 'labels', 'Master': 'master', 'CANDIDATES': 'search', 'ColgenResult': 'search',
          'Progress': 'search', 'Search': 'search', 'branch_and_price': 'search',
          'loops_ready': 'first', 'wait_for_loops': 'first'}
__all__ = ['blocks', 'resources', 'supports', 'Stop', 'Pricer', 'Master', 'CANDIDATES', 'ColgenResult', 'Progress', 'Search',
           'branch_and_price', 'loops_ready', 'wait_for_loops']


def __getattr__(name):
    if name not in _LATER: raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f'{__name__}.{_LATER[name]}'), name)
