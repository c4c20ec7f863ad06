"""`place` a problem with any installed solver, and get back an answer that was checked, priced and bounded.

What each solver is told and returns is in `backends`, why there is no placement in `diagnose`, the rest in `placement`.
"""
from ..errors import Infeasible, NoSolution, PlacementError, SolverUnavailable
from .backends import BACKENDS, PATIENCE, gurobi_is_full, pick_solver, solvers
from .diagnose import explain
from .placement import METHODS, MOST_ROWS, MOST_VARIABLES, Placement, place
from . import report as report # gives placements theirs

__all__ = ['PATIENCE', 'BACKENDS', 'MOST_ROWS', 'MOST_VARIABLES', 'METHODS', 'PlacementError', 'Infeasible', 'NoSolution',
           'SolverUnavailable', 'solvers', 'gurobi_is_full', 'pick_solver', 'explain', 'Placement', 'place']
