"""Writes pytorch.safetensors, the state of a network in PyTorch, and pytorch.json, its outputs. pip install torch safetensors"""
import json

import torch
from safetensors.torch import save_file

torch.manual_seed(1)
net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
save_file(net.state_dict(), "pytorch.safetensors")
with torch.no_grad(), open("pytorch.json", "w") as f:
    json.dump(net(torch.tensor([[1, 2, 3], [-1, 0.5, 0.25]])).ravel().tolist(), f)
