"""Networks in ONNX files: read, cut into layers, timed."""
from distcnn.onnx.read import (DATA_TRAIL, Net, attribute, bits, bodies, check_tensor, follow, in_order, load_tensor,
                               message_fields, need, one_line, read_model, read_net, reads, size_of, take_weights, varint,
                               where_data)
from distcnn.onnx.cut import MACS, Cut, Part, as_layers, from_onnx, group, macs, merge
from distcnn.onnx.profile import calibrate, measure, random_input, random_weights

__all__ = ['Cut', 'DATA_TRAIL', 'MACS', 'Net', 'Part', 'as_layers', 'attribute', 'bits', 'bodies', 'calibrate', 'check_tensor',
           'follow', 'from_onnx', 'group', 'in_order', 'load_tensor', 'macs', 'measure', 'merge', 'message_fields', 'need',
           'one_line', 'random_input', 'random_weights', 'read_model', 'read_net', 'reads', 'size_of', 'take_weights',
           'varint', 'where_data']
