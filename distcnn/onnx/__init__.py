"""Networks in ONNX files: read, cut into layers, timed."""
from distcnn.onnx.read import (DATA_TRAIL, Net, attribute, bits, bodies, check_tensor, follow, in_order, load_tensor,
                               message_fields, need, one_line, read_model, read_net, reads, size_of, take_weights, varint,
                               where_data)
from distcnn.onnx.work import MACS, inner_kb, kept, macs
from distcnn.onnx.slice import Plan, plan, sliced_net
from distcnn.onnx.cut import Cut, Part, as_layers, cut_key, cut_names, from_onnx, group, merge
from distcnn.onnx.profile import calibrate, measure, random_input, random_weights

__all__ = ['Cut', 'DATA_TRAIL', 'MACS', 'Net', 'Part', 'Plan', 'as_layers', 'attribute', 'bits', 'bodies', 'calibrate',
           'check_tensor', 'cut_key', 'cut_names', 'follow', 'from_onnx', 'group', 'in_order', 'inner_kb', 'kept',
           'load_tensor', 'macs', 'measure', 'merge', 'message_fields', 'need', 'one_line', 'plan', 'random_input',
           'random_weights', 'read_model', 'read_net', 'reads', 'size_of', 'sliced_net', 'take_weights', 'varint',
           'where_data']
