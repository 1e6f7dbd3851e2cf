"""Predicts the first task of the network in argv[1] for the rows in argv[2], in the units of its target."""
import json, sys
import numpy as np
from safetensors import safe_open

with safe_open(sys.argv[1], "np") as f:
    assert f.metadata()["kindred"] == "mtlkit-predictor 1" and 'Activation:"tanh"' in f.metadata()["model"]
    p = {name: f.get_tensor(name) for name in f.keys()}
x = (np.array(json.load(open(sys.argv[2]))) - p["standardizer.inputs.mean"]) / p["standardizer.inputs.deviation"]
y = np.tanh(x @ p["trunk.W1"] + p["trunk.b1"]) @ p["head1.W1"] + p["head1.b1"]
print(json.dumps((y * p["standardizer.target.G3.deviation"] + p["standardizer.target.G3.mean"]).ravel().tolist()))
