"""Is the sum over layers the time of the whole network? On networks of the `onnx` package's test data, weights at random.

    python benchmarks/layer_times.py [--repeat 60] [--out nbs/exchange/data/layer_times.csv]

A row a network, a number of layers, and with or without the runtime's optimisations: ms of the whole network (`whole`), of the whole
network in one session that hands out every tensor between its layers (`handed_out`), of its layers in sessions of their own (`layers`),
and of as many calls that compute next to nothing (`calls`): medians over rounds in which all take turns. Seed 0 for weights and image."""
import argparse
import os
import platform
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from distcnn.deploy import ends, net_of, piece
from distcnn.onnx import from_onnx, group, random_input, random_weights
from distcnn.onnx.times import calls, rounds

LIGHT = Path(onnx.__file__).parent/'backend/test/data/light'
NETWORKS = 'bvlc_alexnet', 'squeezenet', 'shufflenet', 'resnet50'


def session(model, optimise):
    options = ort.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads, options.inter_op_num_threads = 4, 1, 1
    if not optimise: options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    return ort.InferenceSession(model.SerializeToString(), options, providers=['CPUExecutionProvider'])


def handing_out(net, groups, optimise):
    "The whole network, with what goes from layer to layer as outputs."
    model = piece(net, net.parts)
    given = list(dict.fromkeys([o.name for o in model.graph.output] + [t for g in groups for t in ends(net, g)[2]]))
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_tensor_value_info(t, net.info(t)[1], net.dims(t)) for t in given)
    return partial(session(model, optimise).run, given, {net.input: random_input(net)})


def nothing():
    "A call that computes next to nothing."
    make, info = onnx.helper, lambda n: onnx.helper.make_tensor_value_info(n, 1, [1, 4])
    graph = make.make_graph([make.make_node('Relu', ['x'], ['y'])], 'nothing', [info('x')], [info('y')])
    model = make.make_model(graph, opset_imports=[make.make_opsetid('', 17)], ir_version=8)
    return partial(session(model, False).run, ['y'], {'x': np.ones((1, 4), np.float32)})


def row(name, layers, optimise, repeat):
    model = random_weights(LIGHT/f'light_{name}.onnx')
    cnn = from_onnx(model, layers, name=name)
    net = net_of(cnn, model)
    groups = group(net, [l.name for l in cnn.layers], exact=True)
    every = [nothing(), handing_out(net, groups, optimise), *calls(net, groups, 1, optimise)]
    taken = 1e3*rounds(every, repeat)
    call, out, whole, *each = np.median(taken, axis=0)
    lower, upper = np.percentile(taken[:, 2], [25, 75])
    return dict(network=name, layers=len(cnn), optimised=optimise, whole=whole, whole_lower=lower, whole_upper=upper, handed_out=out,
                layers_sum=sum(each), calls=call*len(cnn))


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--out', default=Path(__file__).resolve().parent.parent/'nbs/exchange/data/layer_times.csv')
    parser.add_argument('--repeat', type=int, default=60)
    a = parser.parse_args()
    model = next((l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name')), platform.processor())
    rows = [row(name, layers, optimise, a.repeat) for name in NETWORKS for layers in (8, None) for optimise in (False, True)]
    about = dict(machine=f"{platform.system()} {platform.machine()}, {model}, {os.cpu_count()} cores, one thread",
                 versions=' '.join(f'{p}={version(p)}' for p in ('onnx', 'onnxruntime', 'numpy')),
                 command=f'python benchmarks/layer_times.py --repeat {a.repeat}', seed=0)
    Path(a.out).parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).round(4).assign(**about).to_csv(a.out, index=False)
    print(pd.DataFrame(rows).assign(share=lambda d: d.layers_sum/d.whole).round(3).to_string())
