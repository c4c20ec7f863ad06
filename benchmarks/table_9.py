"""The paper's Table 9 again, on emulated units: a five-layer CNN, two slow units and a fast one, four layers a unit.

    python benchmarks/table_9.py OUT.csv [--images 100]

The CNN is that of the paper with images four times as wide, as pieces of less than a millisecond escape an emulated processor. Predicted: work over one
speed for each kind of unit, as the paper does it. Calibrated: layers, links and messages as measured. Linux and root."""
import argparse
import numpy as np
import networkx as nx
import onnx
import pandas as pd
from onnx import TensorProto, helper as oh, numpy_helper as nh
from distcnn.emulate import EmulatedSite
from distcnn.onnx import calibrate, from_onnx
from distcnn.problem import Problem, Task
from distcnn.system import System
from distcnn.units import WIFI4, Unit

SIDE = 112 # pixels


def network(seed=0):
    "cnn5 with seeded weights."
    rng, held, nodes = np.random.default_rng(seed), [], []
    def weights(name, *shape):
        held.append(nh.from_array((rng.standard_normal(shape)*(2/max(np.prod(shape[1:]), 1))**.5).astype(np.float32), name))
        return name
    x = 'image'
    for k, (into, out) in enumerate([(3, 64), (64, 64)], 1):
        nodes += [oh.make_node('Conv', [x, weights(f'w{k}', out, into, 5, 5), weights(f'b{k}', out)], [f'c{k}'], pads=[2]*4),
                  oh.make_node('Relu', [f'c{k}'], [f'r{k}']), oh.make_node('MaxPool', [f'r{k}'], [x := f'conv{k}'], kernel_shape=[2, 2], strides=[2, 2])]
    nodes.append(oh.make_node('Flatten', [x], [x := 'flat']))
    for k, (into, out) in enumerate([(64*(SIDE//4)**2, 384), (384, 192), (192, 10)], 3):
        nodes.append(oh.make_node('Gemm', [x, weights(f'w{k}', out, into), weights(f'b{k}', out)], [x := f'fc{k}' if k == 5 else f'g{k}'], transB=1))
        if k < 5: nodes.append(oh.make_node('Relu', [x], [x := f'fc{k}']))
    info = lambda name, *dims: oh.make_tensor_value_info(name, TensorProto.FLOAT, [1, *dims])
    graph = oh.make_graph(nodes, 'cnn5', [info('image', 3, SIDE, SIDE)], [info('fc5', 10)], held)
    return oh.make_model(graph, opset_imports=[oh.make_opsetid('', 17)], ir_version=8)


def main(out, images):
    model = network()
    onnx.checker.check_model(model)
    cnn, speed = from_onnx(model, ['conv1', 'conv2', 'fc3', 'fc4']), calibrate(model, 'this machine', 1e6, runs=9).speed
    slow, fast, graph = Unit('stm32h7', 512, .1*speed), Unit('raspberry_pi_3b_plus', 524288, .9*speed), nx.Graph()
    for n, u in (('s0', slow), ('s1', slow), ('pi', fast)): graph.add_node(n, unit=u)
    graph.add_node('e0')
    graph.add_edges_from((a, b) for a in graph for b in graph if a < b)
    problem = Problem(System.from_graph(graph, WIFI4), Task(cnn), max_layers=4)
    rng, rows = np.random.default_rng(0), []
    pictures = [rng.standard_normal((1, 3, SIDE, SIDE)).astype(np.float32) for _ in range(images)]
    def told(name, problem, where):
        b = problem.breakdown(where).iloc[0]
        rows.append(dict(figure=name, tp_ms=1e3*b.processing, tt_ms=1e3*(b.source + b.transfer + b.sink), total_ms=1e3*b.total))
    with EmulatedSite(problem, model) as site:
        list(site.stream(pictures[:20], window=1))
        better = site.calibrated()
        site.use(better)
        site.clear()
        where = site.placement.assignment
        told('predicted', problem, where)
        told('calibrated', better, where)
        answers, measured = list(site.stream(pictures, window=1)), site.measured
        assert all(np.array_equal(a.output, site.wholes[0].answer(x)[1]) for a, x in zip(answers, pictures))
        total = 1e3*np.median([a.seconds for a in answers])
        tp = measured.units.measured_ms.sum()
        rows.append(dict(figure='measured', tp_ms=tp, tt_ms=total - tp, total_ms=total))
        names = problem.system.names
        print(*(f'{l.name} {names[i]}' for l, i in zip(cnn.layers, where[0])), sep=', ')
    pd.DataFrame(rows).round(2).to_csv(out, index=False)
    print(pd.DataFrame(rows).round(2))


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('out'); parser.add_argument('--images', type=int, default=100)
    a = parser.parse_args()
    main(a.out, a.images)
