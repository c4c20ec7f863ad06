"""Column generation: blocks, labels, the master and the search; `branch_and_price` gives the optimum and its proof."""
from distcnn.colgen.block import blocks, resources, supports
from distcnn.colgen.labels import Pricer
from distcnn.colgen.master import Master
from distcnn.colgen.search import CANDIDATES, ColgenResult, Progress, Search, branch_and_price
from distcnn.errors import Stop

__all__ = ['blocks', 'resources', 'supports', 'Pricer', 'Master', 'Stop',
           'CANDIDATES', 'ColgenResult', 'Progress', 'Search', 'branch_and_price']
